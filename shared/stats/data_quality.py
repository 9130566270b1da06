"""How good the data are: what is doubted, lost or was repaired, by code and where, and the centres by their quality.

A centre's score is one that anybody can reckon again.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated

from pydantic import Field

from shared.db import Connection
from shared.problems import PROBLEMS, ProblemKind
from shared.stats import answers, queries
from shared.stats.answers import head
from shared.stats.models import Answer, Code, Count, Model, Name, Rank, Share
from shared.stats.selection import Facts, Selection
from shared.stats.statements import STATEMENTS

_DOUBTS = sorted(code for code, problem in PROBLEMS.items() if problem.kind in (ProblemKind.DOUBT, ProblemKind.LOSS))
PROBLEMS_LISTED = 10
"""The commonest codes of a centre."""
FORMULA = "100 − среднее из долей: отклонённые строки, полёты с замечаниями, вылеты без посадки, дни без полётов"


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
    statements = STATEMENTS[selection.clock]
    codes = await conn.fetch(statements["problems"], *selection.sums)
    places = await conn.fetch(statements["doubtful"], *selection.sums, _DOUBTS)
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


class CenterProblem(Model):
    """Flights with a code."""

    code: Annotated[str, Field(examples=["COORD_SWAPPED"])]
    meaning: Annotated[str, Field(examples=["Широта и долгота стояли в обратном порядке."])]
    flights: Annotated[int, Field(ge=1)]


class CenterQuality(Model):
    """A centre and its four shares, in percent, of what is not as it should be."""

    center: Annotated[str | None, Field(examples=["Московский"], description="null: the centre is not known")]
    place: Annotated[Rank | None, Field(description="by score, equal scores share one; null without a centre")]
    score: Annotated[float | None, Field(description="100 less the mean of the shares that are known", le=100)]
    flights: Count
    rows: Annotated[
        Count | None, Field(description="of the workbooks that speak of the period; null for a region and for a state")
    ]
    rejected: Annotated[Share | None, Field(description="of rows; null where rows is")]
    with_problems: Annotated[Share, Field(description="flights with any repair, doubt or loss, of flights")]
    no_landing: Annotated[Share, Field(description="flown without a known landing, of flown")]
    silent_days: Annotated[Share, Field(description="days with data on which no flight of the centre began, of those")]
    problems: Annotated[list[CenterProblem], Field(max_length=PROBLEMS_LISTED)]


class CenterLeague(Answer):
    """Centres by the quality of their data, the best first; flights without a centre come last and have no place."""

    formula: str
    days_with_data: Count
    items: list[CenterQuality]


async def league(conn: Connection, selection: Selection, facts: Facts) -> CenterLeague:
    """Rank the centres; all types together."""
    period, statements = selection.period, STATEMENTS[selection.clock]
    parts = (*period.parts, selection.region_id, selection.state)
    days = len(await queries.days_reported(conn, selection.clock, period.first, period.last))
    counted = {row["center"]: row for row in await conn.fetch(statements["centers"], *parts, period.first, period.last)}
    problems = await conn.fetch(statements["center_problems"], *parts)
    # A rejected row has neither a place nor a state, so of a region or a state nothing is known of them.
    with_rows = selection.region is None and selection.state is None
    read = await conn.fetch(statements["center_rows"], period.first, period.last) if with_rows else []
    rows = {row["center"]: (row["rows"], row["rejected"]) for row in read}
    items = []
    for name in {*counted, *rows}:
        row = counted.get(name)
        flights, flown, no_landing, with_problems, active = (
            (row["flights"], row["flown"], row["no_landing"], row["with_problems"], row["days"]) if row else (0,) * 5
        )
        sent, rejected = rows.get(name, (0, 0))
        shares = [(with_problems, flights), (no_landing, flown), (days - active, days), (rejected, sent)]
        items.append(
            CenterQuality(
                center=name or None,
                place=None,
                score=score([part for part in shares if part[1]]),
                flights=flights,
                rows=sent if with_rows else None,
                rejected=Share.within(rejected, sent) if with_rows else None,
                with_problems=Share.within(with_problems, flights),
                no_landing=Share.within(no_landing, flown),
                silent_days=Share.within(days - active, days),
                problems=[
                    CenterProblem(code=code, meaning=_meaning(code), flights=number)
                    for center, code, number in problems
                    if center == name
                ][:PROBLEMS_LISTED],
            )
        )
    return CenterLeague(**dict(head(selection, facts)), formula=FORMULA, days_with_data=days, items=_placed(items))


def score(shares: Sequence[tuple[int, int]]) -> float | None:
    """Give 100 less the mean of some shares in percent, each a part and its whole; None without any."""
    if not shares:
        return None
    mean = sum((Fraction(100 * part, whole) for part, whole in shares), Fraction()) / len(shares)
    return float(int(100 * (100 - mean) + Fraction(1, 2))) / 100


def _placed(items: Sequence[CenterQuality]) -> list[CenterQuality]:
    scored = [item for item in items if item.center is not None and item.score is not None]
    scored.sort(key=lambda item: (-(item.score or 0), item.center or ""))
    scores = [item.score for item in scored]
    placed = [item.model_copy(update={"place": scores.index(item.score) + 1}) for item in scored]
    return placed + [item for item in items if item not in scored]


def _meaning(code: str) -> str:
    # A code of an older parser may have gone.
    return PROBLEMS[code].meaning if code in PROBLEMS else code
