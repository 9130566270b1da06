"""The parts of the page that are not in the repository, because something else here already holds them.

Vega with all it needs comes as one script out of ``vl_convert``, the wheel that draws the reports, so page and reports
draw with the same Vega and nothing is fetched; a page that finds no bundle asks the API for drawn charts instead.
What the codes of rejected rows mean comes out of the parser.
"""

import json
from functools import cache
from pathlib import Path
from typing import Final

from shared.flights.problems import PROBLEMS, ProblemKind

BUNDLE: Final = Path("assets/vendor/vega.js")
CODES: Final = Path("assets/vendor/codes.json")
_SNIPPET: Final = "window.vegaEmbed = vegaEmbed;"


def write_vendor(out: Path) -> None:
    """Write them to their places in the folder ``out`` of the finished page. Takes some three seconds."""
    (out / BUNDLE).parent.mkdir(parents=True, exist_ok=True)
    (out / BUNDLE).write_text(_bundle(), encoding="utf-8")
    (out / CODES).write_text(json.dumps(codes(), ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


@cache
def _bundle() -> str:
    # It brings an engine of 84 MB, which other commands need not pay for.
    import vl_convert

    return str(vl_convert.javascript_bundle(_SNIPPET))


def codes() -> dict[str, dict[str, str]]:
    """Tell of every code of a rejected row what it means and how to mend the row, as the API does."""
    rejects = [problem for problem in PROBLEMS.values() if problem.kind is ProblemKind.REJECT]
    return {problem.code: {"explanation": problem.meaning, "mend": problem.mend} for problem in rejects}
