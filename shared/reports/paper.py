"""A document as the parts it is made of, and its PDF: A4, tagged so that it can be read aloud (PDF/UA-1).

Typst lays the parts out by ``paper.typ``, with the fonts that lie beside it: those that charts are drawn with. It is
imported at the first document.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).parent


class Heading(NamedTuple):
    """The title of a document (``level`` 1), or of what follows (2), on a page of its own or not."""

    text: str
    level: int = 2
    begins_page: bool = False


class Paragraph(NamedTuple):
    """A sentence or more, ``size`` in points."""

    text: str
    size: float = 10


class Figures(NamedTuple):
    """Key figures: names and values."""

    rows: Sequence[tuple[str, str]]


class Findings(NamedTuple):
    """Sentences, numbered."""

    sentences: Sequence[str]


class Terms(NamedTuple):
    """Words with what each means."""

    rows: Sequence[tuple[str, str]]


class Picture(NamedTuple):
    """An SVG, and what it shows in words; ``height`` in points, None for what is left of the page."""

    svg: str
    text: str
    height: float | None = None


class PaperTable(NamedTuple):
    """A table with a head, repeated on each page; all columns but the ``named`` one, which is widest, hold numbers."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    named: int = 0


class Signatures(NamedTuple):
    """Lines at the foot of the last page."""

    lines: Sequence[str]


Part = Heading | Paragraph | Figures | Findings | Terms | Picture | PaperTable | Signatures


def pdf(title: str, parts: Sequence[Part]) -> bytes:
    """Typeset a document, whose first part is its heading of level 1."""
    import typst

    named = [{"kind": type(part).__name__, **part._asdict()} for part in parts]
    document = {"title": title, "parts": named}
    return bytes(
        typst.compile(
            str(_FOLDER / "paper.typ"),
            format="pdf",
            font_paths=[str(_FOLDER / "fonts")],
            ignore_system_fonts=True,
            pdf_standards="ua-1",
            sys_inputs={"document": json.dumps(document, ensure_ascii=False)},
        )
    )
