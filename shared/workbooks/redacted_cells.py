"""Which part of each field of a row a workbook of corrections may show; telegrams are redacted by their own grammar."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from shared.telegrams.redaction import MARK, TYPE, WITHHELD, kept_words, redact
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
