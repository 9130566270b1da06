"""The brief for a word processor and as slides: headings, heads of tables and texts for pictures, to be read aloud."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shared.reports import ReportData, brief, drawing
from shared.reports.paper import Figures, Findings, Heading, PaperTable, Paragraph, Part, Picture, Signatures

if TYPE_CHECKING:
    from docx.document import Document

_LANGUAGE = "ru-RU"
_PIXELS = 1520
"""How wide pictures are."""


def document(data: ReportData, title: str, subtitle: str, country: Picture | None) -> bytes:
    """Write the brief as DOCX, A4."""
    from docx import Document as new_document
    from docx.shared import Mm, Pt

    book = new_document()
    section = book.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(25), Mm(15)
    section.top_margin = section.bottom_margin = Mm(15)
    properties = book.core_properties
    properties.title, properties.author, properties.language = title, "Fly Potato", _LANGUAGE
    for name, size in (("Normal", 11), ("Heading 1", 16), ("Heading 2", 13)):
        _style(book.styles[name], size)
    book.styles["Normal"].paragraph_format.space_after = Pt(4)
    for part in brief.parts(data, title, subtitle, country):
        _write(book, part)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _style(style: Any, size: int) -> None:
    """Take a style off the template's theme: the typeface of letters of state, black, read aloud in Russian."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.size, style.font.color.rgb = Pt(size), RGBColor(0, 0, 0)
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), "Times New Roman")
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), _LANGUAGE)
    properties.append(language)


def _write(book: "Document", part: Part) -> None:
    match part:
        case Heading(text, level, begins_page):
            book.add_heading(text, level).paragraph_format.page_break_before = begins_page
        case Paragraph(text):
            book.add_paragraph(text)
        case Figures(rows):
            pairs = [(*rows[at], *(rows[at + 1] if at + 1 < len(rows) else ("", ""))) for at in range(0, len(rows), 2)]
            _table(book, PaperTable(("Показатель", "Значение") * 2, pairs))
        case Findings(sentences):
            for sentence in sentences:
                book.add_paragraph(sentence, style="List Number")
        case Picture():
            _picture(book, part)
        case PaperTable():
            _table(book, part)
        case Signatures(lines):
            for line in lines:
                book.add_paragraph(line)


def _table(book: "Document", part: PaperTable) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    table = book.add_table(rows=1, cols=len(part.head), style="Light Grid Accent 1")
    for cell, text in zip(table.rows[0].cells, part.head, strict=True):
        cell.text = text
    # Says to a screen reader and to the printer that this row is the head of every page.
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in part.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    for row in table.rows:
        for index, cell in enumerate(row.cells):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = 0
            if index != part.named and part.head[index] != part.head[part.named]:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _picture(book: "Document", part: Picture) -> None:
    from docx.shared import Mm

    shape = book.add_picture(io.BytesIO(drawing.png(part.svg, _PIXELS)), width=Mm(145))
    shape._inline.docPr.set("descr", part.text)


def slides(data: ReportData, title: str, subtitle: str, country: Picture | None) -> bytes:
    """Write the brief as PPTX, 16 to 9: title with findings, figures, map, charts, a table."""
    from pptx import Presentation
    from pptx.util import Inches

    show = Presentation()
    show.slide_width, show.slide_height = Inches(13.333), Inches(7.5)
    properties = show.core_properties
    properties.title, properties.author, properties.language = title, "Fly Potato", _LANGUAGE
    small = [(line, 12) for line in (brief.doubts(data), brief.SOURCE)]
    _text_slide(show, title, [(subtitle, 14), *((finding, 17) for finding in brief.findings(data)), *small])
    heading = "Показатели"
    for part in brief.parts(data, title, subtitle, country):
        match part:
            case Heading(text, level=2):
                heading = text
            case Figures(rows):
                _table_slide(show, heading, PaperTable(("Показатель", "Значение"), rows))
            case Picture():
                _picture_slide(show, heading, part)
            case PaperTable():
                _table_slide(show, heading, part)
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


def _titled(show: Any, title: str) -> Any:
    from pptx.util import Inches

    slide = show.slides.add_slide(show.slide_layouts[5])
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = Inches(0.6), Inches(0.3), Inches(12.1), Inches(1.0)
    head.text_frame.text = title
    _lettered(head.text_frame.paragraphs[0], 28)
    return slide


def _lettered(paragraph: Any, size: int) -> None:
    from pptx.enum.lang import MSO_LANGUAGE_ID
    from pptx.util import Pt

    # A paragraph's own font is for what is yet to be written; what is read aloud goes by that of its run.
    for run in paragraph.runs:
        run.font.size, run.font.language_id = Pt(size), MSO_LANGUAGE_ID.RUSSIAN


def _text_slide(show: Any, title: str, lines: Sequence[tuple[str, int]]) -> None:
    """Add a slide of lines, each with its size in points."""
    from pptx.util import Inches, Pt

    frame = _titled(show, title).shapes.add_textbox(Inches(0.6), Inches(1.5), Inches(12.1), Inches(5.5)).text_frame
    frame.word_wrap = True
    for index, (line, size) in enumerate(lines):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        paragraph.text, paragraph.space_after = line, Pt(8)
        _lettered(paragraph, size)


def _picture_slide(show: Any, title: str, part: Picture) -> None:
    from pptx.util import Inches

    image = io.BytesIO(drawing.png(part.svg, _PIXELS))
    shape = _titled(show, title).shapes.add_picture(image, Inches(0.6), Inches(1.4), width=Inches(12.1))
    if shape.height > Inches(5.7):
        shape.width, shape.height = int(shape.width * Inches(5.7) / shape.height), Inches(5.7)
    shape.left = int((show.slide_width - shape.width) / 2)
    shape._element.nvPicPr.cNvPr.set("descr", part.text)


def _table_slide(show: Any, title: str, part: PaperTable) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Inches

    height = Inches(0.4 * (len(part.rows) + 1))
    size = Inches(0.9), Inches(1.4), Inches(11.5), height
    table = _titled(show, title).shapes.add_table(len(part.rows) + 1, len(part.head), *size).table
    for y, row in enumerate([part.head, *part.rows]):
        for x, text in enumerate(row):
            cell = table.cell(y, x)
            cell.text = text
            paragraph = cell.text_frame.paragraphs[0]
            _lettered(paragraph, 14)
            if x != part.named:
                paragraph.alignment = PP_ALIGN.RIGHT
