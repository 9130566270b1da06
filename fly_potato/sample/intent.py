"""What a sample flight is meant to be, before it is written down in one of the many ways."""

from dataclasses import dataclass
from datetime import datetime

from fly_potato.sample.places import Place

Arc = tuple[int, int]
"""Latitude and longitude in whole seconds of arc."""


@dataclass(frozen=True, slots=True)
class ZoneIntent:
    """A zone: how the telegram writes it and what it is, in the form of the truth file."""

    written: str
    kind: str
    remark: str = ""
    """The zone's name as the remarks repeat it."""
    names: tuple[str, ...] = ()
    points: tuple[Arc, ...] = ()
    radius_km: float | None = None


@dataclass(slots=True)
class Intent:
    """One flight as it is meant; ``None`` is what its telegrams do not say."""

    center: str
    place: Place
    telegrams: str
    """A name of ``shares.TELEGRAMS``."""
    callsign: str
    sid: str | None
    uav_type: str | None
    uav_count: int | None
    written_type: str | None
    regs: tuple[str, ...]
    written_regs: str
    operator: str
    operator_kind: str
    remark: str
    zone: ZoneIntent | None
    written_level: str
    level_m: tuple[int, int] | None
    point: str
    """A name of ``shares.POINTS``: how DEP and ARR write the place."""
    plan_place: str
    """A name of ``shares.NO_POINT``."""
    dep_arc: Arc
    arr_arc: Arc
    aerodrome: str | None
    plan_written: str
    """hhmm of field 13."""
    plan_day: str
    """YYMMDD of DOF/, empty if it is left out."""
    plan_dep: datetime | None
    eet: int | None
    """Planned duration in minutes."""
    dep_day: str
    dep_written: str
    dep_dt: datetime | None
    arr_day: str
    arr_written: str
    arr_dt: datetime | None
    duration: int | None
    delayed_to: str | None = None
    """hhmm of a DLA."""
    frame: str = "plain"
    marks_in_dep: bool = True
    place_name: str = ""
    status: str | None = None
    envelope: bool = False
    fir: str = ""
    dep_states_eet: bool = False
    """A DEP of 2024 whose destination is followed by hhmm: the planned duration."""
