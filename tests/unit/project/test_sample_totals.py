"""A difference between a sample's truth and what was counted is always seen."""

import json
from pathlib import Path
from typing import Any

import pytest

from fly_potato.commands.demo import RegionFlights, compare, compare_regions, truth_beside

TOTALS: dict[str, Any] = {
    "rows": 10, "empty": 1, "flights": 6, "repeated": 1, "outside": 1, "rejected": {"A_CODE": 2},
    "by_region": {"RU-KOS": {"flights": 3, "cancelled": 1}, "Город без кода": {"flights": 1}},
}  # fmt: skip
STATE: dict[str, Any] = {
    "counts": {
        "rows_in": 10, "rows_empty": 1, "rows_repeated": 1, "rows_rejected": 2, "flights_new": 3, "flights_updated": 2,
        "flights_unchanged": 1, "flights_outside": 1,
    },
    "rejects": [{"code": "A_CODE", "rows": 2}],
}  # fmt: skip


def test_equal_totals_have_no_difference() -> None:
    assert compare(TOTALS, STATE) == []


@pytest.mark.parametrize("name", list(STATE["counts"]))
def test_every_count_that_is_off_is_told(name: str) -> None:
    counts = STATE["counts"] | {name: STATE["counts"][name] + 1}
    assert len(compare(TOTALS, STATE | {"counts": counts})) == 1


def test_a_code_that_is_off_is_told_though_the_sum_is_right() -> None:
    (difference,) = compare(TOTALS, STATE | {"rejects": [{"code": "ANOTHER", "rows": 2}]})
    assert (difference.expected, difference.actual) == ({"A_CODE": 2}, {"ANOTHER": 2})


def test_regions_are_known_by_code_or_name_and_cancelled_flights_left_out() -> None:
    right = [RegionFlights("RU-KOS", "Костромская область", 4), RegionFlights("XX", "Город без кода", 2)]
    assert compare_regions([TOTALS, TOTALS], [*right, RegionFlights("RU-NVS", "Новосибирская область", 0)]) == []
    wrong = compare_regions([TOTALS], right)
    assert [(each.expected, each.actual) for each in wrong] == [(1, 2), (2, 4)]
    assert compare_regions([], right[:1]) != []


def test_totals_lie_beside_the_workbook(tmp_path: Path) -> None:
    assert truth_beside(tmp_path / "a.xlsx") is None
    (tmp_path / "a.truth.json").write_text(json.dumps({"totals": TOTALS}))
    assert truth_beside(tmp_path / "a.xlsx") == TOTALS
