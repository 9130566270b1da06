"""The brief for a word processor and as slides: headings, heads of tables and texts for pictures, to be read aloud."""

import io
from typing import TYPE_CHECKING, Any

from shared.reports import ReportData, brief

if TYPE_CHECKING:
    from docx.document import Document

_LANGUAGE = "ru-RU"


def document(data: ReportData, title: str, subtitle: str, picture: bytes | None) -> bytes:
    """Write the brief as DOCX, A4."""
    from docx import Document as new_document
    from docx.shared import Mm, Pt

    book = new_document()
    section = book.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin, section.top_margin, section.bottom_margin = (
        Mm(25),
        Mm(15),
        Mm(15),
        Mm(15),
    )
    book.core_properties.title, book.core_properties.author, book.core_properties.language = (
        title,
        "Fly Potato",
        _LANGUAGE,
    )
    style = book.styles["Normal"]
    style.font.name, style.font.size = "Liberation Serif", Pt(11)
    style.paragraph_format.space_after = Pt(4)
    book.add_heading(title, 1)
    book.add_paragraph(subtitle)
    _table(book, ("Показатель", "Значение"), brief.figures(data))
    book.add_heading("Главное", 2)
    for sentence in brief.findings(data):
        book.add_paragraph(sentence, style="List Number")
    book.add_paragraph(brief.doubts(data))
    if picture:
        book.add_heading("Полёты по регионам", 2)
        _picture(book, picture, _map_text(data))
    for name, drawn in brief.chart_pictures(data)[:1]:
        book.add_heading(name, 2)
        _picture(book, drawn, f"Диаграмма. {name}.")
    name, head, rows = brief.table(data)
    book.add_heading(name, 2)
    _table(book, head, rows)
    book.add_paragraph(brief.SOURCE)
    for line in brief.SIGNED:
        book.add_paragraph(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _table(book: "Document", head: tuple[str, ...], rows: list[Any]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    table = book.add_table(rows=1, cols=len(head), style="Light Grid Accent 1")
    for cell, text in zip(table.rows[0].cells, head, strict=True):
        cell.text = text
    # Says to a screen reader and to the printer that this row is the head of every page.
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in rows:
        cells = table.add_row().cells
        for index, (cell, text) in enumerate(zip(cells, row, strict=True)):
            cell.text = text
            if index:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _picture(book: "Document", picture: bytes, text: str) -> None:
    from docx.shared import Mm

    shape = book.add_picture(io.BytesIO(picture), width=Mm(165))
    shape._inline.docPr.set("descr", text)


def slides(data: ReportData, title: str, subtitle: str, picture: bytes | None) -> bytes:
    """Write the brief as PPTX, 16 to 9: title with findings, figures, map, charts."""
    from pptx import Presentation
    from pptx.util import Inches

    show = Presentation()
    show.slide_width, show.slide_height = Inches(13.333), Inches(7.5)
    show.core_properties.title, show.core_properties.author, show.core_properties.language = (
        title,
        "Fly Potato",
        _LANGUAGE,
    )
    _text_slide(show, title, [subtitle, *brief.findings(data), brief.doubts(data), brief.SOURCE])
    _table_slide(show, "Показатели", ("Показатель", "Значение"), brief.figures(data))
    if picture:
        _picture_slide(show, "Полёты по регионам", picture, _map_text(data))
    for name, drawn in brief.chart_pictures(data):
        _picture_slide(show, name, drawn, f"Диаграмма. {name}.")
    name, head, rows = brief.table(data)
    _table_slide(show, name, head, rows)
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


def _titled(show: Any, title: str) -> Any:
    from pptx.util import Inches, Pt

    slide = show.slides.add_slide(show.slide_layouts[5])
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = Inches(0.6), Inches(0.3), Inches(12.1), Inches(1.0)
    head.text_frame.text = title
    head.text_frame.paragraphs[0].font.size = Pt(28)
    return slide


def _text_slide(show: Any, title: str, lines: list[str]) -> None:
    from pptx.util import Inches, Pt

    frame = _titled(show, title).shapes.add_textbox(Inches(0.6), Inches(1.5), Inches(12.1), Inches(5.5)).text_frame
    frame.word_wrap = True
    for index, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        paragraph.text, paragraph.font.size, paragraph.space_after = line, Pt(18), Pt(8)


def _picture_slide(show: Any, title: str, picture: bytes, text: str) -> None:
    from pptx.util import Inches

    shape = _titled(show, title).shapes.add_picture(io.BytesIO(picture), Inches(1.4), Inches(1.4), height=Inches(5.7))
    shape.left = int((show.slide_width - shape.width) / 2)
    shape._element.nvPicPr.cNvPr.set("descr", text)


def _table_slide(show: Any, title: str, head: tuple[str, ...], rows: list[Any]) -> None:
    from pptx.util import Inches, Pt

    height = Inches(0.4 * (len(rows) + 1))
    size = Inches(0.9), Inches(1.4), Inches(11.5), height
    table = _titled(show, title).shapes.add_table(len(rows) + 1, len(head), *size).table
    for y, row in enumerate([head, *rows]):
        for x, text in enumerate(row):
            cell = table.cell(y, x)
            cell.text = text
            cell.text_frame.paragraphs[0].font.size = Pt(14)


def _map_text(data: ReportData) -> str:
    first = ", ".join(f"{item['name']} {item['flights']}" for item in data.get("top", ())[:5])
    return f"Карта: чем темнее регион, тем больше полётов. {f'Больше всего: {first}.' if first else ''}".strip()
