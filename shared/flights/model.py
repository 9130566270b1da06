"""Rows of workbooks, what one row says, and the flight that all its rows make, as values.

Points are WGS 84 (SRID 4326) decimal degrees, times are aware UTC, durations whole minutes, levels metres.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from shared.telegrams.model import Circle as Circle
from shared.telegrams.model import Named as Named
from shared.telegrams.model import Notes
from shared.telegrams.model import OperatorKind as OperatorKind
from shared.telegrams.model import Point as Point
from shared.telegrams.model import Polygon as Polygon
from shared.telegrams.model import Route as Route
from shared.telegrams.model import Zone as Zone

Codes = tuple[str, ...]
Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TelegramRow:
    """A row whose cells hold telegrams; blank cells are None, the text stands as the cell has it."""

    center: str | None
    shr: str | None
    dep: str | None
    arr: str | None


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of the sheets of 2024 that carry no telegrams, one value a column, by the meaning of its header.

    Every value is text or None: date-times as ISO ``2024-01-01T09:00:00``, dates ``2024-01-01``, times ``09:00:00``,
    whole numbers without ``.0``. Times are UTC.
    """

    center: str | None = None
    date: str | None = None
    callsign: str | None = None
    reg: str | None = None
    uav_type: str | None = None
    dep_time: str | None = None
    arr_time: str | None = None
    dep_place: str | None = None
    arr_place: str | None = None
    dep_name: str | None = None
    arr_name: str | None = None
    route: str | None = None
    remarks: str | None = None
    owner: str | None = None
    eet: str | None = None


Row = TelegramRow | TableRow


class FlightState(StrEnum):
    """How far a flight is known to have come."""

    PLANNED = "planned"
    """A plan alone: neither DEP nor ARR."""
    FLOWN = "flown"
    """A DEP or an ARR stands behind it."""
    CANCELLED = "cancelled"
    """A CNL took the plan back, and neither DEP nor ARR speaks of it."""


class PositionSource(StrEnum):
    """Where the point that gives a flight its region came from."""

    TAKE_OFF = "take_off"
    LANDING = "landing"
    ZONE = "zone"
    NONE = "none"


class Reading(NamedTuple):
    """The facts of one row; what the row does not say is None, False or empty.

    Facts that two telegrams may state stand apart, because the better source wins over the newer row: a landing point
    of ARR is not replaced by the plan's of a later row without ARR. Problems stand by the telegram they came from, so
    that a corrected telegram takes its problems along.
    """

    key: bytes
    """16 bytes of identity."""
    day: date | None
    """UTC day of the take-off, else of the plan, else of the landing."""
    planned: bool
    """A SHR, CHG or DLA stands in the row."""
    departed: bool
    arrived: bool
    cancelled: bool
    """A CNL stands behind the row's last SHR."""
    sid: str | None
    callsign: str | None
    movement_callsign: str | None
    """Field 7 of DEP or ARR, for want of a plan."""
    uav_type: str | None
    uav_count: int | None
    regs: tuple[str, ...]
    movement_regs: tuple[str, ...]
    """Marks of DEP or ARR, for want of the plan's."""
    operator_kind: OperatorKind
    center: str | None
    dep: Point | None
    """ADEPZ, or a coordinate in ADEP."""
    plan_dep: Point | None
    bracketed_dep: Point | None
    """DEP/ of a DEP or ARR of 2024: mostly a repetition of the plan's, which then stands."""
    arr: Point | None
    plan_arr: Point | None
    bracketed_arr: Point | None
    named_dep: str | None
    """An aerodrome other than ZZZZ or a name, which DEP (or ARR of 2024) states where a coordinate belongs."""
    named_arr: str | None
    plan_dep_names: Texts
    """What the plan says of its take-off place: field 13, words of DEP/, names of zones."""
    plan_arr_names: Texts
    dle: Point | None
    """DLE/, the place of a tethered balloon."""
    dep_dt: datetime | None
    arr_dep_dt: datetime | None
    """The take-off that an ARR of 2024 repeats, for want of a DEP."""
    arr_dt: datetime | None
    plan_dep_dt: datetime | None
    plan_duration_min: int | None
    level_m: tuple[int, int] | None
    zone: Zone | None
    plan_problems: Codes
    dep_problems: Codes
    arr_problems: Codes
    row_problems: Codes


@dataclass(frozen=True, slots=True)
class Reject:
    """A row from which no flight can be read; ``code`` is in the registry of problems."""

    code: str


class Flight(NamedTuple):
    """One flight as all rows known of it tell it together.

    ``dep_dt``, ``arr_dt`` and ``duration_min`` are actual (DEP, ARR), ``plan_*`` the plan's (SHR).
    ``problems`` are codes of repairs and doubts, sorted, without repeats; docs/telegrams.md lists them.
    """

    key: bytes
    """16 bytes: who the flight is, whatever is known of it. See ``identity``."""
    state: FlightState
    sid: str | None
    callsign: str | None
    uav_type: str | None
    uav_count: int | None
    regs: tuple[str, ...]
    operator_kind: OperatorKind
    center: str | None
    """The centre of the air traffic system that the row stands under, as written."""
    dep: Point | None
    arr: Point | None
    position: Point | None
    """The point that gives the region: take-off, else landing, else a zone's centre."""
    position_source: PositionSource
    dep_dt: datetime | None
    arr_dt: datetime | None
    duration_min: int | None
    plan_dep_dt: datetime | None
    plan_arr_dt: datetime | None
    plan_duration_min: int | None
    level_m: tuple[int, int] | None
    """Lower and upper level in metres."""
    zone: Zone | None
    problems: tuple[str, ...]


def codes_of(notes: Notes) -> Codes:
    """Give the codes of notes."""
    return tuple([note.code for note in notes]) if notes else ()
