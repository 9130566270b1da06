"""What leaves parse when a text is no telegram."""

import contextlib
import time

import pytest

from shared.telegrams import NotATelegram, TelegramError, TooLong, parse_all
from shared.telegrams.parsing import LONGEST


def test_no_telegram() -> None:
    with pytest.raises(NotATelegram) as caught:
        parse_all("ПОЛЁТ ИВАНОВА")
    assert caught.value.length == 13
    assert caught.value.code == "TELEGRAM_NOT_RECOGNISED"
    assert "ИВАНОВА" not in str(caught.value)


def test_too_long() -> None:
    with pytest.raises(TooLong) as caught:
        parse_all("A" * (LONGEST + 1))
    assert (caught.value.length, caught.value.limit, caught.value.code) == (LONGEST + 1, LONGEST, "TELEGRAM_TOO_LONG")
    with pytest.raises(NotATelegram):
        parse_all("A" * LONGEST)


def test_all_are_one_family() -> None:
    for error in (NotATelegram(1), TooLong(3, 2)):
        assert isinstance(error, TelegramError)
        assert isinstance(error, ValueError)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 50_000,
        "-" * 90_000,
        "(SHR-" + " " * 90_000,
        "(SHR-ZZZZZ-ZZZZ0700-M0010 " + "5 " * 45_000,
        "(SHR-ZZZZZ-ZZZZ0700-" + "5512N" * 15_000,
        "(SHR-ZZZZZ-ZZZZ0700-M0010 /ZONA " + "ZONA " * 18_000,
        "(SHR-ZZZZZ-ZZZZ0700-DOF/250101 RMK/" + "SID/ " * 18_000,
        "(DEP-ZZZZZ-ZZZZ0700-ZZZZ-RMK/" + "DEP/ " * 18_000,
        "(DEP-ZZZZZ-ZZZZ0700-ZZZZ-RMK/" + "DEP/A" * 18_000,
        "-TITLE IDEP " + "-SID " * 18_000,
        "(SHR-ZZZZZ-ZZZZ0700" * 5_000,
        "(SHR-ZZZZZ-ZZZZ0700-DOF/250101 REG/" + "A\n" * 40_000,
        "(SHR-ZZZZZ-ZZZZ0700-DOF/250101 TYP/" + "BL A " * 15_000,
    ],
)
def test_hostile_texts_are_answered_in_time(text: str) -> None:
    started = time.process_time()
    with contextlib.suppress(TelegramError):
        parse_all(text)
    assert time.process_time() - started < 3
