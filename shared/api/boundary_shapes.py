"""What the routes of boundary sets take and give, as JSON."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StringConstraints

from shared.api.upload_shapes import Address, Fault
from shared.regions import Gap, Overlap, RegionChange, RegionDifference, Remark, Repair, Slivers

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RegionSet(_Shape):
    """A stored set of boundaries, with when and by whom it was put in force last (an opaque subject, or a command)."""

    id: int
    name: str
    source: str
    licence: str
    attribution: str
    loaded_at: datetime
    regions: int
    active: bool
    activated_at: datetime | None
    activated_by: str | None


class RegionSets(_Shape):
    """All stored sets, the oldest first, and whether the caller may change what is in force."""

    items: list[RegionSet]
    may_change: bool


class HeldSubject(_Shape):
    """A subject that a set holds; ``catalogued`` tells whether the product's own catalogue knows it."""

    number: int
    code: str | None
    name: str
    time_zone: str
    area_km2: float
    official_area_km2: float | None
    catalogued: bool


class RegionSetInFull(RegionSet):
    """A set with the subjects that it holds, and those of the catalogue that it does not."""

    subjects: list[HeldSubject]
    missing: list[str]


class RegionOutline(_Shape):
    """A region's outline for a small map: polygons of rings of [latitude, longitude], simplified to some 5 km."""

    number: int
    code: str | None
    name: str
    polygons: list[list[list[list[float]]]]


class RegionOutlines(_Shape):
    """The outlines of a set, and the line that has to stand under a map of it."""

    attribution: str
    items: list[RegionOutline]


class BoundaryFile(_Shape):
    """A file of boundaries that an administrator wants to send, and what to say of it where the file does not."""

    file_name: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    size: Annotated[StrictInt, Field(ge=1, le=2**53)]
    name: Text | None = None
    source: Text | None = None
    licence: Text | None = None
    attribution: Text | None = None
    default_time_zone: Text | None = None


class BoundaryTaskKind(StrEnum):
    """What is asked for: reading a file, what a set would change, putting it in force; address: the monthly check."""

    FILE = "file"
    ADDRESS = "address"
    REHEARSAL = "rehearsal"
    ACTIVATION = "activation"


class BoundaryTaskState(StrEnum):
    """Where a task stands: waiting for its turn, done, refused (see error)."""

    REQUESTED = "requested"
    DONE = "done"
    REFUSED = "refused"


class BoundaryReport(_Shape):
    """What was noticed of a file: against the set in force (``compared_with``), areas in km².

    ``differences`` go from the set in force to the file's and leave out regions that are the same.
    """

    regions: int
    new: bool
    compared_with: str | None
    remarks: list[Remark]
    repairs: list[Repair]
    overlaps: list[Overlap]
    gaps: list[Gap]
    overlap_slivers: Slivers
    gap_slivers: Slivers
    differences: list[RegionDifference]


class SetChange(_Shape):
    """What putting a set in force changes, or has changed: flights with another region, and the regions concerned.

    Number 0 stands for no region. ``activated`` is false where the set was in force already.
    """

    activated: bool
    flights: int
    regions: list[RegionChange]


class BoundaryTask(_Shape):
    """Something that was asked for about boundaries, and what came of it.

    ``same`` of a check: the address holds what is in force.
    """

    id: UUID
    kind: BoundaryTaskKind
    state: BoundaryTaskState
    asked_by: str
    asked_at: datetime
    finished_at: datetime | None
    file_name: str | None
    size: int | None
    set_id: int | None
    same: bool | None
    report: BoundaryReport | None
    change: SetChange | None
    error: Fault | None


class BoundaryTasks(_Shape):
    """The newest tasks, the newest first."""

    items: list[BoundaryTask]


class AnnouncedBoundaries(_Shape):
    """A task whose file is awaited at the address."""

    task: BoundaryTask
    upload: Address
