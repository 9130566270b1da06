"""The statistics: what is counted at load time, and what is read from it."""

from shared.stats.rollups import recount, recount_all, recount_days

__all__ = ["recount", "recount_all", "recount_days"]
