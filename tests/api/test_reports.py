"""Reports in every form tell the same numbers, and each is written down."""

import io
import json
import struct
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import openpyxl
import pypdf
import pytest

from shared.api import reports
from shared.stats import recount_all
from shared.storage import Storage
from tests.api.conftest import Answer, Caller
from tests.conftest import Database
from tests.db.stats import invented
from tests.db.stats.invented import InventedFlight

pytestmark = pytest.mark.usefixtures("configured")

NOON = datetime(2025, 1, 10, 12, tzinfo=UTC)
FLIGHTS = [
    InventedFlight(n, region=1 + n % 2, dep=NOON + timedelta(days=n), arr=NOON + timedelta(days=n, minutes=30 + n))
    for n in range(1, 40)
]


@pytest.fixture
def filled(database: Database) -> None:
    async def fill(conn: Any) -> None:
        await invented.store_regions(conn)
        await invented.store_flights(conn, FLIGHTS)
        await recount_all(conn)

    invented.run(database, fill)


def report(call: Caller, target: str) -> Answer:
    answer = call("stats", "GET", f"/api/reports/{target}", roles=["analyst"])
    assert answer.status == 200, answer.body[:300]
    return answer


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(("kind", "query"), [("overview", ""), ("region", "?region=XX-1")])
def test_all_forms_agree(call: Caller, kind: str, query: str) -> None:
    told = report(call, f"{kind}.json{query}").json
    page = call("stats", "GET", f"/api/stats/overview{query}").json
    assert told["totals"] == page["totals"]
    flights, minutes = told["totals"]["flights"], told["actual"]["total_minutes"]
    assert flights == sum(f.region == 1 or not query for f in FLIGHTS)

    book = openpyxl.load_workbook(io.BytesIO(report(call, f"{kind}.xlsx{query}").body))
    summary = {row[0]: row[1] for row in book["Сводка"].iter_rows(values_only=True)}
    assert (summary["Полёты"], summary["Фактическая длительность всего, мин"]) == (flights, minutes)
    assert sum(row[1] for row in book["Дни"].iter_rows(min_row=2, values_only=True)) == flights
    assert sum(row[1] for row in book["Часы"].iter_rows(min_row=2, max_row=25, values_only=True)) == flights
    charted = {sheet.title for sheet in book if sheet._charts}
    assert {"Дни", "Месяцы", "Часы", "Типы", "Эксплуатанты"} <= charted
    assert ("Регионы" in charted) == (kind == "overview")

    document = pypdf.PdfReader(io.BytesIO(report(call, f"{kind}.pdf{query}").body))
    text = " ".join(document.pages[0].extract_text().split())
    assert f"Полёты {flights}" in text
    assert "Средняя длительность" in text
    assert document.metadata is not None
    assert document.metadata.title == told["title"]


@pytest.mark.usefixtures("filled")
def test_the_picture_has_the_size_and_resolution_that_was_asked_for(call: Caller) -> None:
    body = report(call, "overview.png").body
    assert body.startswith(b"\x89PNG")
    assert struct.unpack(">II", body[16:24]) == (1920, 1080)
    at = body.index(b"pHYs") + 4
    assert struct.unpack(">IIB", body[at : at + 9]) == (round(300 / 0.0254), round(300 / 0.0254), 1)


def test_without_any_data_every_form_is_still_a_document(call: Caller, database: Database) -> None:
    invented.run(database, invented.store_regions)
    for form in ("json", "xlsx", "png", "pdf"):
        assert len(report(call, f"overview.{form}").body) > 500


@pytest.mark.usefixtures("filled")
def test_every_report_is_written_down(call: Caller) -> None:
    report(call, "overview.json?from=2025-01-15&type=BLA")
    report(call, "region.json?region=XX-2")
    call("stats", "GET", "/api/reports/region.json?region=XX-77")
    first = call("stats", "GET", "/api/reports?limit=2").json
    rest = call("stats", "GET", f"/api/reports?limit=2&cursor={first['next']}").json
    lines = [*first["items"], *rest["items"]]
    assert [(line["kind"], line["state"], line["region"]) for line in lines] == [
        ("region", "failed", "XX-77"),
        ("region", "done", "XX-2"),
        ("overview", "done", None),
    ]
    assert (lines[2]["period_from"], lines[2]["uav_type"]) == ("2025-01-15", "BLA")
    assert lines[1]["size_bytes"] > 0
    assert rest["next"] is None


@pytest.mark.usefixtures("filled")
def test_a_heavy_report_waits_in_the_bucket(call: Caller, storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = report(call, "overview.xlsx")
    monkeypatch.setattr(reports, "BODY_BYTES", 1000)
    answer = call("stats", "GET", "/api/reports/overview.xlsx", roles=["analyst"])
    assert answer.status == 303
    fetched = httpx.get(answer.headers["location"])
    assert fetched.status_code == 200
    assert len(openpyxl.load_workbook(io.BytesIO(fetched.content)).sheetnames) == 8
    assert abs(len(fetched.content) - len(whole.body)) < 200
    [stored] = storage.list("results/reports/")
    assert stored.size == len(fetched.content)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("name", ["daily", "months", "regions", "hours", "week", "types", "operators"])
def test_a_chart_is_one_description_drawn_in_any_form(call: Caller, name: str) -> None:
    described = call("stats", "GET", f"/api/charts/{name}.json")
    drawn = call("stats", "GET", f"/api/charts/{name}.svg?theme=dark")
    assert described.json["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    assert described.json["data"]["values"]
    assert drawn.body.startswith(b"<svg")
    picture = call("stats", "GET", f"/api/charts/{name}.png").body
    assert struct.unpack(">I", picture[16:20]) == (1920,)
    json.dumps(described.json)
