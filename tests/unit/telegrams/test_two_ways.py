"""Texts that the quick and the careful way once read differently; each name says what was at fault."""

import time

import pytest

from shared.telegrams import Movement, NotATelegram, Place, Plan, TooLong, parse, parse_all
from shared.telegrams.reading import LONGEST, careful, without_notes
from tests.golden.rows import ARR24, DEP, DEP24, SHR

DESTINATION = DEP24[: DEP24.index("\n")] + "\n-DEST/5509N03737E DOF/240105)"
ONCE_DIFFERENT = {
    "end mark in a place": DEP.replace("-ADEPZ ", "-ADEPZ NNNN "),
    "mixed end mark in a place": DEP.replace("-ADEPZ ", "-ADEPZ НHНH "),
    "end mark among marks": DEP + "\n-REG 012A345 NNNN",
    "end mark in a mark": DEP + "\n-REG 012NNNN5",
    "end mark as an aerodrome": DEP.replace("-ADEP ZZZZ", "-ADEP NNNN"),
    "heading in a place": DEP.replace("-ADEPZ ", "-ADEPZ ЗЦЗЦ "),
    "DEST first": DESTINATION,
    "DEST first behind a landing": ARR24[: ARR24.index("\n")] + "\n-DEST/5509N03737E DOF/240105)",
    "break before a slash": SHR.replace("TYP/", "TYP\n/"),
    "break before a slash, 2024": DEP24.replace("DOF/", "DOF\n/"),
    "rare blank before a slash": SHR.replace("TYP/", "TYP\u1680/"),
    "aerodrome ZONA": SHR.replace("-ZZZZ0430", "-ZONA0430"),
    "dash of another kind in a zone": SHR.replace("MR05512", "MR\u2010ABCD1").replace("-ZZZZ0430\n", ""),
    "status of odd characters": SHR.replace("TYP/", "STS/\x1b TYP/"),
    "status of an escape": SHR.replace("TYP/", "STS/_x000D_\nTYP/"),
    "title in brackets of a remark": SHR.replace("СЪЕМКА", "(-TITLE IDEP)"),
}


@pytest.mark.parametrize("text", ONCE_DIFFERENT.values(), ids=ONCE_DIFFERENT)
def test_both_ways_agree(text: str) -> None:
    quickly, carefully = parse_all(text), careful(text)
    assert [without_notes(one) for one in quickly] == [without_notes(one) for one in carefully]


def test_destination_first_is_no_aerodrome() -> None:
    read = parse("ЗЦЗЦ ПАД001 0754\n" + ARR24[: ARR24.index("\n")] + "\n-DEST/5509N03737E DOF/240105)\nНННН")
    assert isinstance(read, Movement)
    assert read.minute is not None
    assert read.dest == Place(55.15, 37.616667)


def test_key_broken_from_its_slash() -> None:
    read = parse("ЗЦЗЦ ПАД001 0754\n" + SHR.replace("TYP/", "TYP\n/").replace(" SID/", "\nSID\n/"))
    assert isinstance(read, Plan)
    assert (read.uav_type, read.sid) == ("BLA", "7770000001")


def test_end_mark_inside_brackets_is_a_word() -> None:
    text = SHR.replace("СЪЕМКА", "СЪЕМКА НННН")
    assert parse(text).sid == parse(f"ЗЦЗЦ ПАД001 0754\n{text}\nНННН").sid == "7770000001"


def test_brackets_without_end_take_no_time() -> None:
    began = time.process_time()
    with pytest.raises(NotATelegram):
        parse_all("(\n" * 16_000)
    assert time.process_time() - began < 1


def test_too_long_whatever_the_way() -> None:
    with pytest.raises(TooLong):
        parse_all(SHR.replace("СЪЕМКА", "СЪЕМКА " * LONGEST))
