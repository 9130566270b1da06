"""A redacted row reads to the same flight, however often it is redacted."""

import json
from pathlib import Path

import pytest
from hypothesis import given

from shared.flights import Flight, Reading, TelegramRow, build, read
from shared.telegrams import Telegram
from shared.telegrams.redaction import WITHHELD, redact
from testing import strategies
from testing.rows import sample_rows
from testing.telegrams import render

GOLDEN = Path(__file__).parents[1] / "golden" / "rows.jsonl"
PEOPLE = ("ВЫДУМКИН", "ПРИДУМАНОВ", "НИГДЕЕВ", "0000000000", "000 00 00")


def _flight(row: TelegramRow) -> Flight | None:
    """Give the flight without the codes of its problems, and without a key that is made of its text."""
    reading = read(row)
    if not isinstance(reading, Reading):
        return None
    flight = build([reading])
    return flight._replace(problems=(), key=flight.key if flight.sid else b"")


def _redacted(row: TelegramRow) -> TelegramRow:
    return TelegramRow(row.center, *(text and redact(text) for text in (row.shr, row.dep, row.arr)))


def _golden() -> list[tuple[str, TelegramRow]]:
    lines = map(json.loads, GOLDEN.read_text(encoding="utf-8").splitlines())
    return [(line.pop("id"), TelegramRow(**line)) for line in lines]


@pytest.mark.parametrize(("name", "row"), _golden(), ids=[name for name, _ in _golden()])
def test_golden_rows_keep_their_flights(name: str, row: TelegramRow) -> None:
    flight = _flight(row)
    if flight is None:
        return
    redacted = _redacted(row)
    assert _flight(redacted) == flight
    assert _flight(_redacted(redacted)) == flight
    assert not [
        person for person in PEOPLE for text in (redacted.shr, redacted.dep, redacted.arr) if person in (text or "")
    ]


@pytest.mark.parametrize("layout", ["2024", "2025"])
def test_sample_rows_keep_their_flights(layout: str) -> None:
    for row in sample_rows(400, layout=layout, seed=11):
        flight = _flight(row)
        redacted = _redacted(row)
        assert flight is None or _flight(redacted) == flight
        assert not [
            person for person in PEOPLE for text in (redacted.shr, redacted.dep, redacted.arr) if person in (text or "")
        ]


@given(strategies.telegrams, strategies.words, strategies.noises)
def test_written_telegrams_keep_what_they_say(telegram: Telegram, remark: str, noises: list[str]) -> None:
    text = render(telegram, remark if telegram.sid and getattr(telegram, "dated", True) else "")
    for noise in noises:
        text = strategies.NOISES[noise](text)
    redacted = redact(text)
    assert redacted != WITHHELD
    assert _flight(TelegramRow(None, redacted, None, None)) == _flight(TelegramRow(None, text, None, None))
    assert _flight(TelegramRow(None, redact(redacted), None, None)) == _flight(TelegramRow(None, text, None, None))
