"""One change to a good row, and what of the flight changes by it; the rest must stay."""

from datetime import UTC, datetime

import pytest

from shared.flights import Flight, TelegramRow
from testing.rows import ROW, ROW24, changed, flight

GOOD, GOOD24 = flight(ROW), flight(ROW24)


def differences(was: Flight, now: Flight) -> dict[str, object]:
    """Give what differs, points as pairs, without what follows from the rest."""
    skipped = ("key", "position", "position_source", "operator_kind", "problems", "center", "state")
    said: dict[str, object] = {}
    for name in Flight._fields:
        value = getattr(now, name)
        if name not in skipped and value != getattr(was, name):
            said[name] = (value.lat, value.lon) if hasattr(value, "source") else value
    return said


def at(day: int, hour: int, minute: int) -> datetime:
    """A moment of April 2025."""
    return datetime(2025, 4, day, hour, minute, tzinfo=UTC)


PLACE = "551230N0612430E"
PLAN = {"dep": (55.2, 61.4)}
COORDINATES = [
    ("551230С0612430В", {}, "COORD_CYRILLIC"),
    ("551230C0612430B", {}, "COORD_CYRILLIC"),
    ("551230N0612430Е", {}, "COORD_CYRILLIC"),
    ("551230Ю0612430З", {"dep": (-55.208333, -61.408333)}, "COORD_CYRILLIC"),
    ("551230S0612430W", {"dep": (-55.208333, -61.408333)}, None),
    ("551230N 0612430E", {}, "VALUE_BROKEN"),
    ("551230N0612\n430E", {}, "VALUE_BROKEN"),
    ("55 12 30N 061 24 30E", {}, "VALUE_BROKEN"),
    ("ХУТОР ДАЛЬНИЙ 551230N0612430E", {}, None),
    ("551230N0612430E SOSNOWKA", {}, None),
    ("ПЛОЩАДКА 12 551230N0612430E", {}, None),
    ("ПЛОЩАДКА 12 5512N06124E", PLAN, None),
    ("551230N0612430E 551300N0612500E", {}, "COORD_SEVERAL"),
    ("0612430E551230N", {}, "COORD_SWAPPED"),
    ("551230N0612430E0430", {}, None),
    ("5512.5N06124.5E", {}, "COORD_DECIMAL"),
    ("55123ON0612430E", {}, "LETTER_O_FOR_ZERO"),
    ("551230N1800000E", {"dep": (55.208333, 180.0)}, None),
    ("900000N0612430E", {"dep": (90.0, 61.408333)}, None),
    ("551230N061243E", PLAN, "COORD_UNREADABLE"),
    ("0551230N0612430E", PLAN, "COORD_UNREADABLE"),
    ("551230N612430E", PLAN, "COORD_UNREADABLE"),
    ("551230N0612430", PLAN, "COORD_UNREADABLE"),
    ("551260N0612430E", PLAN, "COORD_IMPOSSIBLE"),
    ("556030N0612430E", PLAN, "COORD_IMPOSSIBLE"),
    ("900001N0612430E", PLAN, "COORD_IMPOSSIBLE"),
    ("551230N1800001E", PLAN, "COORD_IMPOSSIBLE"),
]


@pytest.mark.parametrize(("spelled", "said", "code"), COORDINATES)
def test_coordinates(spelled: str, said: dict[str, object], code: str | None) -> None:
    read = flight(changed(ROW, ("dep", PLACE, spelled)))
    assert differences(GOOD, read) == said
    assert read.problems == ((code,) if code else ())
    assert read.dep is not None
    assert read.dep.source == ("SHR DEP/" if said == PLAN and code else "DEP ADEPZ")


NO_TAKE_OFF = {"dep_dt": None, "duration_min": None}
NO_PLAN_TIME = {"plan_dep_dt": None, "plan_arr_dt": None}
NO_DURATION = {"plan_duration_min": None, "plan_arr_dt": None}
TIMES = [
    ("dep", "ATD 0712", "ATD 2530", NO_TAKE_OFF, "TIME_IMPOSSIBLE"),
    ("dep", "ATD 0712", "ATD 0860", NO_TAKE_OFF, "TIME_IMPOSSIBLE"),
    ("dep", "ATD 0712", "ATD 2401", NO_TAKE_OFF, "TIME_IMPOSSIBLE"),
    ("dep", "ATD 0712", "ATD 712", NO_TAKE_OFF, "TIME_IMPOSSIBLE"),
    ("dep", "ADD 250410", "ADD 250230", NO_TAKE_OFF, "DATE_IMPOSSIBLE"),
    ("dep", "ADD 250410", "ADD 251301", NO_TAKE_OFF, "DATE_IMPOSSIBLE"),
    ("dep", "-ADD 250410\n", "", NO_TAKE_OFF, "TAKE_OFF_DATE_MISSING"),
    ("arr", "-ADA 250410\n", "", {}, "LANDING_DATE_FROM_PLAN"),
    ("arr", "ATA 0955", "ATA 2400", {"arr_dt": at(11, 0, 0), "duration_min": 1008}, "TIME_2400"),
    ("arr", "ATA 0955", "ATA 0712", {"arr_dt": at(10, 7, 12), "duration_min": 0}, None),
    ("arr", "ATA 0955", "ATA 0600", {"arr_dt": at(10, 6, 0), "duration_min": None}, "LANDING_BEFORE_TAKE_OFF"),
    ("arr", "ADA 250410", "ADA 250411", {"arr_dt": at(11, 9, 55), "duration_min": 1603}, "DURATION_OVER_DAY"),
    ("shr", "ZZZZ0700", "ZZZZ2400", {"plan_dep_dt": at(11, 0, 0), "plan_arr_dt": at(11, 4, 30)}, "TIME_2400"),
    ("shr", "ZZZZ0700", "ZZZZ2530", NO_PLAN_TIME, "TIME_IMPOSSIBLE"),
    ("shr", "DOF/250410 ", "", NO_PLAN_TIME, "PLAN_DATE_MISSING"),
    ("shr", "DOF/250410", "DOF/250230", NO_PLAN_TIME, "DATE_IMPOSSIBLE"),
    ("shr", "ZZZZ0430", "ZZZZ2400", {"plan_duration_min": 1440, "plan_arr_dt": at(11, 7, 0)}, None),
    ("shr", "ZZZZ0430", "ZZZZ2401", NO_DURATION, "EET_IMPOSSIBLE"),
    ("shr", "ZZZZ0430", "ZZZZ0460", NO_DURATION, "EET_IMPOSSIBLE"),
    ("shr", "-ZZZZ0430\n", "", NO_DURATION, None),
]


@pytest.mark.parametrize(("cell", "was", "now", "said", "code"), TIMES)
def test_times(cell: str, was: str, now: str, said: dict[str, object], code: str | None) -> None:
    read = flight(changed(ROW, (cell, was, now)))
    assert differences(GOOD, read) == said
    assert read.problems == ((code,) if code else ())


TYPES = [
    ("2BLA", "BLA", 2, None),
    ("2 BLA", "BLA", 2, None),
    ("BLA2", "BLA", 2, None),
    ("BLA 2", "BLA", 2, None),
    ("14BLA", "BLA", 14, None),
    ("19AER", "AER", 19, None),
    ("SHAR", "SHAR", 1, None),
    ("2\nBLA", "BLA", 2, None),
    ("BL\nA", "BLA", 1, None),
    ("ВLА", "BLA", 1, "TYP_CYRILLIC"),
    ("2БЛА", "BLA", 2, "TYP_CYRILLIC"),
    ("bla", "BLA", 1, "TEXT_LOWER_CASE"),
    ("1BLA/2AER", "BLA", 1, "TYP_MIXED"),
    ("0BLA", "BLA", None, "TYP_COUNT_IMPOSSIBLE"),
    ("", None, None, None),
]


@pytest.mark.parametrize(("spelled", "uav_type", "count", "code"), TYPES)
def test_types(spelled: str, uav_type: str | None, count: int | None, code: str | None) -> None:
    read = flight(changed(ROW, ("shr", "TYP/BLA", f"TYP/{spelled}")))
    assert (read.uav_type, read.uav_count) == (uav_type, count)
    assert read.problems == ((code,) if code else ())


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("REG/012A345 TYP/BLA", "REG\\00724 TYP \\AER", {"regs": ("00724",), "uav_type": "AER"}),
        ("SID/7770000001", "SID\\7770000001", {}),
        ("DOF/250410 EET", "DOF:250410 STS\\SAR EET", {}),
        ("DOF/250410", "DOF 250410", {}),
    ],
)
def test_signs_for_the_slash_of_a_key(was: str, now: str, said: dict[str, object]) -> None:
    assert differences(GOOD, flight(changed(ROW, ("shr", was, now)))) == said


MARKS = [
    ("012A345, 00Q2171", ("012A345", "00Q2171")),
    ("012A345,00Q2171.", ("012A345", "00Q2171")),
    ("012A345\n00Q2171 012A345", ("012A345", "00Q2171")),
    ("00724,REG00725", ("00724", "00725")),
    ("RF-37204", ("RF-37204",)),
    ("012А345", ("012A345",)),
    ("012A\n345", ("012A345",)),
    ("O12A345", ("O12A345",)),
    ("ZZZZ", ("ZZZZ",)),
    ("НЕТ", ("012A345",)),  # then those of DEP
    ("", ("012A345",)),
]


@pytest.mark.parametrize(("spelled", "regs"), MARKS)
def test_marks(spelled: str, regs: tuple[str, ...]) -> None:
    assert flight(changed(ROW, ("shr", "REG/012A345", f"REG/{spelled}"))).regs == regs


REMARKS = [
    "ПОВТОР SID/7779999999 КОНЕЦ",
    "DEP/5000N05000E DEST/5001N05001E",
    "TYP/5AER REG/9999999 DOF/200101 /ZONA MR99999/",
    "SHR ПОДАЛ (SHR-00000) И SHR-ZZZZZ",
    "СМ. (DEP-ZZZZZ-ZZZZ0900-ZZZZ)",
    "-ZZZZ0900 -TITLE IDEP -ATD 1300",
    "ВЗЛЕТ/ПОСАДКА 5000N05000E 20-50M/MSL 346/7/3494",
    "НННН",
    "",
]


@pytest.mark.parametrize("remark", REMARKS)
def test_free_text_says_nothing(remark: str) -> None:
    read = flight(changed(ROW, ("shr", "СЪЕМКА ПОЛЯ ОПЕРАТОР\nПРИДУМАНОВ +70000000000", remark)))
    assert differences(GOOD, read) == {}


HEADING = "ЗЦЗЦ ПАД000 0754\nФФ УЩЩЩЗДЗЬ\n290754 УЩЩЩЗДЗИ\n"
FRAMES = {
    "heading": lambda text: f"{HEADING}{text}\n\n\nНННН",
    "one line": lambda text: text.replace("\n", " "),
    "heading on one line": lambda text: f"{HEADING}{text}\nНННН".replace("\n", " "),
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "xml escapes": lambda text: text.replace("\n", "_x000D_\n") + "_x000D_",
    "xml escapes alone": lambda text: text.replace("\n", "_x000D_"),
    "indentation": lambda text: "  " + text.replace("\n", "\n    "),
    "blank lines": lambda text: text.replace("\n", " \n\n") + "\n",
    "small letters": str.lower,
    "no-break blanks": lambda text: text.replace(" ", "\u00a0"),
    "long dashes": lambda text: text.replace("\n-", "\n–"),
    "no bracket before": lambda text: text.removeprefix("("),
    "no bracket behind": lambda text: text.removesuffix(")"),
    "no brackets, with heading": lambda text: f"{HEADING}{text.strip('()')}\nНННН",
    "quotes": lambda text: f'"{text}"',
}


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize(("row", "good"), [(ROW, GOOD), (ROW24, GOOD24)], ids=["2025", "2024"])
def test_frames(frame: str, row: TelegramRow, good: Flight) -> None:
    framed = TelegramRow(row.center, *(FRAMES[frame](text or "") for text in (row.shr, row.dep, row.arr)))
    read = flight(framed)
    assert differences(good, read) == {}
    assert read.key == good.key


@pytest.mark.parametrize(("row", "good"), [(ROW, GOOD), (ROW24, GOOD24)], ids=["2025", "2024"])
def test_column_does_not_matter(row: TelegramRow, good: Flight) -> None:
    cells = [row.shr or "", row.dep or "", row.arr or ""]
    for arranged in (
        (cells[1], cells[2], cells[0]),
        ("\n".join(cells), None, None),
        (None, f"{HEADING}{cells[0]}\nНННН\n{HEADING}{cells[1]}\nНННН", cells[2]),
        (" ".join(cells).replace("\n", " "), "nan", "-"),
    ):
        assert differences(good, flight(TelegramRow(row.center, *arranged))) == {}


LEVELS = [
    ("-K0040M0015", (150, 150)),
    ("-K0300M3000", (30000, 30000)),
    ("-S1130", (11300, 11300)),
    ("-F050", (1524, 1524)),
    ("-A010/A020", (305, 610)),
    ("-M0025/M0010", (100, 250)),
    ("-M0000/M00\n20", (0, 200)),
    ("-М0010/М0025", (100, 250)),
    ("-M010", None),
    ("-F0050", None),
    ("-VFR", None),
]


@pytest.mark.parametrize(("spelled", "level"), LEVELS)
def test_levels(spelled: str, level: tuple[int, int] | None) -> None:
    read = flight(changed(ROW, ("shr", "-M0010/M0025", spelled)))
    assert read.level_m == level
    assert read.zone == GOOD.zone
