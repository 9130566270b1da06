"""What of the flights' data is doubted, lost or was repaired: by code, and where, with what to do about it."""

from typing import Annotated

from pydantic import Field

from shared.db import Connection
from shared.problems import PROBLEMS, ProblemKind
from shared.stats import answers
from shared.stats.models import Answer, Code, Count, Model, Name
from shared.stats.selection import Facts, Selection
from shared.stats.statements import STATEMENTS

_DOUBTS = sorted(code for code, problem in PROBLEMS.items() if problem.kind in (ProblemKind.DOUBT, ProblemKind.LOSS))


class CarriedProblem(Model):
    """Flights that carry a code; ``undated`` are those of them without a day, which are in no period."""

    code: Annotated[str, Field(examples=["COORD_SWAPPED"])]
    kind: Annotated[
        ProblemKind | None,
        Field(
            description="repair: read right though written otherwise; doubt: maybe not what was meant; loss: no value"
        ),
    ]
    flights: Count
    undated: Count
    explanation: Annotated[str, Field(description="what the code means, Russian")]
    mend: Annotated[str, Field(description="what to do, Russian")]


class DoubtfulRegion(Model):
    """Flights of a region with a doubt or a loss; the region is null for flights without one."""

    code: Code | None
    name: Name | None
    flights: Count
    doubtful: Count


class DoubtfulCentre(Model):
    """Flights of a centre with a doubt or a loss; the centre is null where the workbook names none."""

    centre: Annotated[str | None, Field(examples=["Московский"])]
    flights: Count
    doubtful: Count


class Doubts(Answer):
    """Problems by code, the commonest first, and the regions and centres with most doubts and losses."""

    problems: list[CarriedProblem]
    regions: list[DoubtfulRegion]
    centres: list[DoubtfulCentre]


async def doubts(conn: Connection, selection: Selection, facts: Facts) -> Doubts:
    """Count the problems of a selection's flights."""
    region_id = None if selection.region is None else selection.region.region_id
    period = selection.period
    arguments = (period.first, period.last, region_id, selection.uav_type, selection.state)
    statements = STATEMENTS[selection.clock]
    codes = await conn.fetch(statements["problems"], *arguments)
    places = await conn.fetch(statements["doubtful"], *arguments, _DOUBTS)
    return Doubts(
        **dict(answers.head(selection, facts)),
        problems=[_counted(row["code"], row["flights"], row["undated"]) for row in codes],
        regions=[
            DoubtfulRegion(code=row["region"], name=row["name"], flights=row["flights"], doubtful=row["doubtful"])
            for row in places
            if not row["by_centre"]
        ],
        centres=[DoubtfulCentre.of(dict(row)) for row in places if row["by_centre"]],
    )


def _counted(code: str, flights: int, undated: int) -> CarriedProblem:
    # A code that an older parser gave may be none of today's.
    problem = PROBLEMS.get(code)
    return CarriedProblem(
        code=code,
        kind=None if problem is None else problem.kind,
        flights=flights,
        undated=undated,
        explanation="Код прежней версии чтения." if problem is None else problem.meaning,
        mend="" if problem is None else problem.mend,
    )
