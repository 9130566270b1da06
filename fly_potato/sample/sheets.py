"""The sheets of a sample workbook: names, rows above the header, headers, column formats."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from fly_potato.sample.tables import FORMATS, HEADERS, Value


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """A sheet: where its header stands and which centre's flights it holds (None: all, named in a column)."""

    name: str
    center: str | None
    header: tuple[str, ...]
    above: tuple[tuple[Value, ...], ...] = ()
    below: tuple[tuple[Value, ...], ...] = ()
    kind: str = "telegrams"
    escapes: bool = False

    @property
    def formats(self) -> tuple[str | None, ...]:
        """Give the number format of each column."""
        return tuple(FORMATS.get(title) for title in self.header)

    @property
    def first_row(self) -> int:
        """Number of the first row of data, from 1."""
        return len(self.above) + len(self.below) + 2


_THREE: Final = ("SHR", "DEP", "ARR")
_ALL: Final = SheetPlan("Result_1", None, ("Центр ЕС ОрВД", *_THREE))

SHEETS_2024: Final = (
    SheetPlan(
        "Москва", "Московский", ("Дата полёта", "Сообщение SHR", "DEP", "ARR"), (("Полёты БВС, Московская зона",),)
    ),
    SheetPlan("Санкт-Петербург", "Санкт-Петербургский", HEADERS["Санкт-Петербург"], kind="table"),
    SheetPlan("Калининград", "Калининградский", _THREE),
    SheetPlan(
        "Ростов-на-Дону",
        "Ростовский",
        HEADERS["Ростов-на-Дону"],
        (("Сведения о выполненных полётах БВС",),),
        (tuple(range(1, len(HEADERS["Ростов-на-Дону"]) + 1)),),
        kind="table",
    ),
    SheetPlan("Самара", "Самарский", HEADERS["Самара"], kind="table"),
    SheetPlan("Екатеринбург", "Екатеринбургский", HEADERS["Екатеринбург"], kind="table"),
    SheetPlan("Тюмень", "Тюменский", _THREE),
    SheetPlan("Новосибирск", "Новосибирский", HEADERS["Новосибирск"], kind="table"),
    SheetPlan("Красноярск", "Красноярский", _THREE),
    SheetPlan("Иркутск", "Иркутский", _THREE),
    SheetPlan("Якутск", "Якутский", _THREE),
    SheetPlan(
        "Магадан",
        "Магаданский",
        ("№ п/п", "Планы полета БВС", "DEP", "ARR"),
        (("Магаданский зональный центр",), ("2024 год",)),
        escapes=True,
    ),
    SheetPlan("Хабаровск", "Хабаровский", ("Телеграмма PLN",), (("Хабаровский зональный центр",),)),
    SheetPlan("Симферополь", "Симферопольский", _THREE, (("Симферопольский зональный центр",),)),
)
SHEETS: Final = MappingProxyType({"2025": (_ALL,), "2024": SHEETS_2024})
EMPTY_SHEETS: Final = MappingProxyType({"2025": ("Лист1",), "2024": ()})
LAYOUTS: Final = tuple(sorted(SHEETS))
