"""Plans against facts: late take-offs, flights longer than planned, plans never flown, take-offs never closed."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from shared.db import Connection
from shared.stats.answers import OPERATORS, head
from shared.stats.models import Answer, Count, Model, OperatorKind, Share, ratio
from shared.stats.selection import Facts, Selection
from shared.stats.statements import STATEMENTS

LATE_MINUTES = 15
"""A take-off is late from the minute after this one on."""


class Lateness(Model):
    """Take-off less planned take-off, minutes, below nothing where it was early; over flights with both, exact."""

    flights: Count
    median_minutes: float | None
    ninetieth_minutes: Annotated[int | None, Field(description="nine of ten take-offs are no later")]
    late: Annotated[Share, Field(description="more than late_after minutes after the plan, of flights")]
    far_apart: Annotated[Count, Field(description="more than twelve hours from the plan: a slip in a date, left out")]


class PlannedMinutes(Model):
    """Planned and actual duration, over the flights with both."""

    flights: Count
    plan_minutes: Count
    minutes: Count
    longer_percent: Annotated[float | None, Field(description="how much longer than planned, of all of them together")]


class PlansAndFacts(Model):
    """What became of the plans of some flights."""

    flights: Count
    flown: Count
    never_flown: Annotated[Share, Field(description="plans of which no DEP or ARR is known, of flights")]
    cancelled: Count
    unclosed: Annotated[Share, Field(description="a take-off is known and no landing, of flown")]
    lateness: Lateness
    durations: PlannedMinutes


class PlansOfCenter(PlansAndFacts):
    """Those of a centre."""

    center: Annotated[str | None, Field(examples=["Московский"], description="null: the centre is not known")]


class PlansOfOperators(PlansAndFacts):
    """Those of a kind of operator."""

    kind: OperatorKind
    title: Annotated[str, Field(examples=["Организация"])]


class PlanFact(Answer):
    """Plans against facts, in all and by centre and kind of operator, those with most flights first."""

    late_after: Annotated[int, Field(examples=[LATE_MINUTES], description="minutes")]
    whole: PlansAndFacts
    centers: list[PlansOfCenter]
    operators: list[PlansOfOperators]


async def plan_fact(conn: Connection, selection: Selection, facts: Facts) -> PlanFact:
    """Hold plans against facts; all types and states together."""
    period = selection.period
    arguments = (*period.parts, selection.region_id, LATE_MINUTES)
    rows = [dict(row) for row in await conn.fetch(STATEMENTS[selection.clock]["plan_fact"], *arguments)]
    whole = next(row for row in rows if row["center"] is None and row["operator_kind"] is None)
    return PlanFact(
        **dict(head(selection, facts)),
        late_after=LATE_MINUTES,
        whole=PlansAndFacts(**_members(whole)),
        centers=[
            PlansOfCenter(**_members(row), center=row["center"] or None) for row in rows if row["center"] is not None
        ],
        operators=[
            PlansOfOperators(**_members(row), kind=row["operator_kind"], title=OPERATORS[row["operator_kind"]])
            for row in rows
            if row["operator_kind"] is not None
        ],
    )


def _members(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "flights": row["flights"],
        "flown": row["flown"],
        "never_flown": Share.within(row["planned"], row["flights"]),
        "cancelled": row["cancelled"],
        "unclosed": Share.within(row["unclosed"], row["flown"]),
        "lateness": Lateness(
            flights=row["timed"],
            median_minutes=row["median"],
            ninetieth_minutes=row["ninetieth"],
            late=Share.within(row["late"], row["timed"]),
            far_apart=row["far_apart"],
        ),
        "durations": PlannedMinutes(
            flights=row["compared"],
            plan_minutes=row["plan_minutes"],
            minutes=row["minutes"],
            longer_percent=ratio(100 * (row["minutes"] - row["plan_minutes"]), row["plan_minutes"]),
        ),
    }
