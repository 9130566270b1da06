"""The document of workbooks tells of every refusal."""

import re
from pathlib import Path

from shared.workbooks.refusals import REFUSALS

DOCUMENT = Path(__file__).parents[3] / "docs/workbooks.md"


def test_every_refusal_is_in_the_document() -> None:
    documented = set(re.findall(r"`(WORKBOOK_[A-Z_]+)`", DOCUMENT.read_text(encoding="utf-8")))
    assert documented == set(REFUSALS)
