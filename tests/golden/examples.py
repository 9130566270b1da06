"""The examples of docs/telegrams.md: one change to the row of ``rows.py`` that brings out a code.

``CELL: was → now`` replaces in a cell, ``CELL = text`` sets it, ``ROW = center | shr | dep | arr`` sets all (blank is
None), ``TABLE = column: text, …`` is a row of a table, ``LINE = text`` a line for ``fly-potato parse``, ``PERIOD from
to`` before a change says which days the workbook speaks of. ``\\n`` and ``\\r`` are line ends; ``×`` stands for a
hundred thousand blanks, ``3*{text}`` for a text three times.
"""

import json
import re
from datetime import date
from pathlib import Path

from fly_potato.commands.parse import answer
from shared.flights import Reading, Row, TableRow, TelegramRow, build, read
from testing.rows import ROW, changed

EXAMPLES: dict[str, str] = json.loads((Path(__file__).parent / "codes.json").read_text(encoding="utf-8"))


def codes_of(example: str) -> set[str]:
    """Give the codes that an example brings out."""
    period = None
    if example.startswith("PERIOD "):
        _, first, last, example = example.split(" ", 3)
        period = (date.fromisoformat(first), date.fromisoformat(last))
    if example.startswith("LINE = "):
        said = answer(example.removeprefix("LINE = ").encode())
        return {str(said["reject"])}
    reading = read(row_of(example), period=period)
    if isinstance(reading, Reading):
        return set(build([reading]).problems)
    assert reading is not None, "the example is an empty row"
    return {reading.code}


def row_of(example: str) -> Row:
    """Give the row of an example."""
    text = re.sub(r"(\d+)\*\{(.*?)\}", lambda match: int(match[1]) * match[2], example)
    text = text.replace("\\n", "\n").replace("\\r", "\r").replace("×", " " * 100_000)
    target, equals, rest = text.partition(" = ")
    if equals and target == "TABLE":
        return TableRow(**dict(pair.split(": ", 1) for pair in rest.split(", ")))
    if equals and target == "ROW":
        return TelegramRow(*[cell.strip() or None for cell in rest.split("|")])
    cells = {"center": ROW.center, "shr": ROW.shr, "dep": ROW.dep, "arr": ROW.arr}
    if equals and target.lower() in cells:
        return TelegramRow(**{**cells, target.lower(): rest})
    cell, _, change = text.partition(": ")
    was, _, now = change.partition(" → ")
    return changed(ROW, (cell.lower(), was, now))
