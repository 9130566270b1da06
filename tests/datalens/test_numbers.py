"""Each chart's query, asked as DataLens' role of a loaded workbook, beside what the API says of the same."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from click.testing import CliRunner

from datalens.chart_sql import chart_query
from datalens.description import CHARTS, chart
from datalens.proof import answers
from fly_potato.main import main
from shared.api import statistics
from shared.db import connect_pool
from shared.ingest import process_object
from shared.runtime.http import CLAIMS
from shared.settings import DatabaseSettings, StorageSettings
from shared.storage import Storage, incoming_key, new_upload_id
from tests.conftest import S3_SECRET, Database

UNTYPED = {"none": "Не указан"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Loaded:
    """A database with flights: asked by chart as ``fp_datalens``, by route as the API answers an analyst."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def rows(self, name: str, **narrowed: Any) -> list[dict[str, Any]]:
        """Ask what a chart asks."""

        async def ask() -> list[dict[str, Any]]:
            connection = await asyncpg.connect(self.database.uri("fp_datalens"), statement_cache_size=0)
            try:
                return [dict(row) for row in await connection.fetch(chart_query(chart(name), **narrowed))]
            finally:
                await connection.close()

        return asyncio.run(ask())

    def api(self, path: str) -> Any:
        """Ask a route of the statistics."""
        app = statistics.application()
        claims = {"sub": "someone", "roles": json.dumps(["analyst"])}

        async def with_claims(scope: Any, receive: Any, send: Any) -> None:
            await app({**scope, CLAIMS: claims}, receive, send)

        async def ask() -> Any:
            transport = httpx.ASGITransport(app=with_claims)
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=transport, base_url="https://gateway.example") as client,
            ):
                answer = await client.get(f"/api/stats/{path}")
                assert answer.status_code == 200, answer.text
                return answer.json()

        return asyncio.run(ask())


@pytest.fixture(scope="module")
def loaded(mapped_clones: Iterator[Database], s3_settings: StorageSettings, tmp_path_factory: Any) -> Iterator[Loaded]:
    """Load one invented workbook of 3,000 rows over half a year."""
    database, folder = next(mapped_clones), tmp_path_factory.mktemp("datalens")
    book = folder / "sample.xlsx"
    sample = ["sample", "--rows", "3000", "--layout", "2025", "--seed", "11", str(book)]
    assert CliRunner().invoke(main, sample).exit_code == 0
    _load(database, Storage(s3_settings), book)
    values = {
        "POSTGRES_URI": database.uri("fp_api"),
        "S3_BUCKET": s3_settings.bucket,
        "S3_ENDPOINT_URL": s3_settings.endpoint_url,
        "S3_ACCESS_KEY_ID": s3_settings.access_key_id,
        "S3_SECRET_ACCESS_KEY": S3_SECRET,
    }
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for name, value in values.items():
            patch.setenv(name, value)
        yield Loaded(database)


def _load(database: Database, storage: Storage, book: Path) -> None:
    from datetime import UTC, datetime

    key = incoming_key(new_upload_id(datetime(2025, 9, 1, tzinfo=UTC)))
    storage.upload(book, key, XLSX)

    async def run() -> None:
        settings = DatabaseSettings.model_validate({"uri": database.uri("fp_ingest")})
        pool = await connect_pool(settings)
        try:
            outcome = await process_object(pool, storage, key, lease=timedelta(minutes=11))
            assert outcome.kind == "loaded"
        finally:
            await pool.close()

    asyncio.run(run())


def whole(loaded: Loaded) -> str:
    """Write the period of everything that is dated, as the API takes it."""
    months = loaded.rows("ch_months")
    return f"from={min(row['month_of_day'] for row in months)}&to={loaded.rows('ch_days')[-1]['day']}"


def test_every_chart_can_be_answered(loaded: Loaded) -> None:
    results = asyncio.run(answers(loaded.database.uri("fp_datalens")))
    assert [result.chart for result in results] == [each.id for each in CHARTS]
    assert not [result for result in results if result.error is not None]
    # Six months of invented flights need not have an unusual day.
    assert {result.chart for result in results if result.rows == 0} <= {"ch_anomalies"}


def test_key_figures(loaded: Loaded) -> None:
    told = loaded.api(f"overview?{whole(loaded)}")
    assert loaded.rows("ch_flights") == [{"flights": told["totals"]["flights"]}]
    assert loaded.rows("ch_aircraft") == [{"aircraft": told["totals"]["aircraft"]}]
    (mean,) = loaded.rows("ch_mean")
    assert round(float(mean["mean_minutes"]), 2) == told["actual"]["mean_minutes"]
    (hours,) = loaded.rows("ch_hours_flown")
    assert round(float(hours["hours"]) * 60) == told["actual"]["total_minutes"]


def test_days_and_months(loaded: Loaded) -> None:
    by_day = {row["day"].isoformat(): row["flights"] for row in loaded.rows("ch_days")}
    daily = loaded.api(f"daily?{whole(loaded)}")
    days = {row["day"]: row["flights"] for row in daily["days"]}
    assert {day: count for day, count in days.items() if count} == {d: c for d, c in by_day.items() if c}
    told = {row["month"]: row for row in loaded.api(f"overview?{whole(loaded)}")["months"]}
    charted = {row["month_of_day"].isoformat()[:7]: row["flights"] for row in loaded.rows("ch_months")}
    assert charted == {month: row["flights"] for month, row in told.items()}
    for row in loaded.rows("ch_growth"):
        month = told[row["month"].isoformat()[:7]]
        if month["complete"]:
            growth = row["growth_month_percent"]
            assert (None if growth is None else float(growth)) == month["growth_month_percent"] or growth is None


def test_types_and_operators(loaded: Loaded) -> None:
    told = loaded.api(f"overview?{whole(loaded)}")
    types = {row["uav_type"]: row["flights"] for row in loaded.rows("ch_types") if row["flights"]}
    assert types == {UNTYPED.get(row["uav_type"], row["uav_type"]): row["flights"] for row in told["types"]}
    operators = {row["operator_kind"]: row["flights"] for row in loaded.rows("ch_operators")}
    assert operators == {row["title"]: row["count"] for row in told["operators"]}


def test_regions(loaded: Loaded) -> None:
    told = {row["name"]: row for row in loaded.api(f"regions?{whole(loaded)}")["items"]}
    ranking = {row["region_name"]: row for row in loaded.rows("ch_ranking")}
    for name, row in told.items():
        if row["flights"]:
            assert ranking[name]["flights"] == row["flights"]
            assert ranking[name]["density"] == pytest.approx(row["density"], abs=0.01)
    top = {row["region_name"]: row["flights"] for row in loaded.rows("ch_top")}
    assert top == {name: row["flights"] for name, row in ranking.items()}
    by_map: dict[str, set[int]] = defaultdict(set)
    for row in loaded.rows("ch_region_map"):
        assert json.loads(row["polygon"])
        by_map[row["region_name"]].add(row["flights"])
    assert by_map
    for name, counts in by_map.items():
        assert counts == {told[name]["flights"]}, "every part of a region shows the region's own number"


def test_states_plans_and_days_without_data(loaded: Loaded) -> None:
    told = loaded.api(f"overview?{whole(loaded)}")["totals"]
    states = {row["state"]: row["told"] for row in loaded.rows("ch_states")}
    assert states["Состоялся"] + states.get("Только план", 0) == told["flights"]
    assert states.get("Отменён", 0) == told["cancelled"]
    months = loaded.rows("ch_plan_fact")
    assert sum(row["flown"] + row["planned"] for row in months) == told["flights"]
    assert sum(row["cancelled"] for row in months) == told["cancelled"]
    (gaps,) = loaded.rows("ch_no_data")
    days = loaded.api(f"daily?{whole(loaded)}")["days"]
    assert gaps["days_without_data"] == sum(row.get("has_data") is False for row in days)
    assert sum(row["flights"] for row in loaded.rows("ch_local_days") if row["day_local"]) == told["flights"]


def test_centres_zones_growth_and_peaks_of_regions(loaded: Loaded) -> None:
    told = loaded.api(f"overview?{whole(loaded)}")["totals"]
    assert sum(row["flights"] for row in loaded.rows("ch_centers")) == told["flights"]
    assert sum(row["flights"] for row in loaded.rows("ch_zones")) == told["flights"]
    ranking = {row["region_name"]: row["flights"] for row in loaded.rows("ch_ranking")}
    by_region: dict[str, int] = defaultdict(int)
    for row in loaded.rows("ch_region_growth"):
        by_region[row["region_name"]] += row["flights"]
    assert {name: count for name, count in by_region.items() if count} == {n: c for n, c in ranking.items() if c}
    for row in loaded.rows("ch_contributions"):
        assert row["change"] == row["flights"] - row["before"]
    busiest = max(loaded.rows("ch_region_peaks"), key=lambda row: row["peak_hour"])
    assert 0 < busiest["peak_hour"] <= max(row["peak_hour"] for row in loaded.rows("ch_peak_hour"))


def test_hours_and_peaks(loaded: Loaded) -> None:
    hours: dict[int, int] = {row["hour"]: row["flights"] for row in loaded.rows("ch_hours")}
    week = loaded.rows("ch_week")
    assert sum(hours.values()) == sum(row["flights"] for row in week)
    assert sum(row["flights"] for row in loaded.rows("ch_day_parts")) == sum(hours.values())
    told = loaded.api(f"overview?{whole(loaded)}")
    assert max(row["peak_hour"] for row in loaded.rows("ch_peak_hour")) == told["peaks"]["hour"]["flights"]
    assert max(row["peak_airborne"] for row in loaded.rows("ch_peak_airborne")) == told["peaks"]["airborne"]["flights"]


def test_a_region_and_a_period_narrow_every_chart(loaded: Loaded) -> None:
    region = loaded.rows("ch_ranking")[0]
    code = next(row["code"] for row in loaded.api(f"regions?{whole(loaded)}")["items"]
                if row["name"] == region["region_name"])  # fmt: skip
    told = loaded.api(f"region/{code}?{whole(loaded)}")
    assert loaded.rows("ch_flights", regions=(code,)) == [{"flights": told["totals"]["flights"]}]
    for each in CHARTS:
        for row in loaded.rows(each.id, regions=(code,)):
            assert row.get("region_name", region["region_name"]) == region["region_name"]
    first, last = date(2025, 3, 1), date(2025, 3, 31)
    march = loaded.rows("ch_flights", period=(first, last))
    assert march[0]["flights"] == loaded.api(f"overview?from={first}&to={last}")["totals"]["flights"]
