"""What a row of telegrams says about one flight, as a value.

Points are WGS 84 (SRID 4326) decimal degrees, times are aware UTC, durations whole minutes, levels metres.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.telegrams.drafts import draft
from shared.telegrams.model import Circle as Circle
from shared.telegrams.model import Named as Named
from shared.telegrams.model import Polygon as Polygon
from shared.telegrams.model import Route as Route
from shared.telegrams.model import Zone as Zone


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


class OperatorKind(StrEnum):
    """What kind of operator ``OPR/`` names, told without naming anyone."""

    STATE = "state"
    ORGANISATION = "organisation"
    ENTREPRENEUR = "entrepreneur"
    PERSON = "person"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Point:
    """A place in decimal degrees, WGS 84, with the field it was read from (``DEP ADEPZ``, ``SHR DEP/`` ...)."""

    lat: float
    lon: float
    source: str


@dataclass(frozen=True, slots=True)
class Flight:
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


make_flight = draft(Flight)
