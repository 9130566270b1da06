"""Axes and classes tell the truth of small and of great numbers."""

import itertools

import pytest

from shared.reports.charts import Chart, describe, ticks
from shared.reports.map_picture import classes


@pytest.mark.parametrize("most", [0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 47, 99, 100, 101, 9_380, 39_990, 1_000_000])
def test_ticks_are_whole_numbers_from_zero_that_hold_the_greatest(most: int) -> None:
    marks = ticks(most)
    assert marks[0] == 0
    assert marks == sorted(set(marks))
    assert marks[-1] >= most
    assert 2 <= len(marks) <= 6


@pytest.mark.parametrize("flights", [[1, 0, 0, 0, 0, 0, 0, 0, 0, 1], [0], [3, None, 2]])
def test_the_axis_of_days_never_goes_below_zero(flights: list[int | None]) -> None:
    days = [
        {"day": f"2025-01-{number:02d}", "flights": count or 0, "has_data": count is not None}
        for number, count in enumerate(flights, 1)
    ]
    described = describe(Chart.DAILY, {"days": days, "step": "day"}, 600, 200)
    for layer in described["layer"]:
        y = layer["encoding"]["y"]
        assert y["scale"]["domain"] == [0, ticks(max(count or 0 for count in flights))[-1]]
        assert all(isinstance(mark, int) for mark in y["axis"]["values"])
    # A day between days of which nothing is known has a dot: an area has no width over it.
    dots = [
        [value["flights"] for value in layer["data"]["values"]]
        for layer in described["layer"]
        if layer["mark"]["type"] == "point"
    ]
    assert dots == ([[3, 2]] if None in flights else [])


def test_the_band_of_a_forecast_opens_at_the_last_month_known() -> None:
    history = [{"month": "2025-04", "flights": 90}, {"month": "2025-05", "flights": 100}]
    months = [{"month": "2025-06", "flights": 110, "low": 80, "high": 140}]
    described = describe(Chart.FORECAST, {"history": history, "months": months}, 600, 200)
    band = [(v["month"], v["low"], v["high"]) for v in described["data"]["values"] if v["kind"] == "прогноз"]
    assert band == [("2025-05-01", 100, 100), ("2025-06-01", 80, 140)]
    assert all(layer["encoding"]["y"]["scale"]["domain"][1] >= 140 for layer in described["layer"])
    assert describe(Chart.FORECAST, {"history": history, "months": []}, 600, 200)["data"]["values"] == [
        {"month": "2025-04-01", "flights": 90, "kind": "факт"},
        {"month": "2025-05-01", "flights": 100, "kind": "факт"},
    ]


@pytest.mark.parametrize("counts", [[1], [1, 1, 2], [1, 3, 9, 27, 243], [81, 140, 220, 390, 9_380], [*range(86)]])
def test_classes_share_no_value_and_set_the_great_ones_apart(counts: list[int]) -> None:
    limits = classes(counts)
    assert limits[0].first == min(count for count in counts if count)
    assert limits[-1].last == max(counts)
    for one, other in itertools.pairwise(limits):
        assert one.last + 1 == other.first
    assert all(sum(limit.first <= count <= limit.last for limit in limits) == 1 for count in counts if count)
    if 9_380 in counts:
        assert limits[-1].first > 390
