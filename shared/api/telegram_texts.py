"""Telegrams field by field, for who may send workbooks: pasted ones, and those that a flight was made of.

Served by the function ``upload``: it is the operators', and ``stats`` stays free of the parser, which is imported with
the first question. What is pasted is neither stored nor logged; who reads a flight's telegrams leaves a line.
"""

import asyncio
import json
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, StringConstraints

from shared.api.problem_details import UnprocessableInput
from shared.auth.access import require
from shared.auth.principals import Principal, Role
from shared.db import Pool, translated
from shared.db.sql import load_sql
from shared.errors import NotFound
from shared.problems import PROBLEMS

if TYPE_CHECKING:
    from shared.explain import ExplainedTelegram
    from shared.flights import Flight
    from shared.telegrams import Note

router = APIRouter(prefix="/api", tags=["telegrams"])

Operator = Annotated[Principal, Depends(require(Role.OPERATOR))]

_SQL = load_sql("shared.api")
LONGEST = 20_000
"""Characters of one question: several times the telegrams of any flight."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PastedText(_Shape):
    """Telegrams of one flight, one after another."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]


class FieldNote(_Shape):
    """What was done to a text: its code, how it was written and read; ``now`` null: it was left or lost."""

    code: str
    was: str
    now: str | None


class TelegramField(_Shape):
    """A field: its name and what that means, where its text stands in the telegram, the value read."""

    name: str
    label: str
    text: str
    start: int
    end: int
    value: str | None
    notes: list[FieldNote]


class ReadTelegram(_Shape):
    """One telegram as it was read, its fields in the order written."""

    kind: str
    label: str
    text: str
    fields: list[TelegramField]
    notes: list[FieldNote]


class Fact(_Shape):
    """What is known of a flight, in Russian."""

    label: str
    value: str


class CodeInWords(_Shape):
    """A code, how much it takes away, what it means and how to mend it."""

    code: str
    kind: str
    meaning: str
    mend: str


class ExplainedText(_Shape):
    """Telegrams, the flight that they make together (empty: none), and every code that stands in them."""

    telegrams: list[ReadTelegram]
    flight: list[Fact]
    codes: list[CodeInWords]


class FlightRowText(_Shape):
    """One row of a workbook that speaks of the flight; ``cells`` are those of a row without telegrams."""

    load_id: int
    row: int
    sent_at: datetime
    center: str | None
    cells: list[Fact]
    explanation: ExplainedText | None


class FlightTelegrams(_Shape):
    """All rows that a flight was made of, oldest first."""

    rows: list[FlightRowText]


@router.post("/explain", operation_id="explainTelegrams")
async def explain_pasted(principal: Operator, pasted: PastedText) -> ExplainedText:
    """Explain pasted telegrams field by field; nothing is stored.

    Refused with the code that a row of this text would be rejected with.
    """
    explanation = await asyncio.to_thread(_explained, pasted.text)
    if isinstance(explanation, str):
        problem = PROBLEMS[explanation]
        raise UnprocessableInput(problem.code, f"{problem.meaning} {problem.mend}")
    return explanation


@router.get("/flights/{key}/telegrams", operation_id="showTelegrams", responses={404: {}})
async def of_flight(
    request: Request,
    principal: Operator,
    key: Annotated[UUID, Path(description="The `id` of a flight in the list")],
) -> FlightTelegrams:
    """Give the rows of workbooks that a flight was made of, their telegrams field by field.

    They name people; who read them and when is kept.
    """
    pool: Pool = request.app.state.pool
    with translated():
        flight = await pool.fetchrow(_SQL["flight_region"], key)
        if flight is None or (principal.regions is not None and flight["region"] not in principal.regions):
            raise NotFound("FLIGHT_NOT_FOUND", "Такого полёта нет: возможно, его книгу отозвали или полёт перечитан.")
        rows = await pool.fetch(_SQL["flight_texts"], key, principal.subject)
    return FlightTelegrams(rows=await asyncio.to_thread(_row_texts, rows))


def _row_texts(rows: Iterable[Any]) -> list[FlightRowText]:
    from shared.explain.labels import CELLS

    texts = []
    for row in rows:
        cells = json.loads(row["cells"]) if row["cells"] is not None else {}
        text = "\n".join(filter(None, (row["shr"], row["dep"], row["arr"])))
        explanation = _explained(text) if text else None
        texts.append(
            FlightRowText(
                load_id=row["load_id"],
                row=row["row_number"],
                sent_at=row["source_at"],
                center=row["center"],
                cells=[Fact(label=CELLS[name], value=value) for name, value in cells.items()],
                explanation=explanation if isinstance(explanation, ExplainedText) else None,
            )
        )
    return texts


def _explained(text: str) -> ExplainedText | str:
    """Explain a text; the code of its reject where no telegram is in it."""
    from shared.explain import codes_in, explain, facts, flight_of
    from shared.telegrams import TelegramError

    try:
        telegrams = explain(text)
    except TelegramError as error:
        return error.code
    flight: Flight | None = flight_of(text)
    codes = sorted(codes_in(telegrams) | set(flight.problems if flight else ()))
    return ExplainedText(
        telegrams=[_telegram(telegram) for telegram in telegrams],
        flight=[Fact(label=label, value=value) for label, value in facts(flight)] if flight else [],
        codes=[_code(code) for code in codes],
    )


def _telegram(telegram: "ExplainedTelegram") -> ReadTelegram:
    fields = [
        TelegramField(
            name=field.name,
            label=field.label,
            text=field.text,
            start=field.start,
            end=field.end,
            value=field.value,
            notes=_notes(field.notes),
        )
        for field in telegram.fields
    ]
    notes = _notes(telegram.notes)
    return ReadTelegram(kind=telegram.kind, label=telegram.label, text=telegram.text, fields=fields, notes=notes)


def _notes(notes: "Iterable[Note]") -> list[FieldNote]:
    return [FieldNote(code=note.code, was=note.was, now=note.now) for note in notes]


def _code(code: str) -> CodeInWords:
    problem = PROBLEMS[code]
    return CodeInWords(code=code, kind=problem.kind.value, meaning=problem.meaning, mend=problem.mend)
