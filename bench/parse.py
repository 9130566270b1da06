"""How many rows a second are read on one core, the reading of the workbook excluded: ``python -m bench.parse``.

Rows are made from the grammar of 2025: three telegrams each, texts of about 650 characters, with the shares of
oddities that were counted in a workbook of 76,902 rows (Cyrillic coordinates 2 %, names beside coordinates 2 %,
blanks inside 1 %, lists of marks 20 %, no marks 12 %, polygons 9 %, DEP without ARR 6 %, trailing blanks and other
framing 3 %). No two rows are equal: their numbers, days, minutes and points differ as real ones do.
"""

import argparse
import gc
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared.flights import Reading, TelegramRow, build, read
from shared.telegrams import Circle, Kind, Movement, Named, Place, Plan, Polygon, Zone, parse_all
from shared.telegrams.rendering import render

_REMARK = (
    "МР0{0} ПОЛЕТЫ НАД НАСЕЛЕННЫМИ ПУНКТАМИ НЕ ПРОИЗВОДЯТСЯ ВЫСОТА ПОЛЕТА 300-500М AGL 400-600М AMSL ВЗЛЕТ/ПОСАДКА "
    "У4ЕТНЫЙ НОМЕР БВС СОГЛАСОВАНО РАЗРЕШЕНИЕ 346/7/{0} ОПЕРАТОР ВЫДУМКИН ПЕТР +70000000000"
)
_OPERATORS = ("ООО ВЫДУМКА", "ГУ М4С РОССИИ ПО ВЫДУМАННОМУ КРАЮ", "ВЫДУМКИН ПЕТР ПЕТРОВИ4", "ИП ВЫДУМКИН П П")


@dataclass(frozen=True, slots=True)
class Site:
    """Where someone flies again and again: a real workbook has about one in ten rows."""

    at: Place
    zone: Zone
    level: tuple[int, int]
    marks: tuple[str, ...]
    operator: str
    duration: int


def rows(count: int, seed: int = 1) -> list[TelegramRow]:
    """Make rows of half a year, as a workbook of 2025 has them."""
    chance = random.Random(seed)  # noqa: S311  not for secrets
    sites = [_site(chance) for _ in range(max(count // 10, 20))]
    return [_row(number, chance, chance.choice(sites)) for number in range(count)]


def _site(chance: random.Random) -> Site:
    at = _point(chance)
    return Site(
        at,
        _zone(chance, at),
        (chance.randrange(0, 60) * 10, chance.randrange(60, 150) * 10),
        tuple(f"{chance.randrange(10**6):06}A" for _ in range(chance.choice([0, 1, 1, 1, 1, 1, 1, 2, 3]))),
        chance.choice(_OPERATORS),
        chance.choice([180, 300, 720, 960, 1439]),
    )


def _point(chance: random.Random) -> Place:
    minutes = chance.randrange(44 * 60, 72 * 60), chance.randrange(30 * 60, 150 * 60)
    seconds = (chance.randrange(60), chance.randrange(60)) if chance.random() < 0.2 else (0, 0)
    lat, lon = (
        round(minute // 60 + minute % 60 / 60 + second / 3600, 6)
        for minute, second in zip(minutes, seconds, strict=True)
    )
    return Place(lat, lon)


def _zone(chance: random.Random, at: Place) -> Zone:
    kind = chance.random()
    if kind < 0.85:
        return Named((f"MR0{chance.randrange(100_000):05}",))
    if kind < 0.91:
        return Circle(chance.choice([0.5, 1, 1.9, 2]), at.lat, at.lon)
    steps = [(chance.randrange(-9, 9) / 60, chance.randrange(-9, 9) / 60) for _ in range(chance.randrange(3, 14))]
    return Polygon(tuple((round(at.lat + north, 6), round(at.lon + east, 6)) for north, east in steps))


def _row(number: int, chance: random.Random, site: Site) -> TelegramRow:
    day = date(2025, 1, 1) + timedelta(days=chance.randrange(181))
    off = chance.randrange(0, 1200)
    plan = Plan(
        Kind.SHR,
        callsign="ZZZZZ",
        sid=f"777{number:07}",
        day=day,
        minute=off - off % 30,
        duration=site.duration,
        departure="ZZZZ",
        destination="ZZZZ",
        level=site.level,
        zone=site.zone,
        dep=site.at,
        dest=site.at,
        uav_type=chance.choice(["BLA"] * 12 + ["AER"]),
        uav_count=chance.choice([1] * 9 + [2]),
        regs=site.marks,
        operator=site.operator,
    )
    moved = Movement(Kind.DEP, sid=plan.sid, day=day, minute=off, precise=site.at, regs=site.marks)
    landed = moved._replace(kind=Kind.ARR, minute=off + chance.randrange(5, 239))
    cells = [render(plan, _REMARK.format(number)), render(moved), render(landed)]
    return _odd(cells, chance)


def _odd(cells: list[str], chance: random.Random) -> TelegramRow:
    """Write some rows as people do."""
    kind = chance.random()
    if kind < 0.02:
        cells[1:] = [text.replace("N", "С").replace("E\n-PAP", "В\n-PAP") for text in cells[1:]]
    elif kind < 0.04:
        cells[1:] = [text.replace("Z ", "Z ХУТОР ДАЛЬНИЙ ") for text in cells[1:]]
    elif kind < 0.05:
        cells[1] = cells[1].replace("N", "N ")
    elif kind < 0.08:
        cells[0] = "  " + cells[0].replace("\n", " \n")
    arr = None if chance.random() < 0.06 else cells[2]
    return TelegramRow("Тюменский", cells[0], cells[1], arr)


def _parse(some: Sequence[TelegramRow]) -> None:
    for row in some:
        for text in (row.shr, row.dep, row.arr):
            if text:
                parse_all(text)


def _read(some: Sequence[TelegramRow]) -> list[Reading]:
    return [said for row in some if isinstance(said := read(row), Reading)]


def _build(readings: Sequence[Reading]) -> None:
    for reading in readings:
        build((reading,))


def rate(work: Callable[[], object], count: int, repeats: int) -> float:
    """Give the median of rows a second of processor time; the collector rests, as it does in a load."""
    taken = []
    for _ in range(repeats):
        gc.collect()
        gc.disable()
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
        gc.enable()
    return count / statistics.median(taken)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; exit status 1 if parsing is slower than ``--floor``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--floor", type=float, default=0, help="rows a second that parsing must reach")
    options = parser.parse_args(argv)
    some = rows(options.rows)
    readings = _read(some)
    rates = {
        "parse": rate(lambda: _parse(some), len(some), options.repeats),
        "read": rate(lambda: _read(some), len(some), options.repeats),
        "build": rate(lambda: _build(readings), len(some), options.repeats),
    }
    characters = sum(len(text or "") for row in some for text in (row.shr, row.dep, row.arr)) / len(some)
    said = {
        name: {"rows_per_second": round(value), "us_per_row": round(1e6 / value, 1)} for name, value in rates.items()
    }
    print(json.dumps({"rows": len(some), "characters_per_row": round(characters), **said}))
    return rates["parse"] < options.floor


if __name__ == "__main__":
    sys.exit(main())
