"""Samples: the same seed gives the same bytes, the truth adds up, and reading agrees with it in every field."""

import gzip
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from fly_potato.commands.demo import sample as command
from shared.flights import Reading, read
from shared.workbooks.reader import WorkbookReader, rows, sheets
from testing.fields import SURNAMES
from testing.gazetteer import CENTERS, OUTSIDE, REGIONS
from testing.rows import sample_rows
from testing.sheets import LAYOUTS, SHEETS
from testing.truth import truth_path
from testing.workbooks import make_sample
from tests.unit.testing.agreement import disagreements

ROWS = 1_200
ROOT = Path(__file__).parents[3]
Sample = tuple[Path, dict[str, Any]]


@pytest.fixture(scope="module", params=LAYOUTS)
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """A sample of one layout and its truth."""
    path = tmp_path_factory.mktemp("sample") / "sample.xlsx"
    make_sample(path, rows=ROWS, layout=request.param, seed=11)
    return path, json.loads(truth_path(path).read_text(encoding="utf-8"))


def test_reading_agrees_with_the_truth(sample: Sample) -> None:
    assert disagreements(sample[0]) == []


def test_the_sums_add_up(sample: Sample) -> None:
    truth = sample[1]
    totals = truth["totals"]
    assert totals["rows"] == len(truth["rows"]) == ROWS
    assert totals["flights"] == len(truth["flights"])
    assert totals["flights"] + totals["repeated"] + totals["empty"] + sum(totals["rejected"].values()) == ROWS
    assert totals["flights"] == totals["flown"] + totals["planned"] + totals["cancelled"]
    by_region = sum(region["flights"] for region in totals["by_region"].values())
    nowhere = sum(1 for flight in truth["flights"] if flight["position"] is None)
    assert totals["flights"] == by_region + totals["outside"] + nowhere


def test_every_sheet_is_recognised(sample: Sample) -> None:
    reports = sheets(sample[0])
    assert sum(report.rows for report in reports) == ROWS
    assert {report.reason for report in reports} <= {None, "SHEET_EMPTY"}
    if sample[1]["layout"] == "2024":
        assert len(reports) == 14
        assert Counter(report.layout for report in reports)["table"] == 5


def test_centres_stand_in_their_shares(sample: Sample) -> None:
    seen = Counter(flight["center"] for flight in sample[1]["flights"])
    assert 0.4 < seen["Тюменский"] / sample[1]["totals"]["flights"] < 0.56


def test_phones_are_such_as_nobody_can_have(sample: Sample) -> None:
    phone = re.compile(r"(?:\+7|8)[\s()-]*\d{3}[\s()-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}(?!\d)")
    safe = re.compile(r"[78]9?0+\d{0,2}")
    for row in rows(sample[0]):
        for text in (getattr(row.content, name) for name in ("shr", "remarks") if hasattr(row.content, name)):
            bare = re.sub(r"[A-Z]+/[^\s]*\d[^\s]*", "", text or "")
            assert all(safe.fullmatch(re.sub(r"\D", "", found)) for found in phone.findall(bare)), text


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_seed_gives_the_same_bytes(layout: str, tmp_path: Path) -> None:
    def made(name: str, seed: int) -> tuple[bytes, str]:
        path = tmp_path / name / "sample.xlsx"
        path.parent.mkdir()
        make_sample(path, rows=120, layout=layout, seed=seed)
        return path.read_bytes(), truth_path(path).read_text(encoding="utf-8")

    assert made("first", 3) == made("second", 3)
    assert made("third", 3)[0] != made("fourth", 4)[0]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("count", [1, 2, 15, 100])
def test_any_number_of_rows(layout: str, count: int, tmp_path: Path) -> None:
    path = tmp_path / "sample.xlsx"
    assert make_sample(path, rows=count, layout=layout, seed=count)["rows"] == count
    reader = WorkbookReader(path)
    list(reader.rows())
    assert reader.rows_read == count
    assert disagreements(path) == []


@pytest.mark.parametrize(("count", "layout"), [(0, "2025"), (1_048_576, "2025"), (10, "2023")])
def test_impossible_samples_are_refused(count: int, layout: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="rows"):
        make_sample(tmp_path / "a.xlsx", rows=count, layout=layout, seed=1)


def test_centres_serve_every_region_once() -> None:
    boundaries = gzip.decompress((ROOT / "shared/regions/data/boundaries.geojson.gz").read_bytes())
    codes = {one["properties"]["iso"] or one["properties"]["name"] for one in json.loads(boundaries)["features"]}
    served = [region for center in CENTERS.weights for region in REGIONS[center].weights]
    assert sorted(served) == sorted(codes)
    assert {sheet.center for sheet in SHEETS["2024"]} == set(CENTERS.weights)


def test_the_command(tmp_path: Path) -> None:
    out = tmp_path / "sample.xlsx"
    run = CliRunner().invoke(command, [str(out), "--rows", "40", "--layout", "2024", "--seed", "5", "--totals-only"])
    assert run.exit_code == 0
    assert "строк 40" in run.output
    truth = json.loads(truth_path(out).read_text(encoding="utf-8"))
    assert truth["totals"]["rows"] == 40
    assert truth["rows"] == truth["flights"] == []
    assert not [name for name in SURNAMES if name in truth_path(out).read_text(encoding="utf-8")]


def test_places_lie_near_borders_at_sea_abroad_and_in_exclaves(tmp_path: Path) -> None:
    make_sample(tmp_path / "a.xlsx", rows=6_000, layout="2025", seed=2)
    flights = json.loads(truth_path(tmp_path / "a.xlsx").read_text(encoding="utf-8"))["flights"]
    kinds = Counter(flight["place"] for flight in flights)
    for kind, share in (("border", 0.04), ("exclave", 0.01), ("sea", 0.001), ("abroad", 0.001), ("coast", 0.0002)):
        assert kinds[kind] > share * len(flights), kind
    for flight in flights:
        nowhere = flight["place"] in OUTSIDE or flight["position"] is None
        assert (flight["region_iso"] is None) == nowhere
        assert flight["outside"] == (flight["place"] in OUTSIDE and flight["position"] is not None)


def test_rows_are_those_of_a_sample() -> None:
    first, again = (list(sample_rows(200, seed=4)) for _ in range(2))
    assert first == again
    assert len({row.shr for row in first if row.shr}) == sum(1 for row in first if row.shr)
    assert all(isinstance(read(row), Reading) for row in first)
