"""What goes to the staging tables: source rows, their flights and rejected rows, as lines of COPY in its text format.

The order of members is the order of the columns in ``shared/ingest/sql/stage.sql``; a test holds them equal.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Any, Final, TypeAlias

from shared.flights import Flight, Reject, Row, TableRow, TelegramRow, build, read
from shared.telegrams import Circle, Named, Polygon, Route, Zone
from shared.workbooks.protocol import Lines

Record: TypeAlias = tuple[Any, ...]

_NULL: Final = "\\N"
_LEAST_SPREAD: Final = timedelta(days=335)
"""A date less than about a year from the rest is believed: plans of another season do stand in a month's workbook."""
_TABLE_FIELDS: Final = tuple(field.name for field in fields(TableRow))


def copy_line(record: Record) -> str:
    """Write a record as a line of COPY's text format."""
    return "\t".join([_WRITERS[value.__class__](value) for value in record]) + "\n"


def _text(value: str) -> str:
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


_WRITERS: Final[Mapping[type, Callable[[Any], str]]] = {
    type(None): lambda _: _NULL,
    str: _text,
    int: str,
    float: repr,
    bytes: bytes.hex,
    tuple: _array,
    date: date.isoformat,
    datetime: datetime.isoformat,
}
"""By type: texts, numbers, UUIDs as their 16 bytes, arrays of texts, days, moments with their zone."""


def row_record(ordinal: int, sheet: str, number: int, key: bytes, content: Row) -> Record:
    """Make the record of a source row for ``stage_rows``; ``ordinal`` counts the filled rows of all sheets from 0."""
    return (ordinal, key, row_hash(content), sheet, number, *_texts(content))


def reject_record(ordinal: int, sheet: str, number: int, code: str, content: Row) -> Record:
    """Make the record of a rejected row for ``stage_rejects``."""
    return (ordinal, code, sheet, number, *_texts(content))


def _texts(content: Row) -> Record:
    if isinstance(content, TelegramRow):
        return (content.center, content.shr, content.dep, content.arr, None)
    return (content.center, None, None, None, json.dumps(_cells(content), ensure_ascii=False))


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


def flight_record(ordinal: int, flight: Flight) -> Record:
    """Make the record of a flight for ``stage_flights``."""
    dep, arr, position = flight.dep, flight.arr, flight.position
    level = flight.level_m or (None, None)
    day, hour = counted_day_and_hour(flight)
    return (
        ordinal,
        flight.key,
        flight.state.value,
        flight.sid,
        flight.callsign,
        flight.uav_type,
        flight.uav_count,
        flight.regs,
        flight.operator_kind.value,
        flight.center,
        *((None, None, None) if dep is None else (dep.lat, dep.lon, dep.source)),
        *((None, None, None) if arr is None else (arr.lat, arr.lon, arr.source)),
        *((None, None) if position is None else (position.lat, position.lon)),
        flight.position_source.value,
        flight.dep_dt,
        flight.arr_dt,
        flight.duration_min,
        flight.plan_dep_dt,
        flight.plan_arr_dt,
        flight.plan_duration_min,
        *level,
        None if flight.zone is None else json.dumps(zone_json(flight.zone)),
        flight.problems,
        day,
        hour,
    )


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
            self._put(self._rejects, reject_record(ordinal, sheet, number, reading.code, content))
            return reading.code
        flight = build((reading,))
        day, _ = counted_day_and_hour(flight)
        if day is not None:
            self._days[day] += 1
        self.problems.update(flight.problems)
        self._put(self._rows, row_record(ordinal, sheet, number, flight.key, content))
        self._put(self._flights, flight_record(ordinal, flight))
        return None

    def lines(self) -> Lines:
        """Give the lines of what has been taken since the last call."""
        lines = Lines(*("".join(waiting).encode() for waiting in (self._rows, self._flights, self._rejects)))
        for waiting in (self._rows, self._flights, self._rejects):
            waiting.clear()
        self.rows_waiting = self.characters_waiting = 0
        return lines

    def period(self) -> tuple[date, date] | None:
        """Tell the days that the rows speak of: around their median, as wide as half of the rows are, twice over.

        Quartiles, because a slip of the pen must not widen the period it is measured against.
        """
        total = self._days.total()
        if not total:
            return None
        ordered = sorted(self._days.items())
        low, middle, high = (_quantile(ordered, total * part) for part in (0.25, 0.5, 0.75))
        spread = max(_LEAST_SPREAD, 2 * (high - low))
        return _shift(middle, -spread), _shift(middle, spread)

    def _put(self, waiting: list[str], record: Record) -> None:
        line = copy_line(record)
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
