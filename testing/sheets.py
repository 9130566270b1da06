"""The sheets of invented workbooks: names, headers, formats, and how each writes a flight as a row of cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from types import MappingProxyType
from typing import Final

from testing.fields import telegraph
from testing.invented_flights import InventedFlight
from testing.telegrams import minutes

CellValue = str | datetime | time | int | None
"""A cell: text, a moment (its format is the column's) or a number."""

_DAY, _CLOCK, _BOTH = "dd.mm.yyyy", "hh:mm", "dd.mm.yyyy hh:mm"
_FORMATS: Final = {
    **{"Дата": _DAY, "Дата полёта": _DAY, "Т выл.факт": _CLOCK, "Т пос.факт": _CLOCK, "Т выл. факт": _CLOCK},
    **{"Т пос. факт": _CLOCK, "Дата, время вылета": _BOTH, "Дата, время посадки": _BOTH},
    **{"Дата, время вылета факт.": _BOTH, "Дата, время посадки факт.": _BOTH},
    **{"Время вылета факт.": f"{_BOTH}:ss", "Время посадки факт.": f"{_BOTH}:ss"},
}


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """A sheet: where its header stands and which centre's flights it holds (None: all, named in a column)."""

    name: str
    center: str | None
    header: tuple[str, ...]
    above: tuple[tuple[CellValue, ...], ...] = ()
    below: tuple[tuple[CellValue, ...], ...] = ()
    is_table: bool = False
    """A column a fact, in place of telegrams."""
    escapes: bool = False

    @property
    def formats(self) -> tuple[str | None, ...]:
        """Give the number format of each column."""
        return tuple(_FORMATS.get(title) for title in self.header)


def _titles(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


_THREE: Final = ("SHR", "DEP", "ARR")
_PETERSBURG: Final = _titles("Дата|Рейс|Борт|Тип ВС|Т выл.факт|Т пос.факт|АРВ|А/В|АРП|А/П|Маршрут")
_ROSTOV: Final = _titles("Дата|Рейс|Борт|Т выл. факт|Т пос. факт|А/В название|А/Н название|Маршрут|Примечания")
_SAMARA: Final = _titles("Дата, время вылета|Дата, время посадки|Место вылета|Место посадки|Район работы")
_YEKATERINBURG: Final = _titles(
    "Дата, время вылета факт.|Дата, время посадки факт.|Место вылета|Место посадки|Район полетов (зона, маршрут)"
)
_NOVOSIBIRSK: Final = _titles(
    "Рейс|Борт. номер ВС.|Тип/ группа ВС|Владелец ВС.|Время вылета факт.|Время посадки факт.|АФТН АП вылета"
    "|АФТН АП посадки|Текст исходного маршрута|EET|Категория|Правила|Статус"
)
"""The last three mean nothing to a reader."""

SHEETS_2024: Final = (
    SheetLayout(
        "Москва", "Московский", ("Дата полёта", "Сообщение SHR", "DEP", "ARR"), (("Полёты БВС, Московская зона",),)
    ),
    SheetLayout("Санкт-Петербург", "Санкт-Петербургский", _PETERSBURG, is_table=True),
    SheetLayout("Калининград", "Калининградский", _THREE),
    SheetLayout(
        "Ростов-на-Дону",
        "Ростовский",
        _ROSTOV,
        (("Сведения о выполненных полётах БВС",),),
        (tuple(range(1, len(_ROSTOV) + 1)),),
        is_table=True,
    ),
    SheetLayout("Самара", "Самарский", _SAMARA, is_table=True),
    SheetLayout("Екатеринбург", "Екатеринбургский", _YEKATERINBURG, is_table=True),
    SheetLayout("Тюмень", "Тюменский", _THREE),
    SheetLayout("Новосибирск", "Новосибирский", _NOVOSIBIRSK, is_table=True),
    SheetLayout("Красноярск", "Красноярский", _THREE),
    SheetLayout("Иркутск", "Иркутский", _THREE),
    SheetLayout("Якутск", "Якутский", _THREE),
    SheetLayout(
        "Магадан",
        "Магаданский",
        ("№ п/п", "Планы полета БВС", "DEP", "ARR"),
        (("Магаданский зональный центр",), ("2024 год",)),
        escapes=True,
    ),
    SheetLayout("Хабаровск", "Хабаровский", ("Телеграмма PLN",), (("Хабаровский зональный центр",),)),
    SheetLayout("Симферополь", "Симферопольский", _THREE, (("Симферопольский зональный центр",),)),
)
SHEETS_2025: Final = (SheetLayout("Result_1", None, ("Центр ЕС ОрВД", *_THREE)),)
SHEETS: Final = MappingProxyType({"2024": SHEETS_2024, "2025": SHEETS_2025})
EMPTY_SHEETS: Final = MappingProxyType({"2024": (), "2025": ("Лист1",)})
LAYOUTS: Final = tuple(SHEETS)


def restrict_to(sheet: SheetLayout, flight: InventedFlight) -> None:
    """Make a flight say only what a table sheet has columns for."""
    columns = set(sheet.header)
    flight.telegrams, flight.sid = "table", None
    if "Рейс" not in columns:
        flight.callsign = ""
    if not columns & {"Борт", "Борт. номер ВС."}:
        flight.regs = ()
    if not columns & {"Тип ВС", "Тип/ группа ВС"}:
        flight.uav_type = flight.uav_count = None
    if "Владелец ВС." not in columns:
        flight.operator_kind = "unknown"


def table_cells(sheet: SheetLayout, flight: InventedFlight) -> tuple[CellValue, ...]:
    """Write a flight as a row of a table sheet."""
    dep, arr = minutes(flight.dep_arc), minutes(flight.arr_arc)
    off, on = flight.dep_dt, flight.arr_dt
    marks, aircraft = " ".join(flight.regs) or None, flight.written_type
    route = flight.zone.written if flight.zone else None
    values: Mapping[str, CellValue] = {
        **{"Дата": off and off.replace(hour=0, minute=0), "Рейс": flight.callsign, "Борт": marks, "Тип ВС": aircraft},
        **{"Т выл.факт": off and off.time(), "Т пос.факт": on and on.time()},
        **{"Т выл. факт": off and off.time(), "Т пос. факт": on and on.time()},
        **{"АРВ": "ZZZZ", "А/В": dep, "АРП": "ZZZZ", "А/П": arr, "Маршрут": route},
        **{"А/В название": dep, "А/Н название": arr, "Примечания": telegraph(flight.remark)},
        **{"Дата, время вылета": off, "Дата, время посадки": on, "Место вылета": dep, "Место посадки": arr},
        **{"Район работы": route, "Дата, время вылета факт.": off, "Дата, время посадки факт.": on},
        **{"Район полетов (зона, маршрут)": route, "Борт. номер ВС.": marks, "Тип/ группа ВС": aircraft},
        **{"Владелец ВС.": telegraph(flight.operator), "Время вылета факт.": off, "Время посадки факт.": on},
        **{"АФТН АП вылета": dep, "АФТН АП посадки": arr, "Текст исходного маршрута": route, "EET": flight.fir},
        **{"Категория": "G", "Правила": "VFR", "Статус": 1},
    }
    return tuple(values.get(title) for title in sheet.header)


def unreadable_cells(sheet: SheetLayout) -> tuple[CellValue, ...]:
    """Write a row of a table sheet that says nothing of a flight."""
    return tuple("УТОЧНЯЕТСЯ" if title.startswith(("Маршрут", "Район", "Текст")) else None for title in sheet.header)
