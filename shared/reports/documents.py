"""Reports: gathered once from the statistics, written as JSON, a workbook, a picture or a document."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from shared.db import Connection
from shared.reports import brief, brief_office, drawing, excel, map_picture, pages, paper, russian
from shared.reports.analysis_sheets import gather_analyses
from shared.reports.paper import Picture
from shared.stats import answers, queries
from shared.stats.data_quality import doubts
from shared.stats.selection import Facts, Selection


class ReportKind(StrEnum):
    """What a report is about."""

    OVERVIEW = "overview"
    REGION = "region"
    BRIEF = "brief"
    """Two pages to send on, of the country or of a region."""


class Format(StrEnum):
    """What it is written as."""

    XLSX = "xlsx"
    PNG = "png"
    JSON = "json"
    PDF = "pdf"
    JPEG = "jpg"
    DOCX = "docx"
    PPTX = "pptx"


MEDIA_TYPES: Mapping[Format, str] = {
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PNG: "image/png",
    Format.JSON: "application/json",
    Format.PDF: "application/pdf",
    Format.JPEG: "image/jpeg",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


SHAPES_BYTES = 1_200_000
"""What the outlines of a report's map weigh at most; coarser if need be."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a report tells; ``data`` holds plain values, the same that the API gives.

    ``shapes`` are the regions' outlines as GeoJSON features and ``counts`` their flights by code, for the map.
    """

    kind: ReportKind
    title: str
    subtitle: str
    data: Mapping[str, Any]
    shapes: Sequence[Mapping[str, Any]] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """Name the file, without extension."""
        period = self.data["period"]
        return self.title if period is None else f"{self.title} {period['first']} - {period['last']}"


async def gather(
    conn: Connection, selection: Selection, facts: Facts, *, brief: bool = False, drawn: bool = True
) -> Report:
    """Read everything for a report: of the selection's region, or of the whole country; ``drawn`` with its map."""
    pages = [answers.region] if selection.region else [answers.overview, answers.regions, answers.daily, answers.hourly]
    data: dict[str, Any] = {}
    for page in pages:
        data |= (await page(conn, selection, facts)).model_dump(mode="json")
    data["boundaries"] = await queries.boundaries(conn)
    data["doubts"] = (await doubts(conn, selection, facts)).model_dump(mode="json")
    data["quality"] = (await answers.quality(conn, selection, facts)).model_dump(mode="json")
    data["analyses"] = await gather_analyses(conn, selection, facts)
    shapes: Sequence[Mapping[str, Any]] = ()
    counts: dict[str, int] = {}
    if drawn:
        everywhere = replace(selection, region=None)
        shapes = json.loads(await queries.shapes(conn, "low", SHAPES_BYTES))["features"]
        counts = {item.code: item.flights for item in (await answers.regions(conn, everywhere, facts)).items}
    place = None if selection.region is None else selection.region.name
    kind, title = ReportKind.OVERVIEW, "Полёты беспилотных воздушных судов"
    if place is not None:
        kind, title = ReportKind.REGION, f"Полёты: {place}"
    if brief:
        kind, title = ReportKind.BRIEF, f"Справка о полётах беспилотных воздушных судов: {place or 'вся страна'}"
    return Report(kind, title, subtitle(selection, facts), data, shapes, counts)


def country(report: Report) -> Picture | None:
    """Draw the regions by their flights; None where a report has no shapes."""
    if not report.shapes:
        return None
    region = report.data["region"]
    chosen = None if region is None else region["code"]
    drawn = map_picture.draw(report.shapes, report.counts, 760, 428, chosen)
    return Picture(drawn, map_picture.in_words(report.shapes, report.counts))


def write(report: Report, as_format: Format) -> bytes:
    """Write a report. Drawing takes a second or so of processor time."""
    return _WRITTEN[as_format](report)


def subtitle(selection: Selection, facts: Facts) -> str:
    """Say what a document is of: days, place, type, state, clock, and how old the data is."""
    period = selection.period
    days = f"{period.first:%d.%m.%Y} – {period.last:%d.%m.%Y}" if period.days else "данных нет"
    place = "вся страна" if selection.region is None else selection.region.name
    kind = {None: "все типы", "": "тип не указан"}.get(selection.uav_type, f"тип {selection.uav_type}")
    state = (
        ""
        if facts.counted_at is None
        else f", данные на {russian.moment(facts.counted_at.isoformat(), selection.clock)}"
    )
    counted = {None: "все полёты", "flown": "только состоявшиеся"}[selection.state]
    return f"{days}, {place}, {kind}, {counted}, {russian.CLOCKS[selection.clock]}{state}"


def _json(report: Report) -> bytes:
    data = {"report": report.kind.value, "title": report.title, **report.data}
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def _docx(report: Report) -> bytes:
    return brief_office.document(report.data, report.title, report.subtitle, country(report))


def _pptx(report: Report) -> bytes:
    return brief_office.slides(report.data, report.title, report.subtitle, country(report))


def _jpeg(report: Report) -> bytes:
    return drawing.jpeg(_png(report))


def _png(report: Report) -> bytes:
    return drawing.png(pages.picture(report.data, report.title, report.subtitle), pages.PICTURE[0])


def _pdf(report: Report) -> bytes:
    of = brief.parts if report.kind is ReportKind.BRIEF else pages.parts
    return paper.pdf(report.title, of(report.data, report.title, report.subtitle, country(report)))


def _xlsx(report: Report) -> bytes:
    drawn = country(report)
    picture = None if drawn is None else drawing.png(drawn.svg, 1520)
    return excel.workbook(report.data, report.title, report.subtitle, picture)


_WRITTEN: Mapping[Format, Callable[[Report], bytes]] = {
    Format.XLSX: _xlsx,
    Format.PNG: _png,
    Format.JSON: _json,
    Format.PDF: _pdf,
    Format.JPEG: _jpeg,
    Format.DOCX: _docx,
    Format.PPTX: _pptx,
}
