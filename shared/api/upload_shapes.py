"""What the upload routes take and give, as JSON."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StringConstraints

from shared.api.upload_rows import UploadState
from shared.problems import PROBLEMS

_UNKNOWN = "Причина не описана в этой версии программы."
_ASK = "Обратитесь к администратору."
FAILED = f"Файл не удалось загрузить. {_ASK}"
"""What is said of a refused workbook whose own sentence is not known."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


ColumnNumber = Annotated[StrictInt, Field(ge=0, lt=16_384, description="counted from 0")]


class NamedColumns(_Shape):
    """What a sheet's columns hold, where its header does not say so; `row` is the header's (0: there is none)."""

    sheet: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    row: Annotated[StrictInt, Field(ge=0, le=1_000)]
    columns: Annotated[dict[str, ColumnNumber], Field(min_length=1, max_length=20, examples=[{"center": 0, "shr": 1}])]


class Announcement(_Shape):
    """A workbook that someone wants to send."""

    file_name: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    size: Annotated[StrictInt, Field(ge=1, le=2**53)]
    content_type: Annotated[str, StringConstraints(max_length=255)] = ""
    columns: Annotated[list[NamedColumns], Field(max_length=20)] = []


class Address(_Shape):
    """Where to send the bytes: exactly these headers, until ``expires_at``."""

    url: str
    method: Literal["PUT"]
    headers: dict[str, str]
    expires_at: datetime


class Announced(_Shape):
    """An upload that was registered."""

    id: UUID
    file_name: str
    size: int
    state: UploadState
    announced_at: datetime
    upload: Address


class Progress(_Shape):
    """How many rows have been read, of how many."""

    rows_read: int
    rows_total: int


class Counts(_Shape):
    """Where the rows of a workbook went: in = empty + repeated + rejected + new + updated + unchanged."""

    rows_in: int
    rows_empty: int
    rows_repeated: int
    rows_rejected: int
    flights_new: int
    flights_updated: int
    flights_unchanged: int
    flights_outside: int


class Fault(_Shape):
    """Why nothing of a workbook was loaded."""

    code: str
    sentence: str


class Upload(_Shape):
    """An upload and what has become of it."""

    id: UUID
    load_id: int | None
    file_name: str
    size: int | None
    state: UploadState
    step: Literal["announced", "received", "reading", "writing", "finished"]
    progress: Progress
    mine: Annotated[bool, Field(description="the caller sent it")]
    announced_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    counts: Counts | None
    error: Fault | None


class RejectedCode(_Shape):
    """How many rows were rejected for one reason."""

    code: str
    rows: int
    explanation: str
    mend: str


class FlightProblem(_Shape):
    """How many flights of an upload carry a code: a repair, a doubt, or a value that was lost."""

    code: str
    kind: str
    flights: int
    explanation: str
    mend: str


class UnknownColumn(_Shape):
    """A column of a sheet without a known header: its title, and the field that it may be."""

    column: int
    title: str | None
    guess: str | None


class UnknownHeading(_Shape):
    """What stands in the place of a header on a sheet of which nothing was read; `row` 0: no titles at all."""

    sheet: str
    row: int
    columns: list[UnknownColumn]


class UploadInFull(Upload):
    """An upload with rejects and problems counted by code and the sheets of which nothing was read.

    Headings are told to who sent it and to administrators.
    """

    rejects: list[RejectedCode]
    problems: list[FlightProblem]
    unread_sheets: list[str]
    headings: list[UnknownHeading]


class UploadPage(_Shape):
    """A page of uploads; ``next`` is the next page's cursor, ``may_…`` say what the caller may do."""

    items: list[Upload]
    next: str | None
    may_send: bool
    may_withdraw: bool


class RejectedRow(_Shape):
    """One row that was not read, without its text."""

    sheet: str
    row: int
    code: str
    explanation: str
    mend: str


class RejectPage(_Shape):
    """A page of rejected rows; ``next`` is the cursor of the page after it."""

    items: list[RejectedRow]
    next: str | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why, and what to do, in Russian."""

    explanation: str
    mend: str
    kind: str = "doubt"
    """repair, doubt, loss or reject, as ``shared.problems`` has it."""


def explain(code: str) -> Explanation:
    """Explain a row's reject code; a code of a newer version has no explanation here."""
    problem = PROBLEMS.get(code)
    return Explanation(problem.meaning, problem.mend, problem.kind) if problem else Explanation(_UNKNOWN, _ASK)
