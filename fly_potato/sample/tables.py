"""The five sheets of 2024 that carry no telegrams: a flight as a row of columns, each sheet in its own way."""

from collections.abc import Mapping
from datetime import datetime, time
from types import MappingProxyType
from typing import Final

from fly_potato.sample.arcs import minutes, to_minutes
from fly_potato.sample.intent import Intent
from fly_potato.sample.people import telegraph

Value = str | datetime | time | int | None
"""A cell: text, a moment (its format is the column's) or a number."""

HEADERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "Санкт-Петербург": (
            *("Дата", "Рейс", "Борт", "Тип ВС", "Т выл.факт", "Т пос.факт", "АРВ", "А/В", "АРП", "А/П", "Маршрут"),
        ),
        "Ростов-на-Дону": (
            *("Дата", "Рейс", "Борт", "Т выл. факт", "Т пос. факт", "А/В название", "А/Н название", "Маршрут"),
            "Примечания",
        ),
        "Самара": ("Дата, время вылета", "Дата, время посадки", "Место вылета", "Место посадки", "Район работы"),
        "Екатеринбург": (
            *("Дата, время вылета факт.", "Дата, время посадки факт.", "Место вылета", "Место посадки"),
            "Район полетов (зона, маршрут)",
        ),
        "Новосибирск": (
            *("Рейс", "Борт. номер ВС.", "Тип/ группа ВС", "Владелец ВС.", "Время вылета факт.", "Время посадки факт."),
            *("АФТН АП вылета", "АФТН АП посадки", "Текст исходного маршрута", "EET", "Категория", "Правила", "Статус"),
        ),
    }
)
"""Headers by sheet; the last three of Новосибирск mean nothing to a reader."""

FORMATS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Дата": "dd.mm.yyyy",
        "Дата полёта": "dd.mm.yyyy",
        "Т выл.факт": "hh:mm",
        "Т пос.факт": "hh:mm",
        "Т выл. факт": "hh:mm",
        "Т пос. факт": "hh:mm",
        "Дата, время вылета": "dd.mm.yyyy hh:mm",
        "Дата, время посадки": "dd.mm.yyyy hh:mm",
        "Дата, время вылета факт.": "dd.mm.yyyy hh:mm",
        "Дата, время посадки факт.": "dd.mm.yyyy hh:mm",
        "Время вылета факт.": "dd.mm.yyyy hh:mm:ss",
        "Время посадки факт.": "dd.mm.yyyy hh:mm:ss",
    }
)


def cells(sheet: str, intent: Intent) -> tuple[Value, ...]:
    """Write a flight as a row of a sheet."""
    if intent.dep_dt is None:
        raise ValueError(intent)
    values = _values(intent)
    return tuple(values.get(header) for header in HEADERS[sheet])


def _values(intent: Intent) -> Mapping[str, Value]:
    dep, arr = minutes(to_minutes(intent.dep_arc)), minutes(to_minutes(intent.arr_arc))
    marks = " ".join(intent.regs) or None
    craft = intent.written_type
    route = intent.zone.written if intent.zone else None
    off, on = intent.dep_dt, intent.arr_dt
    return {
        **{"Дата": off and off.replace(hour=0, minute=0), "Рейс": intent.callsign, "Борт": marks, "Тип ВС": craft},
        **{"Т выл.факт": off and off.time(), "Т пос.факт": on and on.time()},
        **{"Т выл. факт": off and off.time(), "Т пос. факт": on and on.time()},
        **{"АРВ": "ZZZZ", "А/В": dep, "АРП": "ZZZZ", "А/П": arr, "Маршрут": route},
        **{"А/В название": dep, "А/Н название": arr, "Примечания": telegraph(intent.remark)},
        **{"Дата, время вылета": off, "Дата, время посадки": on, "Место вылета": dep, "Место посадки": arr},
        **{"Район работы": route, "Дата, время вылета факт.": off, "Дата, время посадки факт.": on},
        **{"Район полетов (зона, маршрут)": route, "Борт. номер ВС.": marks, "Тип/ группа ВС": craft},
        **{"Владелец ВС.": telegraph(intent.operator), "Время вылета факт.": off, "Время посадки факт.": on},
        **{"АФТН АП вылета": dep, "АФТН АП посадки": arr, "Текст исходного маршрута": route, "EET": intent.fir},
        **{"Категория": "G", "Правила": "VFR", "Статус": 1},
    }


def settle(sheet: str, intent: Intent) -> None:
    """Make an intent say only what its sheet has columns for."""
    headers = HEADERS[sheet]
    intent.telegrams, intent.sid = "table", None
    if "Рейс" not in headers:
        intent.callsign = ""
    if "Борт" not in headers and "Борт. номер ВС." not in headers:
        intent.regs = ()
    if "Тип ВС" not in headers and "Тип/ группа ВС" not in headers:
        intent.uav_type = intent.uav_count = None
    if "Владелец ВС." not in headers:
        intent.operator_kind = "unknown"


def unreadable(sheet: str) -> tuple[Value, ...]:
    """Write a row that says nothing of a flight."""
    headers = HEADERS[sheet]
    route = next(at for at, header in enumerate(headers) if header.startswith(("Маршрут", "Район", "Текст")))
    return tuple("УТОЧНЯЕТСЯ" if at == route else None for at in range(len(headers)))
