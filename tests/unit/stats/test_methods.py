"""The methods behind comparisons and forecasts, on numbers that are known by hand."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.stats.comparison import contributions, period_before, year_before
from shared.stats.forecast import (
    METHODS,
    Miss,
    ReportedMonthRow,
    back_test,
    drift,
    judged,
    seasonal_naive,
    whole_in_a_row,
)

SEASONAL, DRIFT = METHODS


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), max_size=90))
def test_the_parts_add_up_to_the_growth_exactly(places: list[tuple[int, int]]) -> None:
    changes, before = [now - earlier for now, earlier in places], sum(earlier for _, earlier in places)
    points = contributions(changes, before)
    if before == 0:
        assert points is None
        return
    assert points is not None
    exact = [Fraction(round(100 * point), 100) for point in points]
    growth = Fraction(100 * sum(changes), before)
    assert abs(sum(exact) - growth) <= Fraction(1, 200)
    assert all(
        abs(point - Fraction(100 * change, before)) < Fraction(1, 100)
        for point, change in zip(exact, changes, strict=True)
    )


@pytest.mark.parametrize(
    ("now", "before", "year"),
    [
        (("2025-03-01", "2025-03-31"), ("2025-02-01", "2025-02-28"), ("2024-03-01", "2024-03-31")),
        (("2024-02-01", "2024-02-29"), ("2024-01-01", "2024-01-31"), ("2023-02-01", "2023-02-28")),
        (("2025-02-01", "2025-02-28"), ("2025-01-01", "2025-01-31"), ("2024-02-01", "2024-02-29")),
        (("2025-01-01", "2025-06-30"), ("2024-07-01", "2024-12-31"), ("2024-01-01", "2024-06-30")),
        (("2024-02-20", "2024-02-29"), ("2024-02-10", "2024-02-19"), ("2023-02-20", "2023-02-28")),
        (("2025-05-05", "2025-05-05"), ("2025-05-04", "2025-05-04"), ("2024-05-05", "2024-05-05")),
    ],
)
def test_periods_to_compare_with(now: tuple[str, str], before: tuple[str, str], year: tuple[str, str]) -> None:
    first, last = map(date.fromisoformat, now)
    assert period_before(first, last) == tuple(map(date.fromisoformat, before))
    assert year_before(first, last) == tuple(map(date.fromisoformat, year))


def test_a_year_that_doubles_is_foretold_to_double_again() -> None:
    year = [float(n) for n in (3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8)]
    series = year + [2 * n for n in year]
    assert seasonal_naive(series, 3) == [4 * n for n in year[:3]]
    # Five months of the second year: their growth alone is known.
    assert seasonal_naive(series[:17], 3) == [2 * n for n in year[5:8]]


def test_a_straight_line_goes_on_and_never_below_nothing() -> None:
    assert drift([1, 2, 3, 4, 5, 6], 3) == [7, 8, 9]
    assert drift([6, 5, 4, 3, 2, 1], 3) == [0, 0, 0]


def test_a_series_that_the_method_describes_has_no_error() -> None:
    year = [float(n) for n in (3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8)]
    series = [factor * n for factor in (1, 2, 4) for n in year]
    misses = back_test(SEASONAL, series)
    # Origins 15 to 35; the last two have two and one month left to be held against.
    assert len(misses) == 19 * 3 + 2 + 1
    assert {miss.error for miss in misses} == {0.0}
    error = judged(SEASONAL, series, misses)
    assert (error.origins, error.forecasts, error.mape_percent, error.mase) == (21, 60, 0.0, 0.0)


def test_errors_are_those_that_can_be_reckoned_by_hand() -> None:
    # Steps of one, then a leap of ten: the drift method knows nothing of it.
    series = [float(n) for n in (1, 2, 3, 4, 5, 6, 16, 17, 18)]
    misses = back_test(DRIFT, series)
    assert misses[:3] == [Miss(1, 16, -9), Miss(2, 17, -9), Miss(3, 18, -9)]
    assert [round(miss.error, 4) for miss in misses[3:]] == [1.5, 3.0, round(17 + 16 / 7 - 18, 4)]
    error = judged(DRIFT, series, misses)
    # The naive forecast misses by a step, seven times one and once ten.
    naive = Fraction(7 + 10, 8)
    errors = [9, 9, 9, Fraction(3, 2), 3, Fraction(9, 7)]
    assert error.mase == round(float(sum(errors) / 6 / naive), 2)
    actual = [16, 17, 18, 17, 18, 18]
    assert error.mape_percent == round(
        float(100 * sum(Fraction(e) / a for e, a in zip(errors, actual, strict=True)) / 6), 2
    )


def test_only_whole_months_in_a_row_count() -> None:
    def row(month: int, *, whole: bool) -> ReportedMonthRow:
        return ReportedMonthRow(date(2025, month, 1), 30, whole, month)

    months = [row(1, whole=True), row(2, whole=False), row(3, whole=True), row(4, whole=True), row(5, whole=False)]
    assert [month.flights for month in whole_in_a_row(months)] == [3, 4]
    assert whole_in_a_row(months[1:2]) == []
    assert whole_in_a_row([]) == []
