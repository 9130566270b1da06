"""Ways of writing that once gave a wrong value, a needless loss or a loss that left no code."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from shared.flights import Flight, Reading, TableRow, TelegramRow, build, read
from shared.flights.model import Circle, Named, Point, Polygon
from testing.rows import ARR, ARR24, DEP, DEP24, ROW, ROW24, SHR, SHR24, changed, flight

BARE = replace(ROW, dep=None, arr=None)
FIELD15 = "M0010/M0025 /ZONA MR05512/"


@pytest.mark.parametrize(
    ("was", "now", "name", "said"),
    [
        ("SHR-ZZZZZ", "SHR-РФ37362", "callsign", "РФ37362"),
        ("SHR-ZZZZZ", "SHR-ZZZZZ,", "callsign", "ZZZZZ"),
        ("SHR-ZZZZZ", "SHR-0938 G", "callsign", "0938 G"),
        ("SHR-ZZZZZ", "SHR-00724,00725", "callsign", "00724,00725"),
        ("SHR-ZZZZZ", "SHR-00724, 00725, 00726", "plan_dep_dt", datetime(2025, 4, 10, 7, 0, tzinfo=UTC)),
        ("SHR-ZZZZZ", "SHR ZZZZZ", "callsign", "ZZZZZ"),
        ("(SHR", "((SHR", "callsign", "ZZZZZ"),
        ("-ZZZZ0700", "-ZZ\nZZ0700", "level_m", (100, 250)),
        ("-ZZZZ0430", "-ZZ\nZZ0430", "plan_duration_min", 270),
        ("\n-ZZZZ0430", "\nZZZZ0430", "plan_duration_min", 270),
        ("M0010/M0025", "M0010 M0025", "level_m", (100, 250)),
        ("M0010/M0025", "M0010M0025", "level_m", (100, 250)),
        ("M0010/M0025", "FL050", "level_m", (1524, 1524)),
        ("TYP/BLA", "TYP/AER2/BLA1", "uav_count", 2),
        ("TYP/BLA", "TYP/AER 2 BLA 1", "uav_count", 2),
        ("TYP/BLA", "TYP/BLA X2", "uav_count", 2),
        ("TYP/BLA", "TYP/BLA 10КГ", "uav_count", 1),
        ("TYP/BLA", "TYP/BLA 0,25KG", "uav_count", 1),
        ("TYP/BLA", "TYP/АЕР", "uav_type", "AER"),
        ("TYP/BLA", "TYP/ШАР", "uav_type", "SHAR"),
        ("TYP/BLA", "TYP/SНАР", "uav_type", "SHAR"),
        ("TYP/BLA", "TYP/БLА", "uav_type", "BLA"),
        ("DEST/5513N06125E", "D E S T /5513N06125E", "arr", Point(55.216667, 61.416667, "SHR DEST/")),
        ("DEST/5513N06125E", "ДЕСТ/5513N06125E", "arr", Point(55.216667, 61.416667, "SHR DEST/")),
        ("DEP/5512N06124E", "ДЕП/5512N06124E", "dep", Point(55.2, 61.4, "SHR DEP/")),
        ("DOF/", "ДОФ/", "plan_dep_dt", datetime(2025, 4, 10, 7, 0, tzinfo=UTC)),
        ("TYP/BLA", "ТЫП/BLA", "uav_type", "BLA"),
        ("TYP/BLA", "ТИП/БЛА", "uav_type", "BLA"),
        ("REG/012A345", "REG/012 A345 00Q2171", "regs", ("012A345", "00Q2171")),
        ("REG/012A345", "REG/00Q2171 012A3\n45", "regs", ("00Q2171", "012A345")),
        ("REG/012A345", "REG/00Q2171 0\n0724", "regs", ("00Q2171", "00724")),
        ("TYP/BLA", "TYP/1\n4BLA", "uav_count", 14),
        ("REG/012A345", "REG/012A34500Q2171", "regs", ("012A345", "00Q2171")),
        ("REG/012A345", "REG/012A345-00Q2171", "regs", ("012A345", "00Q2171")),
        ("REG/012A345", "REG/№012A345", "regs", ("012A345",)),
        ("REG/012A345", "REG/РФ37362", "regs", ("РФ37362",)),
        ("REG/012A345", "REG/У4. НОМЕР 012A345 3", "regs", ("012A345",)),
        ("REG/012A345", "РЕГ/012A345", "regs", ("012A345",)),
        ("REG/012A345", "REG/012A345 ПРИНЯТО 0755", "regs", ("012A345",)),
        ("DOF/", "D0F/", "plan_dep_dt", datetime(2025, 4, 10, 7, 0, tzinfo=UTC)),
        ("SID/", "SID/№ ", "sid", "7770000001"),
        (" SID/", "SID/", "sid", "7770000001"),
        ("+70000000000 SID/", "ВЫДУМКИНSID/", "sid", "7770000001"),
        ("SID/7770000001", "SID7770000001", "sid", "7770000001"),
        ("BLA RMK/", "BLARMK/", "uav_type", "BLA"),
        ("ВЫДУМКА REG/", "ВЫДУМКАREG/", "regs", ("012A345",)),
        ("-DEP/5512N06124E DEST/5513N06125E ", "-DEP5512N06124E ", "dep", Point(55.2, 61.4, "SHR DEP/")),
        ("\n-ZZZZ0700", "\nZZZZ0700", "plan_dep_dt", datetime(2025, 4, 10, 7, 0, tzinfo=UTC)),
        ("MR05512", "MRO5512", "zone", Named(("MR05512",))),
        ("ZONA MR05512", "ZONAMR05512", "zone", Named(("MR05512",))),
        ("SID/", "СИД/", "sid", "7770000001"),
    ],
)
def test_plans(was: str, now: str, name: str, said: object) -> None:
    assert getattr(flight(changed(BARE, ("shr", was, now))), name) == said


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("/ZONA R0,5/5512N06124E/", Circle(0.5, 55.2, 61.4)),
        ("/ZONA R0,\n5 5512N06124E/", Circle(0.5, 55.2, 61.4)),
        ("/ZONA R1\n0 5512N06124E/", Circle(10, 55.2, 61.4)),
        ("/ZONA R1\n1,7 5512N06124E/", Circle(11.7, 55.2, 61.4)),
        ("/ZONA MR029365 MR0 239/", Named(("MR029365", "MR0239"))),
        ("/R0,5 5512N06124E/", Circle(0.5, 55.2, 61.4)),
        ("/5512N06124E 5513N06124E 5513N06130E/", Polygon(((55.2, 61.4), (55.216667, 61.4), (55.216667, 61.5)))),
        ("/ZONA РАДИУСОМ 500М 5512N06124E/", Circle(0.5, 55.2, 61.4)),
        ("/ZONA 5512N06124E/5513N06124E/5513N06130E/", Polygon(((55.2, 61.4), (55.216667, 61.4), (55.216667, 61.5)))),
        ("/ZONA USР223/", Named(("USP223",))),
        ("/ZONA R0,5/", None),
        ("/ZOНA MR05512/", Named(("MR05512",))),
        ("/ZO\nNA MR05512/", Named(("MR05512",))),
        ("/ZONA MR05\n512/", Named(("MR05512",))),
        ("/ZONA MR06\n2364/", Named(("MR062364",))),
        ("/ZONA M\nR062364/", Named(("MR062364",))),
        ("/ZONA MR05512\n1234/", Named(("MR05512", "1234"))),
        ("/ZONA MR05512\n123/", Named(("MR05512123",))),
        ("/ZONA KO12 13/", Named(("KO12", "13"))),
        ("/ZONA WР655/", Named(("WR655",))),
        ("/ZONA VР655/", Named(("VR655",))),
        ("/ZONA МR05512/", Named(("MR05512",))),
        ("/ZONA MR05512\nMR05513/", Named(("MR05512", "MR05513"))),
        ("/ZONA MR-05512/", Named(("MR05512",))),
        ("/ZONA WR655-MR05512/", Named(("WR655", "MR05512"))),
        ("/ZONA MR05512 R0,5/", Named(("MR05512",))),
    ],
)
def test_zones(zone: str, said: object) -> None:
    read_ = flight(changed(BARE, ("shr", FIELD15, f"M0010/M0025 {zone}")))
    assert read_.zone == said
    assert read_.level_m == (100, 250)
    assert said is not None or "ZONE_UNREADABLE" in read_.problems


@pytest.mark.parametrize("spelled", ["С5512В06124", "06124\nE5512N", "N5512E06124", "5512 С 06124 В"])
def test_hemispheres_in_any_place(spelled: str) -> None:
    read_ = flight(changed(BARE, ("shr", "5512N06124E", spelled)))
    assert read_.dep is not None
    assert (read_.dep.lat, read_.dep.lon) == (55.2, 61.4)


@pytest.mark.parametrize(
    ("was", "now", "code"),
    [
        ("5512N06124E", "5512Н06124Е", "COORD_UNREADABLE"),
        ("5512N06124E", "5512 06124", "COORD_UNREADABLE"),
        ("5512N06124E", "55I2N06124E", "COORD_UNREADABLE"),
        ("5512N06124E", "55.20N 61.40E", "COORD_UNREADABLE"),
        ("5512N06124E", "5512З0N06124З0E", "COORD_CYRILLIC"),
        ("-ZZZZ0430", "-ZZZZ04З0", "EET_IMPOSSIBLE"),
        ("-ZZZZ0700", "-ZZZZ07З0", "TIME_IMPOSSIBLE"),
        ("M0010/M0025", "С0010/С0025", "LEVEL_UNREADABLE"),
        ("M0010/M0025", "GND/M0025", "LEVEL_UNREADABLE"),
        ("MR05512", "KO45 5", "ZONE_NAME_DOUBTFUL"),
        ("TYP/BLA", "TYP/BLA TYP/2AER", "FIELD_REPEATED"),
        ("TYP/BLA", "SID/7770000005 TYP/BLA", "FIELD_REPEATED"),
        ("-ZZZZ0700", "-ZZZZ", "PLAN_TIME_MISSING"),
        ("MR05512", "5512N06124E 5513N06125 5514N06126E 5515N06126E", "ZONE_POINT_UNREADABLE"),
    ],
)
def test_losses_leave_codes(was: str, now: str, code: str) -> None:
    assert code in flight(changed(BARE, ("shr", was, now))).problems


def test_key_without_hyphen() -> None:
    row = changed(ROW, ("dep", "-ATD 0712", "ATD 0712"), ("arr", "-ADA 250410", "ADA 250410"))
    assert flight(row).duration_min == flight(ROW).duration_min
    assert flight(replace(BARE, shr=None, dep=DEP.replace("-REG", "REG"))).regs == ("012A345",)


def test_change_of_field_18_wins_over_the_day_that_names_the_plan() -> None:
    change = "(CHG-ZZZZZ-ZZZZ0700-ZZZZ-DOF/250410 REG/012A345 SID/7770000001-18/DOF/250411 REG/00Q2171)"
    read_ = flight(replace(BARE, shr=f"{SHR}\n{change}"))
    assert read_.plan_dep_dt == datetime(2025, 4, 11, 7, 0, tzinfo=UTC)
    assert read_.regs == ("00Q2171",)


@pytest.mark.parametrize("word", ["CHG", "CNL", "DLA"])
def test_change_of_another_number_keeps_the_plans(word: str) -> None:
    row = replace(BARE, shr=f"{SHR}\n({word}-ZZZZZ-ZZZZ0900-ZZZZ-DOF/250410 SID/7770000009)")
    read_ = flight(row)
    assert read_.sid == "7770000001"
    assert read_.plan_dep_dt == flight(BARE).plan_dep_dt
    assert "TELEGRAM_OF_ANOTHER_FLIGHT" in read_.problems


@pytest.mark.parametrize("text", [DEP + "\n-ATD 0713", DEP + "\n-SID 7770000005"])
def test_key_twice_leaves_a_code(text: str) -> None:
    assert "FIELD_REPEATED" in flight(replace(ROW, dep=text)).problems


def test_times_that_are_missing_leave_codes() -> None:
    row = replace(ROW24, dep=DEP24.replace("2105-", "-"), arr=ARR24.replace("2350", ""))
    assert {"TAKE_OFF_TIME_MISSING", "LANDING_TIME_MISSING"} <= set(flight(row).problems)
    impossible = changed(ROW, ("dep", "-ATD 0712", "-ATD 0860"))
    assert "TAKE_OFF_TIME_MISSING" not in flight(impossible).problems


def test_plan_with_fields_8_to_10() -> None:
    text = SHR.replace("(SHR-ZZZZZ\n", "(PLN-ZZZZZ-VG\n-1BLA/L-S/C\n")
    assert flight(replace(BARE, shr=text)).plan_dep_dt == flight(BARE).plan_dep_dt


def test_head_cut_in_a_heading_of_one_line() -> None:
    head = "ЗЦЗЦ ПАД592 0401 ФФ УЩЩЩЗДЗЬ 020401 УЩЩЩЗТЗЬ "
    row = replace(ROW24, dep=head + DEP24.replace("-ZZZZ2105", "-ZZZZ\n2105"))
    assert flight(row).dep_dt == flight(ROW24).dep_dt


def test_destination_first_of_2024_in_an_envelope() -> None:
    row = changed(ROW24, ("arr", "-REG/07X4935 ", "-DEST/5510N03738E REG/07X4935 "), ("arr", "(ARR", "ЗЦЗЦ А1\n(ARR"))
    assert flight(row).duration_min == flight(ROW24).duration_min == 165


@pytest.mark.parametrize(
    ("cells", "take_off"),
    [
        ({"date": "2024-01-05", "dep_time": "1899-12-31T09:00:00"}, 9),
        ({"date": "2024-01-05", "dep_time": "1900-01-01T09:00:00"}, 9),
        ({"date": "05.01.2024 г.", "dep_time": "09:00"}, 9),
        ({"dep_time": "05.01.2024, 09:00"}, 9),
        ({"dep_time": "05.01.2024 - 09:00"}, 9),
    ],
)
def test_times_of_tables(cells: dict[str, str], take_off: int) -> None:
    reading = read(TableRow(dep_place="5512N06124E", **cells))
    assert isinstance(reading, Reading)
    assert build([reading]).dep_dt == datetime(2024, 1, 5, take_off, tzinfo=UTC)


def test_day_in_a_column_of_times_leaves_a_code() -> None:
    reading = read(TableRow(dep_time="45296", dep_place="5512N06124E"))
    assert isinstance(reading, Reading)
    assert "TABLE_TIME_UNREADABLE" in build([reading]).problems


POLYGON = (
    "(SHR-00725\n-ZZZZ0600\n-M0000/M0005 /ZONA 5512N06124E 5513N06125E 551430N0612400E\n5512N06124E/\n-ZZZZ0700\n"
    "-DEP/551230N0612430E DEST/5513N06125E DOF/250124 EET/USTV0001 USHH0002\nOPR/ГУ М4С РОССИИ REG/00724,REG00725 "
    "0J02194 STS/SAR TYP/2BLA RMK/WR655 В\nЗОНЕ СОГЛАСОВАНО ОПЕРАТОР +70000000000 SID/7770000003)"
)
LETTERED = DEP.replace("012A345", "Z026235 W066575 A033231 E012345 H123456")
CELLS = [
    (0, SHR),
    (1, LETTERED),
    (0, SHR.replace("012A345", "Z026235 W066575")),
    (0, SHR24),
    (0, POLYGON),
    (1, DEP),
    (2, ARR),
    (1, DEP24),
    (2, ARR24),
]


def _said(column: int, text: str) -> Flight:
    cells: list[str | None] = [None, None, None]
    cells[column] = text
    return flight(TelegramRow(None, *cells))._replace(key=b"", problems=(), operator_kind=ROW_OPERATOR)


ROW_OPERATOR = flight(ROW).operator_kind


@pytest.mark.parametrize(("column", "text"), CELLS)
def test_a_line_break_anywhere_changes_nothing(column: int, text: str) -> None:
    want = _said(column, text)
    changed_by = [at for at in range(1, len(text)) if _said(column, f"{text[:at]}\n{text[at:]}") != want]
    assert [text[at - 8 : at] + "|" + text[at : at + 8] for at in changed_by] == []


@pytest.mark.parametrize(("column", "text"), [cell for cell in CELLS if cell[1] is not POLYGON])
def test_a_blank_anywhere_changes_nothing(column: int, text: str) -> None:
    want = _said(column, text)
    changed_by = [at for at in range(1, len(text)) if _said(column, f"{text[:at]} {text[at:]}") != want]
    assert [text[at - 8 : at] + "|" + text[at : at + 8] for at in changed_by] == []
