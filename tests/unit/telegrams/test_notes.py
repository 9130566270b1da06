"""What is written down of each repair and doubt: what stood there and what it was read as."""

import pytest

from shared.telegrams import Note, parse_all
from testing.rows import ARR, DEP, DEP24, SHR

PLACE = "551230N0612430E"
SHR_NOTES = [
    ("5512N06124E", "5512С06124В", Note("COORD_CYRILLIC", "5512С06124В", "5512N06124E")),
    ("TYP/BLA", "TYP/2БЛА", Note("TYP_CYRILLIC", "2БЛА", "BLA")),
    ("TYP/BLA", "TYP/QUADRO", Note("TYP_UNKNOWN", "QUADRO")),
    ("TYP/BLA", "TYP/1BLA/2AER", Note("TYP_MIXED", "1BLA/2AER")),
    ("TYP/BLA", "TYP/BLA ORLAN 10", Note("TYP_REST_IGNORED", "ORLAN")),
    ("TYP/BLA", "TYP/B", Note("TYP_UNREADABLE", "B")),
    ("TYP/BLA", "TYP/ABCDEFGHIJK", Note("TYP_UNREADABLE", "ABCDEFGHIJK")),
    ("TYP/BLA", "TYP/?!", Note("TYP_UNREADABLE", "?!")),
    ("TYP/BLA", "TYP/5", Note("TYP_UNREADABLE", "5")),
    ("5512N06124E", f"{'ЕЛОВКА ' * 5}5512 06124", Note("COORD_UNREADABLE", f"{'ЕЛОВКА ' * 5}5512 ")),
    ("TYP/BLA", "TYP/0BLA", Note("TYP_COUNT_IMPOSSIBLE", "0BLA")),
    ("TYP/BLA", "TYP/1000BLA", Note("TYP_COUNT_IMPOSSIBLE", "1000BLA")),
    ("REG/012A345", "REG/REG-012A345", Note("REG_PREFIX_DROPPED", "REG-012A345", "012A345")),
    ("REG/012A345", "REG/012A345.012A345 012A345.", Note("REG_REPEATED", "012A345", "")),
    ("REG/012A345", "REG/O12A345", Note("REG_LETTER_O", "O12A345")),
    ("REG/012A345", "REG/RF", Note("REG_DOUBTFUL", "RF")),
    ("REG/012A345", "REG/0Ж12345", Note("REG_DOUBTFUL", "0Ж12345")),
    ("REG/012A345", "REG/012A345 НЕТ", Note("REG_UNREADABLE", "…")),
    ("REG/012A345", "REG/012А345", Note("LETTERS_MIXED", "012А345", "012A345")),
    ("REG/012A345", "REG/012A3\n45", Note("VALUE_BROKEN", "012A3\n45", "012A345")),
    ("SID/7770000001", "SID/77700000O1", Note("LETTER_O_FOR_ZERO", "77700000O1", "7770000001")),
    ("SID/7770000001", "SID/777 0000001", Note("VALUE_BROKEN", "777 0000001", "7770000001")),
    ("-ZZZZ0700", "-ZZZZ2400", Note("TIME_2400", "2400", "0000+1")),
    ("-ZZZZ0700", "-ZZZZ07\n00", Note("VALUE_BROKEN", "07\n00", "0700")),
    ("-ZZZZ0700", "-ZZZZO700", Note("LETTER_O_FOR_ZERO", "O700", "0700")),
    ("-ZZZZ0700", "-ZZZZ0860", Note("TIME_IMPOSSIBLE", "0860")),
    ("-ZZZZ0700", "-ZZZZ0700 ВЫДУМКИН", Note("TIME_IMPOSSIBLE", "0700 ВЫДУМКИ")),
    ("-ZZZZ0430", "-ZZZZ2401", Note("EET_IMPOSSIBLE", "2401")),
    ("DOF/250410", "DOF/25 04 10", Note("VALUE_BROKEN", "25 04 10", "250410")),
    ("DOF/250410", "DOF/25O410", Note("LETTER_O_FOR_ZERO", "25O410", "250410")),
    ("DOF/250410", "DOF/251301", Note("DATE_IMPOSSIBLE", "251301")),
    ("DOF/250410", "DOF/2504", Note("DATE_IMPOSSIBLE", "2504")),
    ("DOF/250410", "DOF/ДЕСЯТОГО АПРЕЛЯ", Note("DATE_IMPOSSIBLE", "ДЕСЯТОГО АПР")),
    ("DOF/250410", "DOF/250410 0700\n", Note("DATE_REWRITTEN", "250410 0700", "250410")),
    ("M0010/M0025", "M0025/M0010", Note("LEVEL_SWAPPED", "M0025/M0010")),
    ("M0010/M0025", "M00\n10/M0025", Note("VALUE_BROKEN", "M00\n10/M0025", "M0010/M0025")),
    ("M0010/M0025", "M0O10/M0025", Note("LETTER_O_FOR_ZERO", "M0O10/M0025", "M0010/M0025")),
    ("M0010/M0025", "M010/M0025", Note("LEVEL_UNREADABLE", "M010/M0025")),
    ("M0010/M0025 ", "M00/M0025 ", Note("LEVEL_UNREADABLE", "M00/M0025 /Z")),
    ("M0010/M0025", "M0010/M00", Note("LEVEL_UNREADABLE", "M0010")),
    ("MR05512", "МР05512", Note("ZONE_NAME_CYRILLIC", "МР05512", "MR05512")),
    ("MR05512", "USР223", Note("ZONE_NAME_DOUBTFUL", "USР223")),
    ("MR05512", "MR 05512", Note("VALUE_BROKEN", "MR 05512", "MR05512")),
    ("/ZONA MR05512/", "/MR05512/", Note("ZONE_WORD_MISSING", "MR05512", "ZONA")),
    ("MR05512", "R500M 5512N06124E", Note("ZONE_RADIUS_METRES", "R500M", "0.5 km")),
    ("MR05512", "R101 5512N06124E", Note("ZONE_RADIUS_DOUBTFUL", "R101")),
    ("MR05512", "R1 5512N06124E 5513N06124E", Note("ZONE_SEVERAL", "2 points")),
    ("MR05512", "R1 5572N06124E", Note("ZONE_POINT_UNREADABLE", "5572N06124E")),
    ("MR05512", "R0 5512N06124E", Note("ZONE_UNREADABLE", "R0")),
    ("MR05512", "5512N06124E", Note("ZONE_UNREADABLE", "5512N06124E")),
    ("(SHR-", "(SНR-", Note("LETTERS_MIXED", "(SНR", "(SHR")),
    ("TYP/", "ТYР/", Note("LETTERS_MIXED", "ТYР/", "TYP/")),
    ("SHR-ZZZZZ", "SHR-RА2411G", Note("LETTERS_MIXED", "RА2411G", "RA2411G")),
    ("\n-ZZZZ0700", "\r\n-ZZZZ0700", Note("TEXT_ODD_CHARACTERS", "\r\n-ZZZZ0", "\n-ZZZZ07")),
    ("\n-ZZZZ0700", "_x000D_\n-ZZZZ0700", Note("TEXT_XML_ESCAPES", "_x000D_\n", "\n\n-ZZZZ0")),
    ("\n-ZZZZ0700", "\n\n-ZZZZ0700", Note("TEXT_BLANKS", "\n-ZZZZ07", "-ZZZZ070")),
    ("TYP/BLA", "TYP/bla", Note("TEXT_LOWER_CASE", "bla RMK/", "BLA RMK/")),
    ("0001)", "0001", Note("BRACKET_MISSING", "(…1", "(…)")),
]


@pytest.mark.parametrize(("was", "now", "note"), SHR_NOTES)
def test_notes_of_a_plan(was: str, now: str, note: Note) -> None:
    assert was in SHR
    (plan,) = parse_all(SHR.replace(was, now))
    assert note in plan.notes


@pytest.mark.parametrize(
    ("now", "note"),
    [
        ("0612430E551230N", Note("COORD_SWAPPED", "0612430E551230N", PLACE)),
        ("N551230E0612430", Note("COORD_LETTER_FIRST", "N551230E0612430", PLACE)),
        ("5512.5N06124,5E", Note("COORD_DECIMAL", "5512.5N06124,5E", "5512.5N06124.5E")),
        ("551230N06124E", Note("COORD_MIXED_PRECISION", "551230N06124E")),
        ("551230N 0612430E", Note("VALUE_BROKEN", "551230N 0612430E", PLACE)),
        ("55123ON0612430E", Note("LETTER_O_FOR_ZERO", "55123ON0612430E", PLACE)),
        ("551230Ю0612430З", Note("COORD_CYRILLIC", "551230Ю0612430З", "551230S0612430W")),
        (f"X {PLACE} 551300N0612500E", Note("COORD_SEVERAL", f"{PLACE} 551300N0612500E")),
        ("551230N061243E", Note("COORD_UNREADABLE", "551230N061243E")),
        ("551230N0612460E", Note("COORD_IMPOSSIBLE", "551230N0612460E")),
        ("551230N В РАЙОНЕ", Note("COORD_UNREADABLE", "551230N В РАЙОНЕ")),
    ],
)
def test_notes_of_places(now: str, note: Note) -> None:
    (dep,) = parse_all(DEP.replace(PLACE, now))
    assert dep.notes == (note,)


def test_signs_are_noted() -> None:
    (dep,) = parse_all(DEP.replace(PLACE, "55°12'30\"N061°24'30\"E"))
    assert [note.code for note in dep.notes] == ["COORD_SIGNS"]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (f"ЗЦЗЦ ПАД000 0754\n{SHR}", Note("TEXT_AROUND", "ЗЦЗЦ ПАД000 0754", "")),
        (f"ФФ УЩЩЩЗДЗЬ\n{SHR}", Note("TEXT_AROUND", "ФФ УЩЩЩЗДЗЬ", "")),
        (f"290754 УЩЩЩЗДЗИ\n{SHR}", Note("TEXT_AROUND", "290754 УЩЩЩЗДЗИ", "")),
        (f"{SHR}\nНННН", Note("TEXT_AROUND", "НННН", "")),
        (f"ВНИМАНИЕ\nСРОЧНО\n{SHR}", Note("TEXT_AROUND", "ВНИМАНИЕ", None)),
        (DEP.removeprefix("-TITLE IDEP\n"), Note("TITLE_MISSING", "-ADD", "-TITLE IDEP")),
        (ARR.removeprefix("-TITLE IARR\n"), Note("TITLE_MISSING", "-ADA", "-TITLE IARR")),
        ("-SID 7770000001\n-ATD 0712", Note("TITLE_MISSING", "-ATD", "-TITLE IDEP")),
        ("-SID 7770000001\n-ADEP ZZZZ", Note("TITLE_MISSING", "-ADEP", "-TITLE IDEP")),
        ("-ADEPZ 5512N06124E", Note("TITLE_MISSING", "-ADEPZ", "-TITLE IDEP")),
        ("-SID 7770000001\n-ATA 0712", Note("TITLE_MISSING", "-ATA", "-TITLE IARR")),
        ("-SID 7770000001\n-ADARR ZZZZ", Note("TITLE_MISSING", "-ADARR", "-TITLE IARR")),
    ],
)
def test_notes_of_surroundings(text: str, note: Note) -> None:
    (telegram,) = parse_all(text)
    assert note in telegram.notes
    assert telegram.kind == ("SHR" if "SHR" in text else (note.now or "")[-3:])


def test_surroundings_are_noted_once() -> None:
    first, second = parse_all(f"ВНИМАНИЕ\n{SHR}\n{DEP24}")
    assert [note.code for note in first.notes] == ["TEXT_AROUND"]
    assert second.notes == ()


@pytest.mark.parametrize("text", [SHR, DEP, ARR, DEP24])
def test_nothing_is_noted_of_a_good_telegram(text: str) -> None:
    (telegram,) = parse_all(text)
    assert telegram.notes == ()
