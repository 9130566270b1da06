"""Numbers, days and months as a Russian reader expects them."""

from datetime import date

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
CLOCKS = {"moscow": "сутки московские", "local": "сутки местные", "utc": "сутки UTC"}
NO_BREAK = "\u00a0"


def number(value: float | None, digits: int = 0) -> str:
    """Write a number with a decimal comma and thousands apart; a dash where there is none."""
    if value is None:
        return "—"
    return f"{value:,.{digits}f}".replace(",", NO_BREAK).replace(".", ",")


def percent(value: float | None) -> str:
    """Write a share."""
    return "—" if value is None else f"{number(value, 1)}{NO_BREAK}%"


def growth(value: float | None) -> str:
    """Write a growth with its sign."""
    return "—" if value is None else f"{'+' if value > 0 else ''}{number(value, 1)}{NO_BREAK}%"


def hours(minutes: float | None) -> str:
    """Write minutes as hours and minutes."""
    if minutes is None:
        return "—"
    whole = round(minutes)
    return f"{number(whole // 60)}{NO_BREAK}ч {whole % 60:02d}{NO_BREAK}мин"


def day(iso: str) -> str:
    """Write an ISO day."""
    return f"{date.fromisoformat(iso[:10]):%d.%m.%Y}"


def moment(iso: str | None) -> str:
    """Write an ISO instant in UTC."""
    return "—" if iso is None else f"{day(iso)} {iso[11:16]} UTC"


def month(iso: str) -> str:
    """Write a month like ``2025-01``."""
    return f"{MONTHS[int(iso[5:7]) - 1]} {iso[:4]}"


def uav_type(name: str) -> str:
    """Name a type: ``none`` is a type not told, ``other`` all those beyond the list's end."""
    return {"none": "не указан", "other": "прочие"}.get(name, name)
