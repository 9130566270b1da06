"""What of a row's fields may be shown or kept once people are taken out; telegrams are redacted by their own grammar.

A workbook of corrections shows a field redacted. A kept row whose time is over stays without the people in it and reads
as it did.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date
from types import MappingProxyType
from typing import Final

from shared.flights import Flight, Reject, Row, TableRow, TelegramRow, build, read
from shared.telegrams import codes
from shared.telegrams.redaction import MARK, TYPE, WITHHELD, kept_words, redact
from shared.telegrams.values.operators import redacted_operator
from shared.workbooks.layouts import LayoutKind, bare

_CENTERS: Final = tuple(
    bare(stem)
    for stem in (
        "Москв", "Моск", "Санкт-Петербург", "Калининград", "Ростов", "Самар", "Екатеринбург", "Тюмен", "Новосибирск",
        "Красноярск", "Иркутск", "Якут", "Магадан", "Хабаровск", "Симферопол", "Крым",
    )
)  # fmt: skip
"""How the names of the centres of the air traffic system begin; a surname such as Петровский begins with none."""
_LONGEST_CENTER: Final = 40

SEE_SOURCE: Final = "см. исходный файл"
"""Where no telegram can be told, the cell points to the source file."""
_HEMISPHERES: Final = "NSEWCBСЮВЗ"
_COORDINATE: Final = (
    rf"[0-9]{{2,8}}(?:[.,][0-9]{{1,4}})?[{_HEMISPHERES}][0-9.,]{{0,9}}(?:[{_HEMISPHERES}][0-9]{{0,4}})?/?"
)
_MOMENT: Final = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}"
    r"|[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?|[0-9]{3,6}"
)
_PLACE: Final = rf"{_COORDINATE}|ZZZZ|[UX][A-Z]{{3}}"
_ROUTE: Final = rf"{_PLACE}|/?ZONA/?|DCT|[A-Z]{{1,3}}[0-9]{{3,7}}/?|R[0-9]{{1,3}}(?:[.,][0-9]{{1,3}})?"
_SHAPES: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        field: re.compile(shape)
        for field, shape in {
            "date": _MOMENT,
            "dep_time": _MOMENT,
            "arr_time": _MOMENT,
            "callsign": MARK,
            "reg": MARK,
            "uav_type": TYPE,
            "dep_place": _PLACE,
            "arr_place": _PLACE,
            "dep_name": _PLACE,
            "arr_name": _PLACE,
            "route": _ROUTE,
            "eet": r"[A-Z]{4}[0-9]{4}|[0-9]{2}:?[0-9]{2}(?::[0-9]{2})?",
        }.items()
    }
)

_FORMS: Mapping[str, Callable[[str], str]] = {
    codes.TEXT_AROUND: lambda text: f"{WITHHELD}\n{text}",
    codes.TEXT_BLANKS: lambda text: text.replace(" ", "  ", 1) if " " in text else text.replace("\n", "\n\n", 1),
    codes.TEXT_LOWER_CASE: str.lower,
    codes.TEXT_ODD_CHARACTERS: lambda text: text.replace("\n", "\r\n", 1),
    codes.TEXT_MARKUP: lambda text: text.replace("\n", "<br>", 1),
    codes.TEXT_XML_ESCAPES: lambda text: text.replace("\n", "_x000D_", 1),
}
"""What gives a text the form that each code tells of."""
_OWNER = "owner"
_NAMES_OF_PEOPLE = frozenset({_OWNER, "center"})


def redact_field(field: str | None, cell_text: str, kind: LayoutKind) -> str:
    """Give what may be shown of a cell; ``field`` is None for a column that nothing is read from."""
    if field is None:
        return WITHHELD
    if field == "center":
        return cell_text if _is_center(cell_text) else WITHHELD
    if kind is LayoutKind.TELEGRAMS:
        shown = redact(cell_text)
        return SEE_SOURCE if shown == WITHHELD else shown
    shape = _SHAPES.get(field)
    return kept_words(cell_text, shape) if shape else WITHHELD


def _is_center(cell_text: str) -> bool:
    return len(cell_text) <= _LONGEST_CENTER and len(cell_text.split()) == 1 and bare(cell_text).startswith(_CENTERS)


def without_people(row: Row, sent: date | None) -> tuple[Row, bool]:
    """Give the row to keep, and whether it reads to the same flight as before.

    A telegram is redacted by its grammar. Of a table's cells each becomes what a correction may show, unless the
    row would then read otherwise: such a cell holds what is read and nothing more.
    """
    before = _flight(row, sent)
    if isinstance(row, TelegramRow):
        texts = [text and redact(text) for text in (row.shr, row.dep, row.arr)]
        kept: Row = _formed(TelegramRow(_center(row, sent, before), *texts), sent, before)
    else:
        kept = _table_row(row, sent, before)
    return kept, _flight(kept, sent) == before


def _formed(row: TelegramRow, sent: date | None, before: Flight | str | None) -> TelegramRow:
    """Give a redacted row the odd form of its text back, which carries codes of the flight, where it has lost it."""
    for name in ("shr", "dep", "arr"):
        # What was as good as an empty cell reads as one again.
        emptied = replace(row, **{name: None})
        if getattr(row, name) == WITHHELD and _flight(emptied, sent) == before:
            return emptied
    after = _flight(row, sent)
    if after == before or not isinstance(before, Flight) or not isinstance(after, Flight):
        return row
    lost = [code for code in before.problems if code not in after.problems and code in _FORMS]
    for name in ("shr", "dep", "arr"):
        text = getattr(row, name)
        if text:
            for code in lost:
                text = _FORMS[code](text)
            tried = replace(row, **{name: text})
            if _flight(tried, sent) == before:
                return tried
    return row


def _table_row(row: TableRow, sent: date | None, before: Flight | str | None) -> TableRow:
    kept = replace(row, owner=row.owner and redacted_operator(row.owner), center=_center(row, sent, before))
    for field in fields(row):
        written = getattr(kept, field.name)
        if written and field.name not in _NAMES_OF_PEOPLE:
            tried = replace(kept, **{field.name: redact_field(field.name, written, LayoutKind.TABLE)})
            if _flight(tried, sent) == before:
                kept = tried
    return kept


def _center(row: Row, sent: date | None, before: Flight | str | None) -> str | None:
    """Keep the name of a centre; where a surname stands there, or anything else that is none, it is withheld."""
    shown = row.center and redact_field("center", row.center, LayoutKind.TELEGRAMS)
    return shown if _flight(replace(row, center=shown), sent) == before else row.center


def _flight(row: Row, sent: date | None) -> Flight | str | None:
    reading = read(row, sent=sent)
    if reading is None:
        return None
    return reading.code if isinstance(reading, Reject) else build((reading,))


def cells_of(row: Row) -> str | None:
    """Write the cells of a table's row as ``raw.rows`` keeps them; None for a row of telegrams."""
    if isinstance(row, TelegramRow):
        return None
    named = {field.name: getattr(row, field.name) for field in fields(row)}
    return json.dumps({name: value for name, value in named.items() if value is not None}, ensure_ascii=False)
