"""Reports in every form tell the same numbers, and each is written down."""

import io
import json
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import docx
import httpx
import openpyxl
import pptx
import pypdf
import pytest
from PIL import Image
from pypdf.generic import NullObject

from shared.api import reports
from shared.storage import Storage
from tests.api.conftest import Answer, Caller, store_counted
from tests.conftest import Database
from tests.db.stats import invented
from tests.db.stats.invented import InventedFlight

pytestmark = pytest.mark.usefixtures("configured")

NOON = datetime(2025, 1, 10, 12, tzinfo=UTC)


def daily(last: int) -> list[InventedFlight]:
    """Invent a flight a day, in two regions by turns."""
    return [
        InventedFlight(n, region=1 + n % 2, dep=NOON + timedelta(days=n), arr=NOON + timedelta(days=n, minutes=30 + n))
        for n in range(1, last + 1)
    ]


FLIGHTS = daily(39)


@pytest.fixture
def filled(database: Database) -> None:
    store_counted(database, FLIGHTS)


def report(call: Caller, target: str) -> Answer:
    answer = call("stats", "GET", f"/api/reports/{target}", roles=["analyst"])
    assert answer.status == 200, answer.body[:300]
    return answer


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(("kind", "query"), [("overview", ""), ("region", "?region=XX-1")])
def test_all_forms_agree(call: Caller, kind: str, query: str) -> None:
    body = report(call, f"{kind}.json{query}").json
    page = call("stats", "GET", f"/api/stats/overview{query}").json
    assert body["totals"] == page["totals"]
    flights, minutes = body["totals"]["flights"], body["actual"]["total_minutes"]
    assert flights == sum(f.region == 1 or not query for f in FLIGHTS)

    book = openpyxl.load_workbook(io.BytesIO(report(call, f"{kind}.xlsx{query}").body))
    summary = {row[0]: row[1] for row in book["Сводка"].iter_rows(values_only=True)}
    assert (summary["Полёты"], summary["Фактическая длительность всего, мин"]) == (flights, minutes)
    assert sum(row[1] for row in book["Дни"].iter_rows(min_row=2, values_only=True)) == flights
    assert sum(row[1] for row in book["Часы"].iter_rows(min_row=2, max_row=25, values_only=True)) == flights
    charted = {sheet.title for sheet in book if sheet._charts}
    assert {"Дни", "Месяцы", "Часы", "Типы", "Эксплуатанты"} <= charted
    assert ("Регионы" in charted) == (kind == "overview")

    terms = {row[0]: row[1] for row in book["Определения"].iter_rows(values_only=True)}
    held = body["boundaries"]
    assert f"набор «{held['name']}», субъектов {held['regions']}." in terms["Границы регионов"]

    document = pypdf.PdfReader(io.BytesIO(report(call, f"{kind}.pdf{query}").body))
    assert any("Границы регионов: набор" in page.extract_text() for page in document.pages)
    text = " ".join(document.pages[0].extract_text().split())
    assert f"Полёты {flights}" in text
    assert "Средняя длительность" in text
    assert document.metadata is not None
    assert document.metadata.title == body["title"]


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
    assert len(openpyxl.load_workbook(io.BytesIO(fetched.content)).sheetnames) == 19
    assert abs(len(fetched.content) - len(whole.body)) < 200
    [stored] = storage.list("results/reports/")
    assert stored.size == len(fetched.content)


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("name", ["daily", "months", "regions", "hours", "week", "types", "operators", "forecast"])
def test_a_chart_is_one_description_drawn_in_any_form(call: Caller, name: str) -> None:
    described = call("stats", "GET", f"/api/charts/{name}.json")
    drawn = call("stats", "GET", f"/api/charts/{name}.svg?theme=dark")
    assert described.json["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    # No month of the data is whole, so no forecast rests on any.
    assert bool(described.json["data"]["values"]) == (name != "forecast")
    assert drawn.body.startswith(b"<svg")
    picture = call("stats", "GET", f"/api/charts/{name}.png").body
    assert struct.unpack(">I", picture[16:20]) == (1920,)
    json.dumps(described.json)


class Tag(NamedTuple):
    """An element of a PDF's structure: what it is, and what it says instead of what it shows."""

    role: str
    said: str | None


def tags(document: pypdf.PdfReader) -> list[Tag]:
    """List the structure of a PDF as it is read aloud."""

    def walk(element: Any) -> Iterator[Tag]:
        element = element.get_object()
        if isinstance(element, list):
            for child in element:
                yield from walk(child)
        elif isinstance(element, dict) and "/S" in element:
            yield Tag(element["/S"], element.get("/Alt"))
            yield from walk(element.get("/K", NullObject()))

    return list(walk(document.root_object["/StructTreeRoot"]["/K"]))  # type: ignore[index]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("target", ["brief.pdf", "brief.pdf?region=XX-1", "overview.pdf", "region.pdf?region=XX-1"])
def test_a_document_is_tagged_to_be_read_aloud(call: Caller, target: str) -> None:
    document = pypdf.PdfReader(io.BytesIO(report(call, target).body))
    root = document.root_object
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert root["/Lang"] == "ru-RU"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]  # type: ignore[index]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()  # type: ignore[attr-defined]
    found = tags(document)
    roles = [tag.role for tag in found]
    assert [role for role in roles if role in {"/H1", "/H2"}][:2] == ["/H1", "/H2"]
    assert roles.count("/H1") == 1
    pictures = [tag.said for tag in found if tag.role == "/Figure"]
    # Each picture has its heading, and so have findings or completeness, and tables.
    assert 3 <= len(pictures) < roles.count("/H2")
    assert all(said and said.startswith(("Карта", "Диаграмма")) for said in pictures)
    assert roles.count("/TH") >= 3 * roles.count("/Table") > 0


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("query", ["", "?region=XX-1"])
def test_the_brief_is_two_pages_and_the_same_in_every_office_program(call: Caller, query: str) -> None:
    flights = call("stats", "GET", f"/api/stats/overview{query}").json["totals"]["flights"]
    document = pypdf.PdfReader(io.BytesIO(report(call, f"brief.pdf{query}").body))
    assert len(document.pages) == 2
    text = " ".join(" ".join(page.extract_text() for page in document.pages).split())
    for said in (f"Полёты {flights}", "Главное", "1. За период", "План и факт: ", "Источник:", "Составил:"):
        assert said in text, said

    book = docx.Document(io.BytesIO(report(call, f"brief.docx{query}").body))
    assert [cell.text for cell in book.tables[0].rows[1].cells[:2]] == ["Полёты", str(flights)]
    assert book.core_properties.language == "ru-RU"
    assert 'w:lang w:val="ru-RU"' in book.styles["Normal"].element.xml
    pictures = [shape._inline.docPr.get("descr") for shape in book.inline_shapes]
    assert len(pictures) == 3
    assert all(pictures), "each picture says what it shows"
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in book.tables)
    assert any("Составил" in paragraph.text for paragraph in book.paragraphs)

    show = pptx.Presentation(io.BytesIO(report(call, f"brief.pptx{query}").body))
    assert all(slide.shapes.title.text_frame.text for slide in show.slides)
    [table] = [shape.table for shape in show.slides[1].shapes if shape.has_table]
    assert (table.cell(1, 0).text, table.cell(1, 1).text) == ("Полёты", str(flights))


def test_the_brief_of_a_region_compares_the_region_and_not_the_country(call: Caller, database: Database) -> None:
    store_counted(database, daily(78))
    # 39 days after 39 days: of the country as many flights, of the region 20 after 19.
    for query, change in (("", "0,0"), ("&region=XX-1", "+5,3")):
        body = report(call, f"brief.pdf?from=2025-02-19&to=2025-03-29{query}").body
        text = " ".join(pypdf.PdfReader(io.BytesIO(body)).pages[0].extract_text().split())
        assert f"Сравнение: {change} % к периоду раньше" in text


def test_the_sheets_of_a_region_compare_the_region_before_all_regions(call: Caller, database: Database) -> None:
    store_counted(database, daily(78))
    query = "?from=2025-02-19&to=2025-03-29&region=XX-1"
    book = openpyxl.load_workbook(io.BytesIO(report(call, f"region.xlsx{query}").body))
    own, mean, whole, whole_mean = (row[:5] for row in book["Сравнение"].iter_rows(min_row=2, values_only=True))
    assert own[1:] == (19, 20, 1, pytest.approx(5.26, abs=0.01))
    assert mean[1:3] == (pytest.approx(19 / 39), pytest.approx(20 / 39))
    assert (whole[0], *whole[1:4]) == ("Для сравнения: все регионы", 39, 39, 0)
    assert whole_mean[1:3] == (1, 1)


def test_a_report_of_nothing_tells_no_growth(call: Caller, database: Database) -> None:
    store_counted(database, daily(85))
    for query, told in (("", True), ("&type=AER", False)):
        body = report(call, f"overview.pdf?from=2025-01-01&to=2025-03-31{query}").body
        text = " ".join(pypdf.PdfReader(io.BytesIO(body)).pages[0].extract_text().split())
        assert ("К прошлому месяцу" in text) == told


@pytest.mark.usefixtures("filled")
def test_the_workbook_prints_as_wide_as_a_page_and_says_what_its_numbers_are(call: Caller) -> None:
    book = openpyxl.load_workbook(io.BytesIO(report(call, "overview.xlsx").body))
    for sheet in book:
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9), sheet.title
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1) == 1
        assert sheet.print_area
    assert book["Дни"].print_title_rows == "$1:$1"
    # «Средняя длительность, мин» takes more than a line of its column.
    assert book["Регионы"].row_dimensions[1].height >= 30
    assert book["Регионы"].auto_filter.ref
    assert book["Дни"]["A2"].number_format == "dd.mm.yyyy"
    assert book["Регионы"].conditional_formatting
    assert len(book["Сводка"]._images) == 1
    texts = {row[0]: row[1] for row in book["Определения"].iter_rows(min_row=2, values_only=True)}
    assert "не парк" in str(texts["Аппараты в полётах"])


@pytest.mark.usefixtures("filled")
def test_the_picture_comes_as_jpeg_too(call: Caller) -> None:
    picture = Image.open(io.BytesIO(report(call, "overview.jpg").body))
    assert (picture.format, picture.size, picture.info["dpi"]) == ("JPEG", (1920, 1080), (300, 300))


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(("kind", "query"), [("overview", ""), ("region", "?region=XX-1")])
def test_sheets_of_analyses_say_what_the_api_says(call: Caller, kind: str, query: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(report(call, f"{kind}.xlsx{query}").body))
    answers = {
        name: call("stats", "GET", f"/api/stats/{name}{query}").json for name in ("comparison", "plan-fact", "forecast")
    }
    *compared, lacking = [row[:4] for row in book["Сравнение"].iter_rows(min_row=2, values_only=True)]
    assert (compared[2:] if kind == "overview" else compared[:1]) == [
        (i["name"] or "Без региона", i["before"], i["flights"], i["change"]) for i in answers["comparison"]["items"]
    ]
    assert "без данных дней 39 из 39" in lacking[0], "nothing is known of the days before"
    whole = next(book["План и факт"].iter_rows(min_row=2, values_only=True))
    assert whole[:3] == ("Всего", answers["plan-fact"]["whole"]["flights"], answers["plan-fact"]["whole"]["flown"])
    assert answers["forecast"]["method_title"] in [row[5] for row in book["Прогноз"].iter_rows(values_only=True)][-1]
    assert book["Центры"].max_row > 1
    assert [row[0] for row in book["Зоны по регионам"].iter_rows(min_row=2, values_only=True)]
