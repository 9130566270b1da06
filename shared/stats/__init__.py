"""The statistics: what is counted at load time, and what is read from it."""

from shared.stats.rollups import (
    are_few_changes,
    count_changes,
    measure_zones,
    note_before,
    recount,
    recount_all,
    recount_days,
    recount_zones,
)

__all__ = [
    "are_few_changes",
    "count_changes",
    "measure_zones",
    "note_before",
    "recount",
    "recount_all",
    "recount_days",
    "recount_zones",
]
