"""Properties of reading telegrams, over texts made from the grammar."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from shared.problems import PROBLEMS
from shared.telegrams import Point, Telegram, TelegramError, parse_all, strict
from shared.telegrams.kinds import build
from shared.telegrams.repairs import repair
from shared.telegrams.scanner import scan
from shared.telegrams.values.coordinates import point
from testing import strategies
from testing.telegrams import render
from testing.telegrams import shortest as coordinate

GOLDEN = [
    text
    for line in (Path(__file__).parents[1] / "golden" / "rows.jsonl").read_text(encoding="utf-8").splitlines()
    for text in (json.loads(line).get(name) for name in ("shr", "dep", "arr"))
    if text
]
slips = st.tuples(
    st.integers(0, 700),
    st.integers(0, 3),
    st.sampled_from(
        ["", " ", "\n", "-", "/", ":", ",", "(", ")", "0", "O", "О", "9", "A", "С", "Н", "Z", " SID/", "\n-"]
    ),
)
ANYTHING = st.one_of(st.text(max_size=200), strategies.scraps)


@given(strategies.telegrams, strategies.words)
def test_reading_undoes_writing(telegram: Telegram, remark: str) -> None:
    assume(telegram.sid or not remark)
    assume("DEP/" not in remark or getattr(telegram, "dated", True) or getattr(telegram, "dep", None))
    assert parse_all(render(telegram, remark)) == [telegram]


@given(ANYTHING)
@example("(SHR-")
@example("-TITLE IDEP")
@example("(CHG-ZZZZZ-18/")
def test_only_telegram_errors_leave(text: str) -> None:
    try:
        telegrams = parse_all(text)
    except TelegramError:
        return
    for telegram in telegrams:
        assert {note.code for note in telegram.notes} <= set(PROBLEMS)


@given(st.one_of(ANYTHING, strategies.telegrams.map(render)))
@example("_x00_x000D_0D_")
@example("ı\u0345\u00a0ŉ")
def test_mending_is_done_once(text: str) -> None:
    once = repair(text)
    again = repair(once.text)
    assert again.text == once.text
    assert again.notes == ()


@given(strategies.telegrams, strategies.noises)
def test_writing_does_not_change_what_is_said(telegram: Telegram, noises: list[str]) -> None:
    text = render(telegram)
    for noise in noises:
        text = strategies.NOISES[noise](text)
    (read,) = parse_all(text)
    assert read._replace(notes=()) == telegram


@given(strategies.plans())
def test_twins_do_not_change_what_is_said(telegram: Telegram) -> None:
    text = re.sub(r"(?<=ZONA )[^/]*|(?<=OPR/)[^/]* |[A-Z]+", lambda word: _twinned(word[0]), render(telegram, "ПОЛЕТ"))
    (read,) = parse_all(text)
    assert read._replace(notes=()) == telegram


def _twinned(word: str) -> str:
    """Write look-alikes in Cyrillic, but not in names of zones and people, which are words of their own."""
    return word if " " in word or word[:2] in ("MR", "WR", "US", "KO") else word.translate(strategies.TWINS)


@given(strategies.places(), st.sampled_from(["", " ", "\n"]), st.booleans(), st.booleans())
def test_coordinates(expected: Point, blank: str, russian: bool, lookalike: bool) -> None:
    text = coordinate(expected.lat, expected.lon)
    spelled = re.sub(r"([NS])", rf"\1{blank}", text)
    if russian:
        spelled = spelled.translate(str.maketrans("NSEW", "СЮВЗ"))
    elif lookalike:
        spelled = spelled.replace("E", "Е")
    assert point(spelled)[0] == point(text)[0] == expected
    assert abs(expected.lat) <= 90
    assert abs(expected.lon) <= 180


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_coordinates_of_any_point_are_within_half_a_second(lat: float, lon: float) -> None:
    read, _ = point(coordinate(lat, lon))
    assert read is not None
    assert abs(read.lat - lat) <= 0.5 / 3600 + 1e-6
    assert abs(read.lon - lon) <= 0.5 / 3600 + 1e-6


@given(st.integers(0, 999_999), st.integers(0, 9_999_999), st.sampled_from("NS"), st.sampled_from("EW"))
@example(1800, 1801, "N", "E")
@example(906000, 1806000, "N", "W")
def test_coordinates_against_another_formula(lat: int, lon: int, north: str, east: str) -> None:
    read, notes = point(f"{lat:06}{north}{lon:07}{east}")
    parts = [(lat // 10000, lat // 100 % 100, lat % 100, 90), (lon // 10000, lon // 100 % 100, lon % 100, 180)]
    degrees = [(d + m / 60 + s / 3600) for d, m, s, _ in parts]
    possible = all(m < 60 and s < 60 and d + m / 60 + s / 3600 <= top for d, m, s, top in parts)
    if not possible:
        assert read is None
        assert notes[0].code == "COORD_IMPOSSIBLE"
        return
    assert read is not None
    assert read.lat == pytest.approx(degrees[0] if north == "N" else -degrees[0], abs=1e-6)
    assert read.lon == pytest.approx(degrees[1] if east == "E" else -degrees[1], abs=1e-6)


def _loosely(text: str) -> list[Telegram]:
    """Read a text as if it had no strict form."""
    repaired, notes = repair(text)
    return [build(one, notes) for one in scan(repaired)]


@given(strategies.telegrams, strategies.words, st.sampled_from(["", " ", "\n"]))
def test_strict_forms_say_what_the_loose_ones_say(telegram: Telegram, remark: str, around: str) -> None:
    text = repair(render(telegram, remark)).text
    read = strict.read(around + text + around)
    assume(read is not None)
    assert [read] == _loosely(text)


@given(st.sampled_from(GOLDEN), st.lists(slips, max_size=3))
def test_strict_forms_of_slips_say_what_the_loose_ones_say(text: str, changes: list[tuple[int, int, str]]) -> None:
    """Whatever is changed in a telegram of the golden rows: where a strict form still fits, the loose ones agree."""
    for at, dropped, added in changes:
        at %= len(text) + 1
        text = text[:at] + added + text[at + dropped :]
    text = repair(text).text
    read = strict.read_all(text)
    if read is not None:
        assert read == _loosely(text)
