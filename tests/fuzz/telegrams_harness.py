"""One fuzzed text: whatever it is, it is read or refused with a code, in time, and a redacted copy says no more.

The first byte chooses what the rest is: one cell, the three cells of a row parted by ``|``, a row of a table, or a
pattern that fills a cell, of which the reading must not take more than its length in time.
"""

import time
from dataclasses import fields

from shared.flights import Reading, Reject, Row, TableRow, TelegramRow, build, read
from shared.problems import PROBLEMS, ProblemKind
from shared.telegrams import TelegramError, parse_all
from shared.telegrams.redaction import redact
from shared.telegrams.repairs import repair

_COLUMNS = len(fields(TableRow))
_CELL = 32_767
_SECONDS = 2.0
"""Far more than a cell takes, also where branches are counted; what is quadratic takes a minute."""


def fuzz_one(data: bytes) -> None:
    """Feed one input; an AssertionError or any exception but TelegramError is a find."""
    if not data:
        return
    text = data[1:].decode("utf-8", "replace")
    if data[0] % 8 == 7:
        _filled(text)
    elif data[0] % 3 == 0:
        _cell(text)
    elif data[0] % 3 == 1:
        _row(TelegramRow(None, *([*text.split("|", 2), None, None][:3])))
    else:
        _row(TableRow(*(text.split("|", _COLUMNS - 1) + [None] * _COLUMNS)[:_COLUMNS]))


def _filled(text: str) -> None:
    """Fill a cell with what stands between two ``|``, or with all of it, and look at the processor's clock."""
    head, _, rest = text.partition("|")
    unit, _, tail = rest.partition("|")
    unit = (unit or head)[:64] or " "
    filled = f"{head[:200]}{unit * (_CELL // len(unit))}"[: _CELL - 200] + tail[:200]
    started = time.process_time()
    _row(TelegramRow(None, filled, None, None))
    redact(filled)
    assert time.process_time() - started < _SECONDS


def _cell(text: str) -> None:
    mended = repair(text)
    assert repair(mended.text).text == mended.text
    try:
        telegrams = parse_all(text)
    except TelegramError:
        return
    assert {note.code for telegram in telegrams for note in telegram.notes} <= set(PROBLEMS)
    redact(text)


def _row(row: Row) -> None:
    said = read(row)
    if isinstance(said, Reject):
        assert PROBLEMS[said.code].kind is ProblemKind.REJECT
    elif isinstance(said, Reading):
        flight = build([said])
        assert len(flight.key) == 16
        assert set(flight.problems) <= set(PROBLEMS)
        assert build([said, said]) == flight
        for point in (flight.dep, flight.arr, flight.position):
            assert point is None or (abs(point.lat) <= 90 and abs(point.lon) <= 180)
