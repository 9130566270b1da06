"""The document of workbooks tells of every refusal."""

import re
from pathlib import Path

import shared.workbooks
from shared.workbooks import REFUSALS

DOCUMENT = Path(__file__).parents[3] / "docs/workbooks.md"


def test_every_refusal_is_in_the_document() -> None:
    told = set(re.findall(r"`(WORKBOOK_[A-Z_]+)`", DOCUMENT.read_text(encoding="utf-8")))
    assert told == set(REFUSALS)


def test_what_is_public_is_there() -> None:
    assert [name for name in shared.workbooks.__all__ if not hasattr(shared.workbooks, name)] == []
    assert sorted(shared.workbooks.__all__, key=str) == sorted(set(shared.workbooks.__all__), key=str)
