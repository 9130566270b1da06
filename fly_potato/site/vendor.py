"""The one part of the page that is not in the repository: Vega with all it needs, as one script.

It comes out of ``vl_convert``, the wheel that draws the reports, so page and reports draw with the same Vega; there is
nothing to fetch. A page that finds no bundle asks the API for drawn charts instead.
"""

from pathlib import Path
from typing import Final

BUNDLE: Final = Path("assets/vendor/vega.js")
_SNIPPET: Final = "window.vegaEmbed = vegaEmbed;"


def write_vendor(out: Path) -> None:
    """Write the bundle to its place in the folder ``out`` of the finished page. Takes some three seconds."""
    # It brings an engine of 84 MB, which other commands need not pay for.
    import vl_convert

    path = out / BUNDLE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(vl_convert.javascript_bundle(_SNIPPET), encoding="utf-8")
