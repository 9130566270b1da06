"""Telegrams as values.

Points are WGS 84 (SRID 4326) decimal degrees, days and minutes are UTC, levels metres. An absent or impossible value is
None; why stands in ``notes``.
"""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

MIDNIGHT = 1440
"""Minute of the day that ``2400`` stands for: the end of the day, not its beginning."""


class Kind(StrEnum):
    """The message types that are read."""

    SHR = "SHR"
    CHG = "CHG"
    DLA = "DLA"
    CNL = "CNL"
    DEP = "DEP"
    ARR = "ARR"


class OperatorKind(StrEnum):
    """What kind of operator ``OPR/`` names, told without naming anyone."""

    STATE = "state"
    ORGANISATION = "organisation"
    ENTREPRENEUR = "entrepreneur"
    PERSON = "person"
    UNKNOWN = "unknown"


class Note(NamedTuple):
    """One thing the reader did or doubted: what stood there and, for a repair, what it was read as."""

    code: str
    was: str
    now: str | None = None
    """None marks a doubt or a loss; otherwise the note is a repair."""


Notes = tuple[Note, ...]


Degrees = tuple[float, float]
"""Latitude and longitude in decimal degrees, WGS 84, north and east positive, rounded to six decimals (0.1 m)."""


class Point(NamedTuple):
    """A point in decimal degrees, as ``Degrees``, and the field it was read from (``DEP ADEPZ``, ``SHR DEP/`` ...)."""

    lat: float
    lon: float
    source: str = ""


class Circle(NamedTuple):
    """A ``ZONA R…`` circle: radius in km around ``[lat, lon]``."""

    radius_km: float
    lat: float
    lon: float


class Polygon(NamedTuple):
    """A ``ZONA`` polygon, vertices as ``(lat, lon)`` in the order written, the closing one included if written."""

    points: tuple[Degrees, ...]


class Named(NamedTuple):
    """Zones known by name (``MR076285``), upper-case Latin."""

    names: tuple[str, ...]


class Route(NamedTuple):
    """A route, points as ``(lat, lon)``."""

    points: tuple[Degrees, ...]


Zone = Circle | Polygon | Named | Route


class Plan(NamedTuple):
    """What SHR says, or what CHG, DLA and CNL say about an earlier SHR."""

    kind: Kind
    callsign: str | None = None
    sid: str | None = None
    day: date | None = None
    """``DOF/``, the day of the flight (UTC)."""
    minute: int | None = None
    """Planned take-off, minute of ``day``; 1440 for 2400."""
    duration: int | None = None
    """Field 16: planned duration in minutes."""
    departure: str | None = None
    """Aerodrome of field 13, ``ZZZZ`` where it has no index."""
    destination: str | None = None
    level: tuple[int, int] | None = None
    zone: Zone | None = None
    dep: Point | None = None
    dest: Point | None = None
    stay: Point | None = None
    """``DLE/``: where a tethered balloon stands."""
    uav_type: str | None = None
    uav_count: int | None = None
    regs: tuple[str, ...] = ()
    operator: OperatorKind | None = None
    """What kind of operator ``OPR/`` names; None without it."""
    status: str | None = None
    dep_name: str | None = None
    """Words of ``DEP/``, beside its coordinate perhaps; look-alikes Latin."""
    dest_name: str | None = None
    """Words of ``DEST/``."""
    filed_day: date | None = None
    """``DOF/`` in the head of a CHG: the plan it is about as it was filed."""
    filed_minute: int | None = None
    """Field 13 in the head of a CHG: the planned take-off as it was filed."""
    notes: Notes = ()


class Movement(NamedTuple):
    """What DEP or ARR says, in either generation."""

    kind: Kind
    callsign: str | None = None
    sid: str | None = None
    day: date | None = None
    """``ADD``, ``ADA`` or, in 2024, ``DOF/`` (the day of the flight)."""
    minute: int | None = None
    """Take-off in DEP, landing in ARR, minute of the day; 1440 for 2400."""
    off: int | None = None
    """Take-off that an ARR of 2024 repeats; its landing is the next such minute after it."""
    duration: int | None = None
    """Planned duration that a DEP of 2024 repeats, minutes."""
    precise: Point | None = None
    """``ADEPZ`` or ``ADARRZ``."""
    stated: Point | None = None
    """A coordinate standing in ``ADEP`` or ``ADARR``."""
    dep: Point | None = None
    """``DEP/`` of 2024."""
    dest: Point | None = None
    regs: tuple[str, ...] = ()
    dated: bool = True
    """Whether ``day`` is the day of this very event: not so in 2024, where it is the day of the flight."""
    departure: str | None = None
    """``ADEP`` or the aerodrome of field 13, if it is no coordinate; ``ZZZZ`` where it has no index."""
    destination: str | None = None
    """``ADARR`` or the aerodrome of field 16 (DEP) or 17 (ARR), if it is no coordinate."""
    dep_name: str | None = None
    """Words of ``ADEPZ`` or ``DEP/`` if it holds no coordinate; look-alikes Latin."""
    dest_name: str | None = None
    """Words of ``ADARRZ`` or ``DEST/`` if it holds no coordinate."""
    notes: Notes = ()


Telegram = Plan | Movement
