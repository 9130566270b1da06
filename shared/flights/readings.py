"""What one row says, before it is put together with what other rows say of the same flight."""

from dataclasses import dataclass
from datetime import date, datetime

from shared.flights.model import OperatorKind, Point, Zone
from shared.telegrams.drafts import draft

Codes = tuple[str, ...]
Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
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
    moved_callsign: str | None
    """Field 7 of DEP or ARR, for want of a plan."""
    uav_type: str | None
    uav_count: int | None
    regs: tuple[str, ...]
    moved_regs: tuple[str, ...]
    """Marks of DEP or ARR, for want of the plan's."""
    operator_kind: OperatorKind
    center: str | None
    dep: Point | None
    """ADEPZ, or a coordinate in ADEP."""
    plan_dep: Point | None
    repeated_dep: Point | None
    """DEP/ of a DEP or ARR of 2024: mostly a repetition of the plan's, which then stands."""
    arr: Point | None
    plan_arr: Point | None
    repeated_arr: Point | None
    named_dep: str | None
    """An aerodrome other than ZZZZ or a name, which DEP (or ARR of 2024) states where a coordinate belongs."""
    named_arr: str | None
    plan_dep_names: Texts
    """What the plan says of its take-off place: field 13, words of DEP/, names of zones."""
    plan_arr_names: Texts
    stay: Point | None
    """DLE/, the place of a tethered balloon."""
    dep_dt: datetime | None
    repeated_dep_dt: datetime | None
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


make_reading = draft(Reading)
