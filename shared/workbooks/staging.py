"""What goes to the staging tables: source rows, their flights and rejected rows, as lines of COPY in its text format.

The order of values is the order of the columns in ``stage`` (``shared/ingest/sql/load.sql``); a test holds them equal.
"""

import json
from collections import Counter
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Any, Final

from shared.flights import Flight, Reject, Row, TableRow, TelegramRow, build, read
from shared.telegrams import Circle, Named, Point, Polygon, Route, Zone
from shared.workbooks.protocol import Lines

_LEAST_SPREAD: Final = timedelta(days=335)
"""A date less than about a year from the rest is believed: plans of another season do stand in a month's workbook."""
_TABLE_FIELDS: Final = tuple(field.name for field in fields(TableRow))
_NULL: Final = "\\N"
_NO_POINT: Final = f"{_NULL}\t{_NULL}\t{_NULL}"
_NO_PAIR: Final = f"{_NULL}\t{_NULL}"
_NO_TEXTS: Final = "{}"
_MINUTE_TEXTS: Final = tuple(f"T{minute // 60:02}:{minute % 60:02}:00+00:00" for minute in range(1_440))


def row_line(ordinal: int, sheet: str, number: int, key: bytes, content: Row) -> str:
    """Write a source row for ``stage_rows``; ``ordinal`` counts the filled rows of all sheets from 0."""
    return f"{ordinal}\t{key.hex()}\t{row_hash(content).hex()}\t{_text(sheet)}\t{number}\t{_texts(content)}\n"


def reject_line(ordinal: int, sheet: str, number: int, code: str, content: Row) -> str:
    """Write a rejected row for ``stage_rejects``."""
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
    position, level = flight.position, flight.level_m
    day, hour = counted_day_and_hour(flight)
    # One text and no list of values: a workbook has as many of these as rows.
    return (
        f"{ordinal}\t{flight.key.hex()}\t{flight.state}\t{_text(flight.sid)}\t{_text(flight.callsign)}\t"
        f"{_text(flight.uav_type)}\t{_number(flight.uav_count)}\t{_array(flight.regs) if flight.regs else _NO_TEXTS}\t"
        f"{flight.operator_kind}\t{_text(flight.center)}\t"
        f"{_point(flight.dep)}\t{_point(flight.arr)}\t"
        f"{_NO_PAIR if position is None else _pair(position.lat, position.lon)}\t{flight.position_source}\t"
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
    return _text(json.dumps(zone_json(zone)))


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

    def take(self, ordinal: int, sheet: str, number: int, content: Row) -> str | None:
        """Read a row; ``ordinal`` is its place among the filled rows of all sheets, ``number`` the one in its sheet.

        Gives the code of a row that is rejected, else None.
        """
        self.rows_taken += 1
        self.rows_waiting += 1
        reading = read(content, sent=self._sent)
        if reading is None:
            self.rows_empty += 1
            return None
        if isinstance(reading, Reject):
            self.rows_rejected += 1
            self.problems[reading.code] += 1
            self._put(self._rejects, reject_line(ordinal, sheet, number, reading.code, content))
            return reading.code
        flight = build((reading,))
        day, _ = counted_day_and_hour(flight)
        if day is not None:
            self._days[day] += 1
        self.problems.update(flight.problems)
        self._put(self._rows, row_line(ordinal, sheet, number, flight.key, content))
        self._put(self._flights, flight_line(ordinal, flight))
        return None

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

    def _put(self, waiting: list[str], line: str) -> None:
        self.characters_waiting += len(line)
        waiting.append(line)


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
