"""What goes to the staging tables: source rows, their flights and rejected rows, as lines of COPY in its text format.

The order of values is the order of the columns in ``stage`` (``shared/ingest/sql/load.sql``); a test holds them equal.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from itertools import chain
from typing import Any, Final, NamedTuple

from shared.flights import Flight, Reading, Row, TableRow, TelegramRow, build, read
from shared.telegrams import Circle, Named, Point, Polygon, Route, Zone
from shared.workbooks.protocol import Lines

_LEAST_SPREAD: Final = timedelta(days=335)
"""A date less than about a year from the rest is believed: plans of another season do stand in a month's workbook."""
_TABLE_FIELDS: Final = tuple(field.name for field in fields(TableRow))
_NULL: Final = "\\N"
_NO_POINT: Final = f"{_NULL}\t{_NULL}\t{_NULL}"
_NO_PAIR: Final = f"{_NULL}\t{_NULL}"
_NO_TEXTS: Final = "{}"
_json_text: Final = json.JSONEncoder().encode
_MINUTE_TEXTS: Final = tuple(f"T{minute // 60:02}:{minute % 60:02}:00+00:00" for minute in range(1_440))


class PlacedRow(NamedTuple):
    """A row and where it stands."""

    ordinal: int
    """Its place among the filled rows of all sheets, from 0."""
    sheet: str
    number: int
    """Its number in its sheet, from 1."""
    content: Row


def row_line(row: PlacedRow, key: bytes) -> str:
    """Write a source row of the flight with this key for ``stage_rows``."""
    ordinal, sheet, number, content = row
    return f"{ordinal}\t{key.hex()}\t{row_hash(content).hex()}\t{_text(sheet)}\t{number}\t{_texts(content)}\n"


def reject_line(row: PlacedRow, code: str) -> str:
    """Write a rejected row for ``stage_rejects``."""
    ordinal, sheet, number, content = row
    return f"{ordinal}\t{code}\t{_text(sheet)}\t{number}\t{_texts(content)}\n"


def _texts(content: Row) -> str:
    if isinstance(content, TelegramRow):
        center, shr, dep, arr = content.center, content.shr, content.dep, content.arr
        return f"{_text(center)}\t{_text(shr)}\t{_text(dep)}\t{_text(arr)}\t{_NULL}"
    cells = _text(json.dumps(_cells(content), ensure_ascii=False))
    return f"{_text(content.center)}\t{_NO_POINT}\t{cells}"


def _text(value: str | None) -> str:
    if value is None:
        return _NULL
    if "\\" in value:
        value = value.replace("\\", "\\\\")
    if "\n" in value:
        value = value.replace("\n", "\\n")
    if "\r" in value:
        value = value.replace("\r", "\\r")
    return value.replace("\t", "\\t") if "\t" in value else value


def _array(values: tuple[str, ...]) -> str:
    quoted = ['"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values]
    return _text("{" + ",".join(quoted) + "}")


def _number(value: float | None) -> str:
    return _NULL if value is None else repr(value)


class _DayTexts(dict[date, str]):
    def __missing__(self, day: date) -> str:
        written = self[day] = day.isoformat()
        return written


_DAY_TEXTS: Final = _DayTexts()
"""Days as ISO writes them, kept once seen: the plausible ones are few, and a row names up to five."""


def _moment(value: datetime | None) -> str:
    if value is None:
        return _NULL
    if value.tzinfo is not UTC or value.second or value.microsecond:
        return value.isoformat()
    return _DAY_TEXTS[value.date()] + _MINUTE_TEXTS[value.hour * 60 + value.minute]


def content_of(row: Any) -> Row:
    """Take a row of ``raw.rows`` back for what it was."""
    if row["cells"] is None:
        return TelegramRow(row["center"], row["shr"], row["dep"], row["arr"])
    return TableRow(**json.loads(row["cells"]))


def _cells(row: TableRow) -> dict[str, str]:
    fields = ((name, getattr(row, name)) for name in _TABLE_FIELDS)
    return {name: value for name, value in fields if value is not None}


def row_hash(content: Row) -> bytes:
    """Give 16 bytes that tell one text of a row from another."""
    if isinstance(content, TelegramRow):
        texts = (content.center, content.shr, content.dep, content.arr)
        serialised = "\x1f".join([text or "" for text in texts])
    else:
        serialised = "\x1e" + json.dumps(_cells(content), ensure_ascii=False, sort_keys=True)
    return blake2b(serialised.encode("utf8", "surrogatepass"), digest_size=16).digest()


def flight_line(ordinal: int, flight: Flight) -> str:
    """Write a flight for ``stage_flights``."""
    position, level, dep = flight.position, flight.level_m, _point(flight.dep)
    if position is flight.dep and position is not None:
        at = dep.rpartition("\t")[0]
    else:
        at = _NO_PAIR if position is None else _pair(position.lat, position.lon)
    day, hour = counted_day_and_hour(flight)
    # One text and no list of values: a workbook has as many of these as rows.
    return (
        f"{ordinal}\t{flight.key.hex()}\t{flight.state}\t{_text(flight.sid)}\t{_text(flight.callsign)}\t"
        f"{_text(flight.uav_type)}\t{_number(flight.uav_count)}\t{_array(flight.regs) if flight.regs else _NO_TEXTS}\t"
        f"{flight.operator_kind}\t{_text(flight.center)}\t"
        f"{dep}\t{_point(flight.arr)}\t{at}\t{flight.position_source}\t"
        f"{_moment(flight.dep_dt)}\t{_moment(flight.arr_dt)}\t{_number(flight.duration_min)}\t"
        f"{_moment(flight.plan_dep_dt)}\t{_moment(flight.plan_arr_dt)}\t{_number(flight.plan_duration_min)}\t"
        f"{_NO_PAIR if level is None else _pair(*level)}\t{_zone(flight.zone)}\t"
        f"{_array(flight.problems) if flight.problems else _NO_TEXTS}\t"
        f"{_NULL if day is None else _DAY_TEXTS[day]}\t{_number(hour)}\n"
    )


def _pair(first: float, second: float) -> str:
    return f"{first!r}\t{second!r}"


def _point(point: Point | None) -> str:
    return _NO_POINT if point is None else f"{point.lat!r}\t{point.lon!r}\t{point.source}"


def _zone(zone: Zone | None) -> str:
    # What lists of numbers look like in Python they look like in JSON, which costs four times as much to write.
    match zone:
        case None:
            return _NULL
        case Circle():
            return f'{{"kind": "circle", "radius_km": {zone.radius_km!r}, "center": [{zone.lat!r}, {zone.lon!r}]}}'
        case Polygon():
            return f'{{"kind": "polygon", "points": {list(map(list, zone.points))!r}}}'
        case Route():
            return f'{{"kind": "route", "points": {list(map(list, zone.points))!r}}}'
    return _text(f'{{"kind": "named", "names": [{", ".join(map(_json_text, zone.names))}]}}')


def counted_day_and_hour(flight: Flight) -> tuple[date | None, int | None]:
    """Give the UTC day and hour (0 to 23) of the take-off, else of the plan, else of the landing."""
    moment: datetime | None = flight.dep_dt or flight.plan_dep_dt or flight.arr_dt
    if moment is None:
        return None, None
    moment = moment.astimezone(UTC)
    return moment.date(), moment.hour


def zone_json(zone: Zone) -> dict[str, object]:
    """Write a zone as the JSON form that the ``parse`` command documents: points as ``[lat, lon]``."""
    match zone:
        case Circle():
            return {"kind": "circle", "radius_km": zone.radius_km, "center": [zone.lat, zone.lon]}
        case Polygon():
            return {"kind": "polygon", "points": [list(point) for point in zone.points]}
        case Route():
            return {"kind": "route", "points": [list(point) for point in zone.points]}
        case Named():
            return {"kind": "named", "names": list(zone.names)}


class Staging:
    """Rows on their way to the staging tables, with everything counted."""

    def __init__(self, sent: date | None) -> None:
        """Begin; ``sent`` is the UTC day on which the rows came, None believes any day."""
        self._sent = sent
        self._rows: list[str] = []
        self._flights: list[str] = []
        self._rejects: list[str] = []
        self._days: Counter[date] = Counter()
        self.rows_taken = self.rows_empty = self.rows_rejected = 0
        self.problems: Counter[str] = Counter()
        """Rows by the codes of what is wrong with them, rejected ones included."""
        self.rows_waiting = self.characters_waiting = 0
        """What ``lines`` would give now."""

    @property
    def rows_staged(self) -> int:
        """Tell how many rows speak of a flight."""
        return self.rows_taken - self.rows_empty - self.rows_rejected

    def take(self, rows: Sequence[PlacedRow]) -> list[tuple[int, str]]:
        """Read some rows; gives those that are rejected, by their index in ``rows``, and the code of each.

        Each step is done for all of them before the next one: so its code and its tables stay in the processor's
        caches, which is worth a seventh of the time.
        """
        self.rows_taken += len(rows)
        self.rows_waiting += len(rows)
        readings = [read(row.content, sent=self._sent) for row in rows]
        rejected: list[tuple[int, str]] = []
        read_rows: list[PlacedRow] = []
        flights: list[Flight] = []
        for index, (row, reading) in enumerate(zip(rows, readings, strict=True)):
            if isinstance(reading, Reading):
                read_rows.append(row)
                flights.append(build((reading,)))
            elif reading is None:
                self.rows_empty += 1
            else:
                rejected.append((index, reading.code))
        self._put(self._rejects, [reject_line(rows[index], code) for index, code in rejected])
        self._put(self._rows, [row_line(row, flight.key) for row, flight in zip(read_rows, flights, strict=True)])
        told = zip(read_rows, flights, strict=True)
        self._put(self._flights, [flight_line(row.ordinal, flight) for row, flight in told])
        self._count(flights, [code for _, code in rejected])
        return rejected

    def _count(self, flights: Sequence[Flight], rejects: Sequence[str]) -> None:
        self.rows_rejected += len(rejects)
        self.problems.update(rejects)
        self.problems.update(chain.from_iterable(flight.problems for flight in flights))
        days = (counted_day_and_hour(flight)[0] for flight in flights)
        self._days.update(day for day in days if day is not None)

    def lines(self) -> Lines:
        """Give the lines of what has been taken since the last call."""
        lines = Lines(*("".join(waiting).encode() for waiting in (self._rows, self._flights, self._rejects)))
        for waiting in (self._rows, self._flights, self._rejects):
            waiting.clear()
        self.rows_waiting = self.characters_waiting = 0
        return lines

    def period(self) -> tuple[date, date] | None:
        """Tell the days plausible in the rows: around their median, as wide as half of the rows are, twice over.

        Quartiles, because a slip of the pen must not widen the period it is measured against.
        """
        total = self._days.total()
        if not total:
            return None
        ordered = sorted(self._days.items())
        low, middle, high = (_quantile(ordered, total * part) for part in (0.25, 0.5, 0.75))
        spread = max(_LEAST_SPREAD, 2 * (high - low))
        return _shift(middle, -spread), _shift(middle, spread)

    def _put(self, waiting: list[str], lines: Sequence[str]) -> None:
        self.characters_waiting += sum(map(len, lines))
        waiting += lines


def _quantile(ordered: list[tuple[date, int]], rank: float) -> date:
    passed = 0
    for day, times in ordered:
        passed += times
        if passed >= rank:
            return day
    return ordered[-1][0]


def _shift(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return date.max if by > timedelta() else date.min
