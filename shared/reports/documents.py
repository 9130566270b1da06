"""Reports: gathered once from the statistics, written as JSON, a workbook, a picture or a document."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from shared.db import Connection
from shared.reports import drawing, excel, pages, russian
from shared.stats import answers
from shared.stats.selection import Facts, Selection


class ReportKind(StrEnum):
    """What a report is about."""

    OVERVIEW = "overview"
    REGION = "region"


class Format(StrEnum):
    """What it is written as."""

    XLSX = "xlsx"
    PNG = "png"
    JSON = "json"
    PDF = "pdf"


MEDIA_TYPES: Mapping[Format, str] = {
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PNG: "image/png",
    Format.JSON: "application/json",
    Format.PDF: "application/pdf",
}


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a report tells; ``told`` holds plain values, the same that the API gives."""

    kind: ReportKind
    title: str
    subtitle: str
    told: Mapping[str, Any]

    @property
    def stem(self) -> str:
        """Name the file, without extension."""
        period = self.told["period"]
        return self.title if period is None else f"{self.title} {period['first']} - {period['last']}"


async def gather(conn: Connection, selection: Selection, known: Facts) -> Report:
    """Read everything for a report: of the selection's region, or of the whole country."""
    pages = [answers.region] if selection.region else [answers.overview, answers.regions, answers.daily, answers.hourly]
    told: dict[str, Any] = {}
    for page in pages:
        told |= (await page(conn, selection, known)).model_dump(mode="json")
    told["quality"] = (await answers.quality(conn, selection, known)).model_dump(mode="json")
    if selection.region is None:
        return Report(ReportKind.OVERVIEW, "Полёты беспилотных воздушных судов", subtitle(selection, known), told)
    return Report(ReportKind.REGION, f"Полёты: {selection.region.name}", subtitle(selection, known), told)


def write(report: Report, as_format: Format) -> bytes:
    """Write a report. Drawing takes a second or so of processor time."""
    return _WRITTEN[as_format](report)


def subtitle(selection: Selection, known: Facts) -> str:
    """Say what a document is of: days, place, type, state, clock, and how old the data is."""
    period = selection.period
    days = f"{period.first:%d.%m.%Y} – {period.last:%d.%m.%Y}" if period.days else "данных нет"
    place = "вся страна" if selection.region is None else selection.region.name
    kind = {None: "все типы", "": "тип не указан"}.get(selection.uav_type, f"тип {selection.uav_type}")
    state = (
        ""
        if known.counted_at is None
        else f", данные на {russian.moment(known.counted_at.isoformat(), selection.clock)}"
    )
    counted = {None: "все полёты", "flown": "только состоявшиеся"}[selection.state]
    return f"{days}, {place}, {kind}, {counted}, {russian.CLOCKS[selection.clock]}{state}"


def _json(report: Report) -> bytes:
    told = {"report": report.kind.value, "title": report.title, **report.told}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _png(report: Report) -> bytes:
    return drawing.png(pages.picture(report.told, report.title, report.subtitle), pages.PICTURE[0])


def _pdf(report: Report) -> bytes:
    return drawing.pdf(pages.sheets(report.told, report.title, report.subtitle), report.title)


def _xlsx(report: Report) -> bytes:
    return excel.workbook(report.told, report.title, report.subtitle)


_WRITTEN: Mapping[Format, Callable[[Report], bytes]] = {
    Format.XLSX: _xlsx,
    Format.PNG: _png,
    Format.JSON: _json,
    Format.PDF: _pdf,
}
