"""What a month costs is calculated from a table of prices, and the document shows just that."""

import csv
import re
from datetime import datetime

import pytest

from datalens.description import DASHBOARDS
from scripts import costs
from tests.terraform.checking import ROOT

SECTION = (ROOT / "docs" / "deploy.md").read_text("utf-8").split("## 11. What it costs")[1].split("## 12.")[0]


def test_every_price_has_its_date_and_its_source() -> None:
    with costs.PRICES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["item"] for row in rows}) == len(rows)
    for row in rows:
        assert float(row["roubles"]) > 0
        assert datetime.strptime(row["date"], "%Y-%m")  # noqa: DTZ007
        assert len(row["source"]) > 10


def test_the_document_shows_what_the_script_calculates() -> None:
    assert f"{costs.BEGIN}\n{costs.table()}\n{costs.END}" in SECTION


@pytest.mark.parametrize("load", costs.LOADS, ids=lambda load: load.environment)
def test_the_database_is_what_the_environments_are(load: costs.Load) -> None:
    price = costs.prices()
    hosts, preset, disk, _ = costs.settings(load.environment)
    assert costs.costs(load, price)["database disks"] == hosts * disk * price["pg_ssd_gb"]
    numbers = re.fullmatch(r"[bs]3-c(\d+)-m(\d+)", preset)
    assert numbers is not None
    assert costs.PRESETS[preset][1:] == (int(numbers[1]), int(numbers[2])), "cores and memory as the name says"


def test_a_dearer_price_makes_a_dearer_month() -> None:
    price = costs.prices()
    for load in costs.LOADS:
        before = sum(costs.costs(load, price).values())
        assert sum(costs.costs(load, {**price, "pg_memory_gb": price["pg_memory_gb"] * 2}).values()) > before


def test_seats_are_those_of_the_charts_that_the_dashboards_have() -> None:
    queries = [len(each.selectors) + sum(len(row) for row in each.rows) for each in DASHBOARDS]
    assert round(sum(queries) / len(queries)) == costs.QUERIES_AN_OPENING
