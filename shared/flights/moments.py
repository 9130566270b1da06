"""Aware UTC moments from days and minutes, made cheaply: a workbook has few days and a day has 1441 minutes."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

MINUTES = tuple(timedelta(minutes=i) for i in range(1441))
DAY = timedelta(days=1)
FAR = timedelta(days=31)
"""How far from the days a workbook speaks of a date may lie."""

Period = tuple[date, date]


@lru_cache(maxsize=4_096)
def midnight(day: date) -> datetime:
    """Give the beginning of a day, UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def moment(day: date | None, minute: int | None) -> datetime | None:
    """Give the moment of a minute of a day; 1440 is the next midnight. None if either is unknown."""
    if day is None or minute is None:
        return None
    return midnight(day) + MINUTES[minute]


def far(day: date | None, period: Period | None) -> bool:
    """Tell whether a day lies far from a period."""
    return day is not None and period is not None and not (period[0] - FAR <= day <= period[1] + FAR)
