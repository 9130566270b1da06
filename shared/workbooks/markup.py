"""XML in pieces and within bounds: the one way in which parts of workbooks are parsed.

expat reads every encoding and every corner of XML as the standard has it. What it would let a hostile file do is
refused: declared entities wherever they stand, tokens without end, names and depths without number.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final
from xml.parsers import expat

from shared.workbooks.refusals import DEFAULT, Limits, refuse

_MOST_NAMES: Final = 5_000
"""Different names of elements and attributes in a part; each of them is kept by expat."""
_DEEPEST: Final = 100

StartElement = Callable[[str, dict[str, str]], object]


class XmlPart:
    """A parser of one part; the handlers of elements and text are set by whoever reads the part."""

    def __init__(self, limits: Limits = DEFAULT) -> None:
        self._token_bytes = limits.token_bytes
        self._depth = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._declare

    def parse(self, chunks: Iterable[bytes]) -> Iterator[None]:
        """Parse the pieces of a part; yields after each, so that what the handlers have gathered can be taken.

        Raises:
            WorkbookError: it is not XML, or not within bounds.
        """
        fed = 0
        try:
            for chunk in chunks:
                self.parser.Parse(chunk, False)
                fed += len(chunk)
                if fed - self.parser.CurrentByteIndex > self._token_bytes or len(self.parser.intern) > _MOST_NAMES:
                    raise refuse("WORKBOOK_BROKEN", what="разметка внутри не читается")
                yield
            self.parser.Parse(b"", True)
        except expat.ExpatError as error:
            if error.code == expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]:
                raise MemoryError from error
            raise refuse("WORKBOOK_BROKEN", what="разметка внутри не читается") from error
        yield

    def enter(self) -> None:
        """Count an element that nothing is known of; those that are known do not stand in one another."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise refuse("WORKBOOK_BROKEN", what="разметка внутри не читается")

    def leave(self) -> None:
        """Count its end."""
        self._depth -= 1

    def _declare(self, *_: object) -> None:
        raise refuse("WORKBOOK_ENTITIES")


def local_name(tag: str) -> str:
    """Take the prefix off a name: writers choose it freely."""
    return tag.rpartition(":")[2]
