"""Small things: periods, parts of the day, how numbers look to a Russian reader, what a cell may hold."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.api.cache import Content, ResponseCache
from shared.reports import russian
from shared.stats.answers import day_parts
from shared.stats.flight_pages import FlightRow, as_csv, csv_lines
from shared.stats.selection import Facts, Period, period_parts

FACTS = Facts(3, datetime(2025, 4, 1, tzinfo=UTC), date(2025, 1, 10), date(2025, 3, 20))


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (None, None, 70),
        (date(2024, 1, 1), date(2025, 1, 10), 1),
        (date(2025, 3, 20), date(2030, 1, 1), 1),
        (date(2026, 1, 1), None, 0),
        (None, date(2025, 1, 9), 0),
    ],
)
def test_a_period_is_cut_to_the_days_of_the_data(first: date | None, last: date | None, days: int) -> None:
    assert Period.within(FACTS, first, last).days == days


def test_a_period_that_ends_with_the_data_is_read_by_whole_years() -> None:
    whole = Period.within(FACTS, None, date(2030, 1, 1))
    assert (whole.outer_first, whole.outer_last) == (date(2025, 1, 1), date(2025, 12, 31))
    inner = Period.within(FACTS, date(2025, 1, 11), date(2025, 3, 19))
    assert (inner.outer_first, inner.outer_last) == (inner.first, inner.last)


def test_without_data_a_period_has_no_days() -> None:
    assert Period.within(Facts(None, None, None, None), None, None).days == 0


def _length(span: str, start: date) -> int:
    following = {"day": start + timedelta(days=1), "month": start.replace(day=28) + timedelta(days=4)}
    end = following.get(span, date(start.year + 1, 1, 1))
    return ((end.replace(day=1) if span == "month" else end) - start).days


@given(st.dates(date(2023, 1, 1), date(2025, 12, 31)), st.integers(0, 800), st.booleans())
@example(date(2024, 1, 1), 365, True)
@example(date(2024, 1, 2), 363, True)
@example(date(2024, 2, 15), 14, False)
def test_spans_that_are_added_and_taken_away_come_to_the_days_of_a_period(
    first: date, more: int, taking_away: bool
) -> None:
    parts = period_parts(first, first + timedelta(days=more), taking_away=taking_away)
    counted: Counter[date] = Counter()
    for sign, span, start in parts:
        for n in range(_length(span, start)):
            counted[start + timedelta(days=n)] += sign
    assert {day: n for day, n in counted.items() if n} == {first + timedelta(days=n): 1 for n in range(more + 1)}
    # At both ends fifteen days of a month and the month, half of a year's months and the year, and two years between.
    assert taking_away or all(part.sign > 0 for part in parts)
    assert len(parts) <= (2 * (16 + 7) + 2 if taking_away else 2 * (30 + 11) + 2)


def test_parts_of_the_day_hold_their_first_hour() -> None:
    slots = {day * 24 + hour: 1 for day in range(7) for hour in (0, 5, 6, 11, 12, 17, 18, 23)}
    assert [(part.part, part.count) for part in day_parts(slots)] == [
        ("night", 14), ("morning", 14), ("day", 14), ("evening", 14),
    ]  # fmt: skip
    assert [part.count for part in day_parts({6: 4, 29: 1})] == [1, 4, 0, 0]


def test_numbers_look_russian() -> None:
    assert russian.number(1234567.891, 1) == "1\u00a0234\u00a0567,9"
    assert russian.number(None) == russian.percent(None) == russian.hours(None) == russian.growth(None) == "—"
    assert russian.growth(12.34) == "+12,3\u00a0%"
    assert russian.growth(-5) == "−5,0\u00a0%"
    assert russian.hours(125.4) == "2\u00a0ч 05\u00a0мин"
    assert russian.month("2025-03") == "март 2025"
    assert russian.moment("2025-03-01T09:05:00Z") == "01.03.2025 09:05 UTC"


def test_a_text_cannot_become_a_formula_and_a_negative_number_stays_one() -> None:
    from uuid import UUID

    row = FlightRow(
        UUID(int=1), None, "flown", "=1+1", None, "person", "XX", "-область", "inside", "take_off", -1.5, -170.25,
        None, None, None, None, None, None, None, None, None, None, None, None, ["A", "B"],
    )  # fmt: skip
    line = as_csv(csv_lines([row])).decode().splitlines()[1].split(",")
    assert line[3] == "'=1+1"
    assert line[7] == "'-область"
    assert line[10:12] == ["-1.5", "-170.25"]
    assert line[-1] == "A B"


def test_the_cache_lets_the_oldest_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.api.cache._CACHE_BYTES", 25)
    cache = ResponseCache()
    for name in "abc":
        cache.put(name, Content(b"0123456789", "text/plain"))
        cache.get("a")
    assert [name for name in "abc" if cache.get(name)] == ["a", "c"]
    cache.put("c", Content(b"01234", "text/plain"))
    assert cache.size == 15
    cache.put("huge", Content(b"x" * 100, "text/plain"))
    assert (cache.get("huge"), cache.size) == (None, 0)


def test_types_have_russian_names_where_they_are_no_types() -> None:
    assert [russian.uav_type(name) for name in ("BLA", "none", "other")] == ["BLA", "не указан", "прочие"]
