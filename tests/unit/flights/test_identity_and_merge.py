"""Who a flight is, and how the rows of one are put together."""

from datetime import UTC, date, datetime

import pytest

from shared.flights import FlightState, Reading, TableRow, TelegramRow, build, read
from testing.rows import ARR, ARR24, DEP, DEP24, ROW, ROW24, SHR, SHR24, changed

CNL = "(CNL-ZZZZZ-ZZZZ0700-ZZZZ-DOF/250410 RMK/ОТМЕНА SID/7770000001)"


def reading(row: TelegramRow) -> Reading:
    """Read a row that must say something."""
    said = read(row)
    assert isinstance(said, Reading)
    return said


def row(shr: str | None = None, dep: str | None = None, arr: str | None = None) -> TelegramRow:
    """Make a row of the given cells."""
    return TelegramRow("Екатеринбургский", shr, dep, arr)


class TestIdentity:
    """Rows of one flight have one key."""

    def test_number_is_the_identity(self) -> None:
        keys = {reading(row(*cells)).key for cells in ((SHR,), (SHR, DEP, ARR), (None, DEP), (None, None, ARR), (CNL,))}
        assert len(keys) == 1
        assert all(len(key) == 16 for key in keys)
        assert reading(row(SHR.replace("SID/7770000001", "SID/7770000002"))).key not in keys

    def test_without_number_the_facts_are(self) -> None:
        plan = SHR.replace(" SID/7770000001", "")
        same = {
            reading(row(text)).key
            for text in (plan, plan.replace("\n", " "), plan.lower(), plan.replace("5512N06124E", "5512С06124В"))
        }
        assert len(same) == 1
        for was, now in (("ZZZZ0700", "ZZZZ0701"), ("250410", "250411"), ("012A345", "012A346"), ("5512N", "5511N")):
            assert reading(row(plan.replace(was, now))).key not in same

    def test_take_off_and_landing_of_2024_meet(self) -> None:
        assert reading(row(None, DEP24)).key == reading(row(None, None, ARR24)).key

    def test_take_off_or_landing_alone(self) -> None:
        dep, arr = DEP.replace("-SID 7770000001\n", ""), ARR.replace("-SID 7770000001\n", "")
        keys = {reading(row(None, dep)).key, reading(row(None, None, arr)).key}
        keys |= {reading(row(None, dep.replace("0712", "0713"))).key}
        keys |= {reading(row(None, None, arr.replace("0955", "0956"))).key}
        assert len(keys) == 4
        assert reading(row(None, dep, arr)).key == reading(row(None, dep)).key

    def test_text_is_the_last_resort(self) -> None:
        first, second = "(SHR-ZZZZZ-ZZZZ0700-M0010)", "(SHR-ZZZZZ-ZZZZ0800-M0010)"
        assert reading(row(first)).key != reading(row(second)).key
        assert reading(row(first)).key == reading(row(first.replace("-", "\n-").lower())).key

    def test_table_rows(self) -> None:
        def key(**cells: str) -> bytes:
            said = read(TableRow(**cells))
            assert isinstance(said, Reading)
            return said.key

        facts = {"date": "2024-01-05", "dep_time": "09:00:00", "reg": "06L0679", "dep_name": "Поле  Выдумка"}
        assert key(**facts) == key(**{**facts, "dep_time": "0900", "dep_name": "ПОЛЕ ВЫДУМКА", "arr_time": "1000"})
        assert key(**facts) != key(**{**facts, "dep_time": "0901"})
        assert key(**facts) != key(**{**facts, "reg": "06L0678"})
        sparse = {"date": "2024-01-05", "dep_time": "0900"}
        assert key(**sparse) != key(**sparse, arr_time="1000")
        assert key(**facts, remarks="SID/7770000001") == reading(ROW).key


class TestMerge:
    """Readings of one flight, oldest first."""

    def test_absent_erases_nothing(self) -> None:
        full, copy = reading(ROW), reading(row(SHR, DEP))
        assert build([full, copy]) == build([copy, full]) == build([full])

    def test_newest_fact_wins(self) -> None:
        old, new = reading(ROW), reading(changed(ROW, ("arr", "0955", "1005")))
        assert build([old, new]) == build([new])
        assert build([new, old]) == build([old])

    def test_better_source_goes_before_newer_row(self) -> None:
        full, plan = reading(ROW), reading(row(SHR.replace("5512N06124E", "5600N06200E")))
        assert build([full, plan]).dep == build([full]).dep
        retold = reading(row(None, None, ARR24[:-1] + " SID/7770000002)"))
        late = reading(row(SHR24, DEP24.replace("2105", "2110")))
        assert build([late, retold]).dep_dt == datetime(2024, 1, 5, 21, 10, tzinfo=UTC)

    def test_pieces_make_the_whole(self) -> None:
        pieces = [reading(row(SHR)), reading(row(None, DEP)), reading(row(None, None, ARR))]
        assert build(pieces) == build([reading(ROW)])

    def test_corrected_telegram_takes_its_problems_along(self) -> None:
        bad = reading(changed(ROW, ("dep", "0712", "0860")))
        assert build([bad]).problems == ("TIME_IMPOSSIBLE",)
        assert build([bad, reading(ROW)]).problems == ()
        assert build([bad, reading(row(SHR, None, ARR))]).problems == ("TIME_IMPOSSIBLE",)

    def test_cancellation_and_flight(self) -> None:
        cancelled, flown, plan = reading(row(SHR, CNL)), reading(ROW), reading(row(SHR))
        for readings in ([cancelled, flown], [flown, cancelled], [cancelled, flown, cancelled]):
            assert build(readings).state is FlightState.FLOWN
        assert build([cancelled, flown]).problems == ()
        assert build([flown, cancelled]).problems == ("CANCELLED_YET_FLOWN",)
        assert build([cancelled, plan]).state is FlightState.CANCELLED

    def test_a_plan_filed_again_in_a_later_row_stands(self) -> None:
        plan, again, cancelled = (reading(row(text)) for text in (SHR, SHR.replace("ZZZZ0700", "ZZZZ0900"), CNL))
        assert build([plan, cancelled, again]).state is FlightState.PLANNED
        assert build([plan, cancelled, plan]).state is FlightState.CANCELLED
        assert build([plan, again, cancelled]).state is FlightState.CANCELLED
        assert build([cancelled, again]).state is FlightState.CANCELLED

    def test_places_of_several_rows_are_compared(self) -> None:
        plan = reading(row(SHR.replace("DEST/5513N06125E", "DEST/ЕЛОВКА 5513N06125E")))
        elsewhere = reading(row(None, None, ARR.replace("551231N0612431E", "ПОСЕЛОК ВЫДУМКА")))
        planned = reading(row(None, None, ARR.replace("551231N0612431E", "ПОСЕЛОК ЕЛОВКА")))
        assert build([plan, elsewhere]).arr is None
        assert build([elsewhere, plan]).arr is None
        assert build([plan, planned]).arr == build([plan]).arr

    def test_identity_is_handed_on(self) -> None:
        first, second = reading(ROW), reading(ROW24)
        assert first.key != second.key
        assert build([first, second], b"0123456789abcdef").key == b"0123456789abcdef"
        assert build([first, second]).key == first.key

    def test_without_a_reading_there_is_no_flight(self) -> None:
        with pytest.raises(ValueError, match="at least one"):
            build([])


class TestPeriod:
    """The period takes doubtful dates back; who the flight is, and whether the row says anything, stays."""

    PERIOD = (date(2023, 1, 1), date(2025, 1, 1))

    @pytest.mark.parametrize(
        "cells",
        [
            {"callsign": "12345", "reg": "12345", "dep_time": "09:00:00", "dep_place": "5545N03737E"},
            {"reg": "12345"},
            {},
        ],
    )
    def test_a_table_row_with_a_mistyped_year(self, cells: dict[str, str]) -> None:
        mistyped = TableRow(date="2042-01-15", **cells)
        first, again = read(mistyped), read(mistyped, period=self.PERIOD)
        assert isinstance(first, Reading)
        assert isinstance(again, Reading)
        assert again.key == first.key
        assert again.dep_dt is None
        assert "DATE_FAR" in build([again]).problems

    def test_a_telegram_with_a_mistyped_year(self) -> None:
        mistyped = row(SHR.replace(" SID/7770000001", "").replace("250410", "420410"))
        first, again = read(mistyped), read(mistyped, period=self.PERIOD)
        assert isinstance(first, Reading)
        assert isinstance(again, Reading)
        assert again.key == first.key
