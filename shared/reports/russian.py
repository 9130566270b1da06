"""Numbers, days and months as a Russian reader expects them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

MONTHS = (
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
)
_MOSCOW = ZoneInfo("Europe/Moscow")
CLOCKS = {"moscow": "сутки московские", "local": "сутки местные", "utc": "сутки UTC"}
FEW = 10
"""Of fewer flights than these no share and no growth is told: it would say nothing."""
NO_BREAK = "\u00a0"
NO_DATA = "нет данных"


def number(value: float | None, digits: int = 0) -> str:
    """Write a number with a decimal comma and thousands apart; a dash where there is none."""
    if value is None:
        return "—"
    return f"{value:,.{digits}f}".replace(",", NO_BREAK).replace(".", ",")


def a_day(mean: float | None) -> str:
    """Write a mean of flights a day, of few with one digit more: a tenth of a flight is not none."""
    return number(mean, 1 if mean is None or mean >= 1 else 2)


def percent(value: float | None, of: int | None = None) -> str:
    """Write a share; a dash where it is one of few (``of`` flights)."""
    return "—" if value is None or (of is not None and of < FEW) else f"{number(value, 1)}{NO_BREAK}%"


def growth(value: float | None, now: int | None = None, *, has_data: bool = True) -> str:
    """Write a growth with its sign; ``now`` is what it grew to, and a dash stands where either of both is few.

    ``has_data`` says whether anything is known of what it grew from.
    """
    if not has_data:
        return NO_DATA
    if value is None or (now is not None and min(now, _before(now, value)) < FEW):
        return "—"
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{number(abs(value), 1)}{NO_BREAK}%"


def _before(now: int, percent_grown: float) -> float:
    return 0 if percent_grown <= -100 else now / (1 + percent_grown / 100)


def hours(minutes: float | None) -> str:
    """Write minutes as hours and minutes."""
    if minutes is None:
        return "—"
    whole = round(minutes)
    return f"{number(whole // 60)}{NO_BREAK}ч {whole % 60:02d}{NO_BREAK}мин"


def day(iso: str) -> str:
    """Write an ISO day."""
    return f"{date.fromisoformat(iso[:10]):%d.%m.%Y}"


def moment(iso: str | None, clock: str = "utc") -> str:
    """Write an ISO instant in UTC, or by Moscow's clock where days are not those of UTC."""
    if iso is None:
        return "—"
    zone, name = (UTC, "UTC") if clock == "utc" else (_MOSCOW, "МСК")
    return f"{datetime.fromisoformat(iso).astimezone(zone):%d.%m.%Y %H:%M} {name}"


def month(iso: str) -> str:
    """Write a month like ``2025-01``."""
    return f"{MONTHS[int(iso[5:7]) - 1]} {iso[:4]}"


def boundaries(data: Mapping[str, Any] | None) -> list[str]:
    """Say which boundaries are in force, in a line; none where there are none."""
    if data is None:
        return []
    return [f"Границы регионов: набор «{data['name']}», субъектов {data['regions']}. {data['attribution']}."]


def uav_type(name: str) -> str:
    """Name a type: ``none`` is a type not told, ``other`` all those beyond the list's end."""
    return {"none": "не указан", "other": "прочие"}.get(name, name)


def uav_type_in_words(name: str) -> str:
    """Name a type with what its letters stand for, where they are of the three that plans know."""
    words = {"BLA": "беспилотник", "AER": "аэростат", "SHAR": "шар-зонд"}
    return f"{name}, {words[name]}" if name in words else uav_type(name)
