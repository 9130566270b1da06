"""The rules of docs/flights.md, one by one."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.flights import (
    FlightState,
    PositionSource,
    Reading,
    Reject,
    TableRow,
    TelegramRow,
    build,
    read,
)
from shared.flights.flight_times import plausible_days
from testing.rows import ARR, ARR24, DEP, DEP24, ROW, ROW24, SHR, SHR24, changed, flight

CNL = "(CNL-ZZZZZ-ZZZZ0700-ZZZZ-DOF/250410 RMK/ОТМЕНА SID/7770000001)"


def reading(row: TelegramRow) -> Reading:
    """Read a row that must say something."""
    said = read(row)
    assert isinstance(said, Reading)
    return said


def row(shr: str | None = None, dep: str | None = None, arr: str | None = None) -> TelegramRow:
    """Make a row of the given cells."""
    return TelegramRow("Екатеринбургский", shr, dep, arr)


def jan(day: int, hour: int, minute: int) -> datetime:
    """A moment of January 2024."""
    return datetime(2024, 1, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize("blank", [None, "", " \n", "nan", "NaN", "-", "—", "None", "_x000D_", "Н/Д", "нет данных"])
def test_blank_cells_make_an_empty_row(blank: str | None) -> None:
    assert read(row(blank, blank, blank)) is None


def test_rejects_say_why() -> None:
    assert read(row("ПОЛЁТ ВЫПОЛНЕН")) == Reject("TELEGRAM_NOT_RECOGNISED")
    assert read(row("(SHR-ZZZZZ)")) == Reject("TELEGRAM_WITHOUT_FACTS")
    assert read(row("A" * 100_001)) == Reject("TELEGRAM_TOO_LONG")
    assert read(row("A" * 100_000)) == Reject("TELEGRAM_NOT_RECOGNISED")


def test_states() -> None:
    assert flight(row(SHR)).state is FlightState.PLANNED
    assert flight(row(SHR, DEP)).state is FlightState.FLOWN
    assert flight(row(None, None, ARR)).state is FlightState.FLOWN
    for cells in ((SHR, CNL), (CNL,), (SHR, None, CNL), (f"{SHR}\n{CNL}",)):
        assert flight(row(*cells)).state is FlightState.CANCELLED
    assert flight(row(SHR, DEP, CNL)).state is FlightState.FLOWN
    assert flight(row(SHR, "-TITLE ICNL\n-SID 7770000001")).state is FlightState.CANCELLED


def test_cancelled_keeps_its_plan_and_has_no_times() -> None:
    cancelled = flight(row(SHR, CNL))
    assert cancelled.plan_dep_dt == datetime(2025, 4, 10, 7, tzinfo=UTC)
    assert cancelled.dep_dt is None
    assert cancelled.problems == ()
    alone = flight(row(CNL))
    assert alone.plan_dep_dt is None
    assert (alone.sid, alone.callsign) == ("7770000001", "ZZZZZ")


def test_delay_moves_the_plan() -> None:
    delayed = flight(row(SHR, "(DLA-ZZZZZ-ZZZZ0930-ZZZZ-DOF/250410 SID/7770000001)"))
    assert delayed.plan_dep_dt == datetime(2025, 4, 10, 9, 30, tzinfo=UTC)
    assert delayed.plan_arr_dt == datetime(2025, 4, 10, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "change",
    [
        "(CHG-ZZZZZ-ZZZZ0700-ZZZZ-DOF/250410 SID/7770000001-13/ZZZZ0800-16/ZZZZ0100-18/REG/00Q2171)",
        "(CHG-ZZZZZ\n-ZZZZ0800\n-M0010/M0025\n-ZZZZ0100\n-REG/00Q2171 DOF/250410 SID/7770000001)",
    ],
)
def test_change_replaces_what_it_names(change: str) -> None:
    read_flight = flight(row(SHR, change))
    assert read_flight.plan_dep_dt == datetime(2025, 4, 10, 8, tzinfo=UTC)
    assert read_flight.plan_duration_min == 60
    assert read_flight.regs == ("00Q2171",)
    assert read_flight.uav_type == "BLA"
    assert read_flight.dep == flight(row(SHR)).dep


def test_sources_of_places() -> None:
    assert flight(ROW).dep.source == "DEP ADEPZ"  # type: ignore[union-attr]
    stated = changed(ROW, ("dep", "ADEP ZZZZ\n-ADEPZ 551230N0612430E", "ADEP 5512N06124E"))
    assert flight(stated).dep.source == "DEP ADEP"  # type: ignore[union-attr]
    assert flight(row(SHR, None, ARR)).dep.source == "SHR DEP/"  # type: ignore[union-attr]
    assert flight(row(SHR, DEP)).arr.source == "SHR DEST/"  # type: ignore[union-attr]
    bare = changed(ROW24, ("shr", "DEP/5509N03737E DEST/5510N03738E ", ""))
    assert flight(bare).dep.source == "DEP DEP/"  # type: ignore[union-attr]
    assert flight(bare).arr.source == "ARR DEST/"  # type: ignore[union-attr]


def test_position_falls_back() -> None:
    cases = [
        (SHR, PositionSource.TAKE_OFF, (55.2, 61.4)),
        (SHR.replace("DEP/5512N06124E ", ""), PositionSource.LANDING, (55.216667, 61.416667)),
        (SHR.replace("DEP/5512N06124E DEST/5513N06125E", "DLE/5512N06124E0400"), PositionSource.ZONE, (55.2, 61.4)),
        (_without_places("R1 5512N06124E"), PositionSource.ZONE, (55.2, 61.4)),
        (_without_places("6600N17900E 6600N17900W 6700N17900W 6700N17900E"), PositionSource.ZONE, (66.5, -180.0)),
        (_without_places("5512N06124E 5513N06125E"), PositionSource.ZONE, (55.2, 61.4)),
    ]
    for text, source, point in cases:
        said = flight(row(text))
        assert said.position_source is source
        assert said.position is not None
        assert (said.position.lat, said.position.lon) == point
    nowhere = flight(row(_without_places("MR05512")))
    assert (nowhere.position, nowhere.position_source) == (None, PositionSource.NONE)
    assert nowhere.problems == ("POSITION_MISSING",)


def _without_places(zone: str) -> str:
    return SHR.replace("DEP/5512N06124E DEST/5513N06125E ", "").replace("MR05512", zone)


@pytest.mark.parametrize(
    ("arr", "landing", "minutes"),
    [
        ("ZZZZ2105-ZZZZ2350", jan(5, 23, 50), 165),
        ("ZZZZ2105-ZZZZ0130", jan(6, 1, 30), 265),
        ("ZZZZ2105-ZZZZ2400", jan(6, 0, 0), 175),
        ("ZZZZ2105-ZZZZ0000", jan(6, 0, 0), 175),
        ("ZZZZ2105-ZZZZ2105", jan(5, 21, 5), 0),
        ("ZZZZ-ZZZZ2350", jan(5, 23, 50), 165),
        ("ZZZZ-ZZZZ0130", jan(6, 1, 30), 265),
        ("ZZZZ2105-ZZZZ2530", None, None),
        ("ZZZZ2105-ZZZZ", None, None),
    ],
)
def test_landing_of_2024_is_the_next_such_time(arr: str, landing: datetime | None, minutes: int | None) -> None:
    read_flight = flight(changed(ROW24, ("arr", "ZZZZ2105-ZZZZ2350", arr)))
    assert (read_flight.arr_dt, read_flight.duration_min) == (landing, minutes)


def test_landing_of_2024_with_its_own_day() -> None:
    next_day = changed(ROW24, ("arr", "2350\n", "0130\n"), ("arr", "DOF/240105", "DOF/240106"))
    assert flight(next_day).arr_dt == jan(6, 1, 30)


def test_landing_of_2024_just_before_a_late_take_off_is_a_contradiction() -> None:
    late = changed(ROW24, ("dep", "2105", "2355"))
    assert flight(late).arr_dt == jan(5, 23, 50)
    assert flight(late).duration_min is None
    assert "LANDING_BEFORE_TAKE_OFF" in flight(late).problems


def test_take_off_of_2024() -> None:
    assert flight(row(SHR24, None, ARR24)).dep_dt == jan(5, 21, 5)
    assert "TAKE_OFF_FROM_ARR" in flight(row(SHR24, None, ARR24)).problems
    impossible = changed(ROW24, ("dep", "ZZZZ2105", "ZZZZ2160"))
    assert flight(impossible).dep_dt is None
    assert flight(changed(ROW24, ("dep", " DOF/240105", ""))).dep_dt == jan(5, 21, 5)
    assert flight(changed(ROW24, ("dep", "ZZZZ2105", "ZZZZ2400"))).dep_dt == jan(6, 0, 0)
    assert flight(changed(ROW24, ("dep", "DOF/240105", "DOF/240230"))).dep_dt is None
    assert flight(changed(ROW24, ("arr", " DOF/240105", ""))).arr_dt == jan(5, 23, 50)
    lasting = flight(row(None, DEP24.replace("2105-ZZZZ", "2105-ZZZZ0500")))
    assert (lasting.plan_duration_min, lasting.arr_dt) == (300, None)


def test_numbers_of_the_plan() -> None:
    assert flight(changed(ROW, ("shr", " SID/7770000001", ""))).sid == "7770000001"
    mismatch = flight(changed(ROW, ("dep", "7770000001", "7770000009")))
    assert mismatch.sid == "7770000001"
    assert mismatch.problems == ("SID_MISMATCH",)
    assert flight(changed(ROW, ("shr", "RMK/", "SID/7770000001 RMK/"))).problems == ()


def test_marks_of_movements_serve_when_the_plan_has_none() -> None:
    bare = changed(ROW, ("shr", "REG/012A345 ", ""), ("arr", "012A345", "00Q2171"))
    assert flight(bare).regs == ("012A345",)
    assert flight(changed(bare, ("dep", "\n-REG 012A345", ""))).regs == ("00Q2171",)


def test_callsign() -> None:
    for spelled, said in (("00725", "00725"), ("RF-37204", "RF-37204"), ("", None), ("ZZZZZ/A1234", "ZZZZZ")):
        assert flight(changed(ROW, ("shr", "SHR-ZZZZZ", f"SHR-{spelled}"))).callsign == said
    assert flight(row(None, DEP24)).callsign == "ZZZZZ"
    assert flight(row(None, DEP)).callsign is None


def test_far_dates() -> None:
    period = (date(2025, 4, 1), date(2025, 4, 30))
    near, far = (read(changed(ROW, ("dep", "ADD 250410", f"ADD {day}")), period=period) for day in ("250301", "250228"))
    assert isinstance(near, Reading)
    assert isinstance(far, Reading)
    assert near.dep_dt == datetime(2025, 3, 1, 7, 12, tzinfo=UTC)
    assert far.dep_dt is None
    assert build([far]).problems == ("DATE_FAR",)
    assert far.key == near.key


SENT = date(2025, 5, 1)


@pytest.mark.parametrize(
    ("day", "plausible"),
    [("050410", False), ("100101", True), ("250411", True), ("260502", True), ("260503", False), ("990101", False)],
)
def test_implausible_dates(day: str, plausible: bool) -> None:
    plan = changed(TelegramRow(None, SHR, None, None), ("shr", "DOF/250410", f"DOF/{day}"))
    dep = TelegramRow(None, None, DEP.replace("250410", day), None)
    arr = TelegramRow(None, None, None, ARR.replace("250410", day))
    dep24 = TelegramRow(None, None, DEP24.replace("240105", day), None)
    for row_, moment in ((plan, "plan_dep_dt"), (dep, "dep_dt"), (arr, "arr_dt"), (dep24, "dep_dt")):
        checked = read(row_, sent=SENT)
        assert isinstance(checked, Reading)
        assert (getattr(checked, moment) is not None) == plausible == (checked.day is not None)
        assert ("DATE_IMPLAUSIBLE" in build([checked]).problems) == (not plausible)
        assert checked.key == reading(row_).key


@pytest.mark.parametrize("day", ["1960-01-01", "2042-01-15", "31.12.2009", "15.01.42"])
def test_implausible_dates_of_tables(day: str) -> None:
    for cells in ({"date": day, "dep_time": "0900"}, {"dep_time": f"{day} 09:00"}, {"date": day}):
        row_ = TableRow(callsign="12345", reg="012A345", arr_time="1000", dep_place="5545N03737E", **cells)
        checked, period = read(row_, sent=SENT), read(row_, sent=SENT, period=(date(2025, 4, 1), date(2025, 4, 30)))
        unchecked = read(row_)
        assert isinstance(checked, Reading)
        assert isinstance(period, Reading)
        assert isinstance(unchecked, Reading)
        assert (checked.day, checked.dep_dt, checked.arr_dt) == (None, None, None)
        assert "DATE_IMPLAUSIBLE" in build([checked]).problems
        assert checked.key == period.key == unchecked.key


def test_day_of_a_reading() -> None:
    assert reading(ROW).day == date(2025, 4, 10)
    assert reading(row(SHR)).day == date(2025, 4, 10)
    assert reading(row(None, None, ARR)).day == date(2025, 4, 10)
    assert reading(row("(SHR-ZZZZZ-ZZZZ0700-M0010-SID/7770000001)")).day is None


def test_no_name_leaves_a_flight() -> None:
    assert "ПРИДУМАНОВ" not in repr(flight(ROW))
    assert "ВЫДУМКА" not in repr(flight(ROW))


def test_center() -> None:
    for given, said in (
        (" Тюменский \n", "Тюменский"),
        ("Санкт- Петербург", "Санкт-Петербургский"),
        ("nan", None),
    ):
        assert flight(TelegramRow(given, SHR, None, None)).center == said


@pytest.mark.parametrize(
    ("landing", "day", "minutes", "code"),
    [
        ("0712", "250410", 0, None),
        ("0711", "250410", None, "LANDING_BEFORE_TAKE_OFF"),
        ("0712", "250411", 1440, None),
        ("0713", "250411", 1441, "DURATION_OVER_DAY"),
    ],
)
def test_durations(landing: str, day: str, minutes: int | None, code: str | None) -> None:
    read_flight = flight(changed(ROW, ("arr", "0955", landing), ("arr", "ADA 250410", f"ADA {day}")))
    assert read_flight.duration_min == minutes
    assert read_flight.problems == ((code,) if code else ())


@pytest.mark.parametrize(
    ("day", "disagree"), [("250412", False), ("250413", True), ("250408", False), ("250407", True)]
)
def test_take_off_far_from_its_plan(day: str, disagree: bool) -> None:
    read_flight = flight(changed(ROW, ("dep", "ADD 250410", f"ADD {day}"), ("dep", "0712", "0700")))
    assert ("DATES_DISAGREE" in read_flight.problems) == disagree


def test_middle_of_a_polygon() -> None:
    row_of = flight(row(_without_places("5500N06000E 5600N06000E 5600N06200E 5500N06200E 5500N06000E")))
    assert row_of.position is not None
    assert row_of.position[:2] == (55.5, 61.0)
    across = flight(row(_without_places("6500N17900W 6600N17800W 6500N17900E")))
    assert across.position is not None
    assert across.position.lon == pytest.approx(-179.333333)


def test_two_plans_in_a_row() -> None:
    later = SHR.replace("ZZZZ0700", "ZZZZ0800").replace("REG/012A345 ", "")
    same = flight(row(f"{SHR}\n{later}"))
    assert same.plan_dep_dt == datetime(2025, 4, 10, 8, tzinfo=UTC)
    assert same.regs == ("012A345",)
    assert same.problems == ("CELL_SEVERAL_TELEGRAMS", "ROW_REPEATED_TELEGRAM")
    nameless = flight(row(f"{SHR}\n{later.replace(' SID/7770000001', '')}"))
    assert nameless.plan_dep_dt == datetime(2025, 4, 10, 7, tzinfo=UTC)
    assert "ROW_SEVERAL_FLIGHTS" in nameless.problems
    other = flight(row(f"{SHR}\n{later.replace('7770000001', '7770000002')}"))
    assert other.plan_dep_dt == datetime(2025, 4, 10, 7, tzinfo=UTC)
    assert "ROW_SEVERAL_FLIGHTS" in other.problems


def test_repeated_landing() -> None:
    repeated = flight(row(SHR, DEP, f"{ARR}\n-TITLE IARR\n-SID 7770000001\n-ATA 1005"))
    assert repeated.arr_dt == datetime(2025, 4, 10, 10, 5, tzinfo=UTC)
    assert repeated.arr == flight(ROW).arr


def test_a_lone_cancellation_keeps_its_doubts() -> None:
    lone = flight(row(CNL.replace("250410", "250230")))
    assert "DATE_IMPOSSIBLE" in lone.problems
    assert "PLAN_DATE_MISSING" not in lone.problems


DAY, FAR = date(2025, 6, 14), timedelta(days=31)


@pytest.mark.parametrize(
    ("period", "sent", "day", "code"),
    [
        (None, None, None, None),
        (None, None, date(2010, 1, 1), None),
        (None, None, date(2009, 12, 31), "DATE_IMPLAUSIBLE"),
        (None, None, date.max, None),
        (None, DAY, DAY + timedelta(days=366), None),
        (None, DAY, DAY + timedelta(days=367), "DATE_IMPLAUSIBLE"),
        ((DAY, DAY), None, DAY - FAR, None),
        ((DAY, DAY), None, DAY + FAR, None),
        ((DAY, DAY), None, DAY - FAR - timedelta(days=1), "DATE_FAR"),
        ((DAY, DAY), None, DAY + FAR + timedelta(days=1), "DATE_FAR"),
        ((DAY, DAY), DAY, DAY + timedelta(days=366), "DATE_FAR"),
        ((DAY, DAY), DAY, DAY + timedelta(days=367), "DATE_IMPLAUSIBLE"),
        ((DAY, DAY), None, date(2009, 12, 31), "DATE_IMPLAUSIBLE"),
        ((date(2010, 1, 5), DAY), None, date(2009, 12, 31), "DATE_IMPLAUSIBLE"),
        ((date.min, date.max), None, date.max, None),
        ((date.max, date.max), date.max, date.max, None),
        ((date.max, date.max), date.max, DAY, "DATE_FAR"),
    ],
)
def test_days_that_a_workbook_may_speak_of(
    period: tuple[date, date] | None, sent: date | None, day: date | None, code: str | None
) -> None:
    assert plausible_days(period, sent).doubt(day) == code
