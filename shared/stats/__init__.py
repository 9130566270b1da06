"""The statistics: what is counted at load time, and what is read from it."""

from shared.stats.rollups import measure_zones, recount, recount_all, recount_days, recount_zones

__all__ = ["measure_zones", "recount", "recount_all", "recount_days", "recount_zones"]
