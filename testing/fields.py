"""What stands in the fields of an invented telegram: aircraft, marks, zones, levels, operators and free text.

Each is drawn as it is meant and as it is written, in the shares that were counted in 1,000 rows of a workbook of 2025
and in 75 complete rows. No surname is anybody's; telephone numbers are such as nobody can have.
"""

import random
from typing import Final, NamedTuple

from testing.gazetteer import Site, Weights
from testing.telegrams import ArcSeconds, minutes, to_minutes

TYPES: Final = Weights(
    BLA=78.5,
    counted_bla=8.0,
    AER=5.5,
    counted_aer=1.5,
    SHAR=0.5,
    lower=0.5,
    cyrillic=0.8,
    blank=0.7,
    behind=0.5,
    none=3.5,
)
MARKS: Final = Weights(
    none=12.0, one=60.0, list=18.0, doubled_prefix=1.0, dotted=1.5, registered=3.0, repeated=1.5, zzzz=3.0
)
ZONES: Final = Weights(
    named_six=47.0,
    named_five=24.0,
    named_short_term=6.5,
    named_four=4.8,
    named_restricted=1.2,
    named_two=1.0,
    polygon=9.0,
    circle=5.0,
    circle_twice_zona=0.2,
    route=1.3,
    none=1.5,
)
LEVELS: Final = Weights(band=94.0, speed_and_level=3.0, level=1.5, feet=1.0, none=0.5)

_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_RADII: Final = (("R0,5", 0.5), ("R002", 2.0), ("R1,9", 1.9), ("R001", 1.0), ("R0,7", 0.7), ("R005", 5.0))
# Cyrillic look-alikes of Latin names, as remarks repeat them: МР, MР, ВР.
_RESPELT: Final = {"MR": ("MR", "МР", "MР"), "WR": ("WR", "VR", "ВР")}

SURNAMES: Final = (
    "ВЫДУМКИН", "НЕБЫВАЛОВ", "ВЕТРОДУЕВ", "ПОДНЕБЕСОВ", "ВИНТОКРЫЛОВ", "ЧЕТЫРЁХВИНТОВ", "ОБЛАКОВЕРТОВ", "ДРОНОЛЁТОВ",
    "ПРИДУМЩИКОВ", "КАРТОФЕЛЕВИЧЕВ", "ЗАОБЛАЧКИН", "ПРОПЕЛЛЕРОВ", "ПРИМЕРНИКОВ", "ОБРАЗЧИКОВ", "НИГДЕЕВ", "ТУЧЕГОНОВ",
)  # fmt: skip
_NAMES: Final = (("ИВАН", "ИВАНОВИЧ"), ("ПЁТР", "ПЕТРОВИЧ"), ("СИДОР", "СИДОРОВИЧ"), ("ФОМА", "ФОМИЧ"))
_COMPANIES: Final = (
    "ООО АЭРОПРИМЕР", "ООО НЕБЕСНЫЙ КАРТОФЕЛЬ", "АО ВЫДУМГАЗ", "ПАО НЕБЫЛЬНЕФТЬ", "ООО КАРТА И ВЕТЕР",
    "АО ОБРАЗЦОВЫЕ СЕТИ",
)  # fmt: skip
_OFFICES: Final = (
    "ГУ МЧС РОССИИ ПО ОБРАЗЦОВОЙ ОБЛАСТИ", "МВД ПО ПРИМЕРНОМУ КРАЮ", "ФГБУ ПРИМЕРНЫЙ ЗАПОВЕДНИК",
    "АДМИНИСТРАЦИЯ ПРИМЕРНОГО РАЙОНА",
)  # fmt: skip
_WORKS: Final = (
    "МОНИТОРИНГ ЛЭП", "АЭРОФОТОСЪЕМКА", "ОБЕСПЕЧЕНИЕ СОГЛАСОВАНО", "ЛЕДОВАЯ РАЗВЕДКА", "ПОИСКОВЫЕ РАБОТЫ",
    "УЧЕБНЫЙ ПОЛЕТ", "ОБСЛЕДОВАНИЕ ТРУБОПРОВОДА", "ВНЕСЕНИЕ УДОБРЕНИЙ", "ЦЕЛЬ ПОЛЕТА ОХРАНА", "СЪЕМКА КИНО",
)  # fmt: skip
PLACE_NAMES: Final = (
    "ХЕЛИДОК ВЫДУМКА", "ПЛОЩАДКА НЕБЫЛЬ", "SOSNOWKA", "ДЕРЕВНЯ ПРИМЕРНОЕ", "WYDUMKA", "КС ОБРАЗЦОВАЯ",
    "КУСТ 12 НИГДЕЕВКА",
)  # fmt: skip
_REMARKS: Final = (
    "ВЫСОТА {low}-{high}М AGL ПОЛЕТЫ НАД НАСЕЛЕННЫМИ ПУНКТАМИ НЕ ПРОИЗВОДЯТСЯ",
    "20-50M/MSL РП/{person} {phone}",
    "РАЗРЕШЕНИЕ НОМЕР 346/7/3494 ОТ 19.12.2024",
    "WZL/POS В РАЙОНЕ ПЛОЩАДКИ",
    "ОПЕРАТОР/{person}{phone}",
    "ПЛАН SHR ПОДАН ПО ТЕЛЕФОНУ {phone}",
    "УЧЕТНЫЕ НОМЕРА БВС {marks}",
)
_TRANSLITERATION: Final = str.maketrans("АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЩЫЬЭЯ", "ABWGDEVZIJKLMNOPRSTUFHCQYXEQ")


class Aircraft(NamedTuple):
    """A type, how many, and how ``TYP/`` writes it; None where there is no TYP/."""

    name: str | None
    number: int | None
    written: str | None


class DrawnZone(NamedTuple):
    """A zone: how the telegram writes it and what it is, in the form of the truth file."""

    written: str
    kind: str
    remark: str = ""
    """The zone's name as the remarks repeat it."""
    names: tuple[str, ...] = ()
    points: tuple[ArcSeconds, ...] = ()
    radius_km: float | None = None


def draw_aircraft(chance: random.Random) -> Aircraft:
    """Draw what flies."""
    kind = TYPES.pick(chance)
    count = chance.choice((1, 2, 2, 2, 3, 4, 4, 8, 14))
    aircraft = {
        "counted_bla": Aircraft("BLA", count, f"{count}BLA"),
        "counted_aer": Aircraft("AER", count + 1, f"{count + 1}AER"),
        "lower": Aircraft("BLA", 1, "bla"),
        "cyrillic": Aircraft("BLA", 1, "ВLА"),
        "blank": Aircraft("BLA", count, f"{count} BLA"),
        "behind": Aircraft("BLA", count, f"BLA{count}"),
        "none": Aircraft(None, None, None),
    }
    return aircraft.get(kind, Aircraft(kind, 1, kind))


def draw_marks(chance: random.Random, number: int, count: int) -> tuple[tuple[str, ...], str]:
    """Draw the marks; ``number`` is the flight's own, so that no two flights have the same ones."""
    kind = MARKS.pick(chance)
    first = _mark(chance, number)
    if kind == "list":
        more = (_mark(chance, number + 7 * index) for index in range(1, max(2, min(count, 6))))
        marks = tuple(dict.fromkeys((first, *more)))
        return marks, chance.choice((" ", ",", ", ", "\n")).join(marks)
    if kind == "registered":
        five = f"{37_000 + number % 60_000:05}"
        mark = chance.choice((f"RF{five}", f"RF-{five}", f"RA{five[1:]}G", f"RA-{five[1:]}G", five, f"{five[1:]}G"))
        return (mark,), mark
    five = f"{number % 100_000:05}"
    marks_of = {
        "none": ((), ""),
        "doubled_prefix": ((five, first), f"{five},REG{first}"),
        "dotted": ((first,), f"{first}."),
        "repeated": ((first,), f"{first} {first}"),
        "zzzz": (("ZZZZ",), "ZZZZ"),
    }
    return marks_of.get(kind, ((first,), first))


def _mark(chance: random.Random, number: int) -> str:
    digits = f"0{number:05}" if number < 100_000 else f"{number % 1_000_000:06}"
    at = chance.randrange(7)
    return digits[:at] + chance.choice(_LETTERS) + digits[at:]


def draw_zone(chance: random.Random, site: Site, kind: str | None = None) -> DrawnZone | None:
    """Draw a zone around a place, of one of ``ZONES`` if ``kind`` says so; None for a flight without one."""
    kind = kind or ZONES.pick(chance)
    arc = to_minutes((site.lat, site.lon))
    match kind:
        case "none":
            return None
        case "circle" | "circle_twice_zona":
            radius, km = chance.choice(_RADII)
            word = "ZONA" if kind == "circle" else "ZONA ZONA"
            return DrawnZone(f"/{word} {radius} {minutes(arc)}/", "circle", points=(arc,), radius_km=km)
        case "polygon":
            ring = [
                (arc[0] + 60 * chance.randrange(-4, 5), _east(arc[1] + 60 * chance.randrange(-6, 7)))
                for _ in range(chance.choice((3, 4, 5, 6, 11, 40, 112)))
            ]
            points = (*ring, ring[0])
            return DrawnZone(f"/ZONA {' '.join(map(minutes, points))}/", "polygon", points=points)
        case "route":
            corners = (arc, (arc[0] + 120, _east(arc[1] + 180)), (arc[0] + 240, _east(arc[1] - 60)))
            points = corners[: chance.choice((2, 2, 3))]
            return DrawnZone(" DCT ".join(map(minutes, points)), "route", points=points)
    return _named_zone(chance, kind)


def _east(lon: int) -> int:
    return min(648_000, max(-648_000, lon))


def _named_zone(chance: random.Random, kind: str) -> DrawnZone:
    family, number = {
        "named_five": (chance.choice(("MR", "WR")), f"{chance.randrange(100_000):05}"),
        "named_short_term": ("KO", f"{chance.randrange(10, 100)}"),
        "named_four": ("", f"{chance.randrange(1_000, 10_000)}"),
        "named_restricted": (chance.choice(("USP", "USR", "URR")), f"{chance.randrange(100, 1_000)}"),
    }.get(kind, ("MR", f"{chance.randrange(1_000_000):06}"))
    names = (f"{family}{number}", *([f"WR{chance.randrange(100, 1_000)}"] if kind == "named_two" else []))
    respelt = chance.choice(_RESPELT.get(family, (family,)))
    return DrawnZone(f"/ZONA {' '.join(names)}/", "named", f"{respelt}{number}", names)


def draw_level(chance: random.Random) -> tuple[str, tuple[int, int] | None]:
    """Draw a level: how it is written and what it means in metres."""
    kind = LEVELS.pick(chance)
    low = chance.choice((0, 0, 5, 10, 15, 40))
    high = low + chance.choice((2, 5, 10, 15, 20, 45))
    match kind:
        case "none":
            return "", None
        case "speed_and_level":
            return f"K0040M{high:04}", (high * 10, high * 10)
        case "level":
            return f"M{high:04}", (high * 10, high * 10)
        case "feet":
            # 25 and 50 hundred feet are whole metres.
            return "A025/A050", (762, 1524)
    return f"M{low:04}/M{high:04}", (low * 10, high * 10)


def telegraph(text: str) -> str:
    """Write a text as the telegraph does: no Ё, the digit 4 for Ч."""
    return text.replace("Ё", "Е").replace("Ч", "4")


def draw_operator(chance: random.Random) -> tuple[str, str]:
    """Name an operator and tell its kind, as ``OperatorKind`` has it."""
    draw = chance.random()
    if draw < 0.45:
        return chance.choice(_COMPANIES), "organisation"
    if draw < 0.55:
        return chance.choice(_OFFICES), "state"
    name, patronymic = chance.choice(_NAMES)
    full = f"{chance.choice(SURNAMES)} {name} {patronymic}"
    if draw < 0.6:
        return f"ИП {full}", "entrepreneur"
    if draw < 0.64:
        return telegraph(full).translate(_TRANSLITERATION), "person"
    return full, "person"


def draw_remark(chance: random.Random, zone: str, marks: str) -> str:
    """Write free text as it stands behind RMK/: a zone, what for, who, and words that look like fields."""
    words = [zone, chance.choice(_WORKS)] if zone else [chance.choice(_WORKS)]
    low = chance.randrange(50, 300, 10)
    facts = {
        "low": low,
        "high": low + 100,
        "person": _person(chance),
        "phone": _phone(chance),
        "marks": marks or "ZZZZ",
    }
    words.append(chance.choice(_REMARKS).format(**facts))
    if chance.random() < 0.6:
        words.append(f"СВЯЗЬ С ОПЕРАТОРОМ БВС {_person(chance)} {_phone(chance)}")
    return " ".join(words)


def _person(chance: random.Random) -> str:
    name, patronymic = chance.choice(_NAMES)
    surname = chance.choice(SURNAMES)
    return chance.choice((f"{surname} {name} {patronymic}", f"{surname} {name[0]}.{patronymic[0]}.", surname))


def _phone(chance: random.Random) -> str:
    tail = f"{chance.randrange(100):02}"
    shapes = ("+70000000000", "80000000000", f"+7 900 000-00-{tail}", "8-000-000-0000", "8 (000) 000-00-00")
    return chance.choice((*shapes, "+7 000 000 00 00", "8(000)0000000"))
