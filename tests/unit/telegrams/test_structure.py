"""Where fields stand, in texts that lack some."""

from datetime import date

import pytest

from shared.telegrams import Kind, Movement, Named, NotATelegram, Plan, Point, Telegram, parse_all
from shared.telegrams.scanner import scan
from testing.rows import DEP, SHR


def parse(text: str) -> Telegram:
    """Read the one telegram of a text."""
    (telegram,) = parse_all(text)
    return telegram


def test_plan_without_field_13() -> None:
    plan = parse("(SHR-ZZZZZ\n-M0010/M0025 /ZONA MR05512/\n-DEP/5512N06124E DOF/250410 SID/7770000001)")
    assert plan == Plan(
        Kind.SHR,
        callsign="ZZZZZ",
        sid="7770000001",
        day=date(2025, 4, 10),
        level=(100, 250),
        zone=Named(("MR05512",)),
        dep=Point(55.2, 61.4, "SHR DEP/"),
    )


def test_plan_of_field_7_alone() -> None:
    assert parse("(SHR-ZZZZZ)") == Plan(Kind.SHR, callsign="ZZZZZ")


def test_movement_without_field_13() -> None:
    movement = parse("(DEP-ZZZZZ\n-REG/012A345 DOF/240105 SID/7770000001)")
    assert movement == Movement(
        Kind.DEP, callsign="ZZZZZ", sid="7770000001", day=date(2024, 1, 5), regs=("012A345",), dated=False
    )


def test_diversion() -> None:
    movement = parse("(ARR-ZZZZZ-ULSF0700-ULLI-ULSS0955-DOF/250410)")
    assert isinstance(movement, Movement)
    assert (movement.off, movement.minute) == (420, 595)


def test_keys_of_plans_and_their_text() -> None:
    text = "(SHR-ZZZZZ-ZZZZ0700-M0010-ZZZZ0100-DEP/A ALTN/B RALT/C NAV/Q EST/E RMK/F DEP/G)"
    names = [field.name for field in scan(text)[0].fields]
    assert names == ["7", "13", "13t", "15", "16", "16t", "DEP", "ALTN", "RALT", "NAV", "EST", "RMK"]
    for field in scan(SHR)[0].fields:
        assert SHR[field.start : field.end] == field.raw


@pytest.mark.parametrize("kind", ["CNL", "DLA"])
def test_what_cancellations_and_delays_say(kind: str) -> None:
    text = f"({kind}-ZZZZZ-ULSF0700-ULLI-DOF/250410 REG/012A345 TYP/BLA DEP/5512N06124E SID/7770000001)"
    assert parse(text) == Plan(
        Kind(kind),
        callsign="ZZZZZ",
        sid="7770000001",
        day=date(2025, 4, 10),
        minute=420,
        departure="ULSF",
        destination="ULLI",
        regs=("012A345",),
    )


def test_cancellation_in_keys_and_values() -> None:
    assert parse("-TITLE ICNL\n-SID 7770000001\n-DOF 250410") == Plan(Kind.CNL, sid="7770000001", day=date(2025, 4, 10))


def test_change_says_only_what_it_names() -> None:
    head = "(CHG-ZZZZZ-ULSF0700-ULLI-DOF/250410 SID/7770000001"
    change = parse(f"{head}-8/I-15/M0010 /ZONA MR1/-16/ZZZZ0100-18/TYP/2BLA)")
    assert change == Plan(
        Kind.CHG,
        callsign="ZZZZZ",
        sid="7770000001",
        day=date(2025, 4, 10),
        duration=60,
        destination="ZZZZ",
        level=(100, 100),
        zone=Named(("MR1",)),
        uav_type="BLA",
        uav_count=2,
        filed_day=date(2025, 4, 10),
        filed_minute=420,
    )
    moved = parse("(CHG-ZZZZZ-ULSF0700-ULLI-DOF/250410-13/ULLP0800)")
    assert isinstance(moved, Plan)
    assert (moved.departure, moved.minute, moved.destination) == ("ULLP", 480, None)


def test_keys_and_values_run_on() -> None:
    movement = parse(DEP.replace("\n", ""))
    assert movement == parse(DEP)
    with_comment = parse(DEP.replace("-PAP 0", "-COMMENT ПОСАДКА-REG НЕТ\n-XYZ 1\n-PAP 0"))
    assert isinstance(with_comment, Movement)
    assert with_comment.precise == Point(55.208333, 61.408333, "DEP ADEPZ")


def test_unknown_keys_end_a_value() -> None:
    movement = parse(DEP.replace("-PAP 0", "-OTHER 5600N06000E\n-PAP 0").replace("-ADEPZ 551230N0612430E", "-ADEPZ X"))
    assert isinstance(movement, Movement)
    assert movement.precise is None


def test_callsigns() -> None:
    for text, said in (
        ("ЗЗЗЗЗ", "ЗЗЗЗЗ"),
        ("RF 37204", "RF 37204"),
        ("RF-37204", "RF-37204"),
        ("Б?Н", None),
        ("", None),
    ):
        (plan,) = parse_all(SHR.replace("SHR-ZZZZZ", f"SHR-{text}"))
        assert isinstance(plan, Plan)
        assert plan.callsign == said


def test_marks_of_several_keys_stand_together() -> None:
    (plan,) = parse_all(SHR.replace("TYP/BLA", "REG/00Q2171 TYP/BLA TYP/AER"))
    assert isinstance(plan, Plan)
    assert plan.regs == ("012A345", "00Q2171")
    assert plan.uav_type == "BLA"


def test_types_in_a_row() -> None:
    for text, said in (
        ("BLA 2 AER", ("BLA", 1)),
        ("BLA2 AER", ("BLA", 2)),
        ("BLA 2 ORLAN", ("BLA", 2)),
        ("BLA 2000", ("BLA", 1)),
        ("2BLA 3BLA", ("BLA", 5)),
        ("999BLA", ("BLA", 999)),
        ("AB", ("AB", 1)),
        ("ABCDEFGHIJ", (None, 1)),
        ("HOMER", (None, 1)),
        ("КАНАРЕЕВ", (None, 1)),
        ("2КАНАРЕЕВ", (None, 2)),
        ("РОМА", (None, 1)),
        ("КАНАРЕЕВ 2BLA", (None, 1)),
        ("QUADRO", ("QUADRO", 1)),
        ("АЭРОСТАТ", ("AER", 1)),
        ("БАС", ("BAS", 1)),
        ("БПЛА", ("BPLA", 1)),
        ("БВС", ("BWS", 1)),
        ("АЭР", ("AER", 1)),
        ("2X BLA", ("BLA", 2)),
        ("2ХBLA", ("BLA", 2)),
    ):
        (plan,) = parse_all(SHR.replace("TYP/BLA", f"TYP/{text}"))
        assert isinstance(plan, Plan)
        assert (plan.uav_type, plan.uav_count) == said, text


def test_long_words_are_no_marks() -> None:
    (plan,) = parse_all(SHR.replace("REG/012A345", "REG/12345678901234 123456789012345 (00Q2171)"))
    assert isinstance(plan, Plan)
    assert plan.regs == ("00Q2171",)


def upside_down(text: str) -> str:
    """Turn the lines of a text round."""
    return "\n".join(reversed(text.split("\n")))


@pytest.mark.parametrize("text", [SHR, DEP, "(DEP-ZZZZZ-ZZZZ0540-ZZZZ0400\n-REG/012A345 DOF/250614\nDEP/5543N03718E)"])
def test_lines_from_the_bottom_to_the_top(text: str) -> None:
    (read,) = parse_all(upside_down(text))
    assert read._replace(notes=()) == parse(text)._replace(notes=())
    assert "TEXT_UPSIDE_DOWN" in [note.code for note in read.notes]


@pytest.mark.parametrize(
    "text",
    [
        f"ЗЦЗЦ ПАД000 0754\nФФ УЩЩЩЗДЗЬ\n{SHR.replace(chr(10), ' ')}",  # a heading above a telegram on one line
        f"{SHR}\n(CNL-ZZZZZ",  # two telegrams, the second without its end
        f"ПРИМЕЧАНИЕ)\n{DEP.splitlines()[0]}",  # keys without values
        f"{DEP}\n-TITLE IARR",
    ],
)
def test_other_lines_stay_in_their_order(text: str) -> None:
    try:
        telegrams = parse_all(text)
    except NotATelegram:
        return
    assert "TEXT_UPSIDE_DOWN" not in [note.code for telegram in telegrams for note in telegram.notes]
