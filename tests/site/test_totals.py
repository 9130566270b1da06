"""The same totals everywhere: page, API, workbook, documents, and the tables themselves."""

import asyncio
import io
import json

import openpyxl
import pytest
from pypdf import PdfReader

from fly_potato.database import verify
from shared.reports import pages
from tests.site.chromium import Page
from tests.site.server import Site
from tests.site.test_pages import figure, show


@pytest.mark.parametrize("query", ["", "?from=2025-03-01&to=2025-04-15"])
def test_page_api_and_documents_tell_the_same(page: Page, local: Site, query: str) -> None:
    body = local.json(f"/api/stats/overview{query}")
    flights, flown = body["totals"]["flights"], body["totals"]["flown"]
    written = f"{flights:,}".replace(",", " ")

    show(page, local, f"/{query}")
    assert figure(page, "flights") == written
    assert figure(page, "flown") == f"{flown:,}".replace(",", " ")
    assert figure(page, "peak-hour") == str(body["peaks"]["hour"]["flights"])
    hours = f"{body['actual']['total_minutes'] / 60:,.0f}".replace(",", " ")
    assert figure(page, "minutes") == f"{hours} ч"

    report = json.loads(local.bytes(f"/api/reports/overview.json{query}"))
    assert report["totals"] == body["totals"]
    assert sum(day["flights"] for day in report["days"]) == flights
    assert sum(item["flights"] for item in report["items"]) + report["without_region"] == flights

    book = openpyxl.load_workbook(io.BytesIO(local.bytes(f"/api/reports/overview.xlsx{query}")), read_only=True)
    cells = {row[0]: row[1] for row in book.worksheets[0].iter_rows(values_only=True) if len(row) > 1}
    assert (cells["Полёты"], cells["из них состоявшиеся"]) == (flights, flown)

    text = PdfReader(io.BytesIO(local.bytes(f"/api/reports/overview.pdf{query}"))).pages[0].extract_text()
    assert written in text.replace("\u00a0", " ")
    # The PNG is this drawing, rasterised; its numbers are text here.
    drawing = pages.picture(report, report["title"], "").replace("\u00a0", " ")
    assert f">{written}<" in drawing
    assert local.bytes(f"/api/reports/overview.png{query}").startswith(b"\x89PNG")


def test_the_tables_hold_what_the_page_tells(page: Page, local: Site) -> None:
    quality = local.json("/api/stats/quality")
    sums, rules = asyncio.run(verify(local.database.uri()))
    assert not [rule for rule in rules if rule.offenders]
    rows = {each.table: each.rows for each in sums}["core.flights"]
    show(page, local, "/quality")
    shown = int(figure(page, "flights").replace(" ", ""))
    assert shown + quality["cancelled"] + quality["undated"] == rows


def test_one_region_tells_the_same(page: Page, local: Site) -> None:
    code = local.json("/api/stats/overview")["top"][0]["code"]
    body = local.json(f"/api/stats/region/{code}")
    show(page, local, f"/region?code={code}")
    assert figure(page, "flights") == f"{body['totals']['flights']:,}".replace(",", " ")
    report = json.loads(local.bytes(f"/api/reports/region.json?region={code}"))
    assert report["totals"] == body["totals"]
    shown = page.js(
        "[...document.querySelectorAll('[aria-label=\"По дням недели\"] tbody tr')].map(row => row.cells[1].innerText)"
    )
    assert [int(text.replace("\u00a0", "")) for text in shown] == [day["count"] for day in body["weekdays"]]
