"""The statistics: what is counted at load time, and what is read from it."""

from shared.stats.recounting import recount, recount_all, recount_days

__all__ = ["recount", "recount_all", "recount_days"]
