"""What a caller sees of the names in somebody's workbook.

Files and sheets are named by people, and at times after people: "Иванов +7... .xlsx". Whoever sent a workbook and
administrators see its names as they are; everybody else sees labels that say which one is meant and nothing more.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from shared.auth.principals import Principal, Role

_EXTENSIONS = (".xlsx", ".ods", ".csv")
_QUOTED = re.compile(r"«.*»", re.DOTALL)
"""From the first quotation mark to the last: a name may hold such marks itself."""


def sees_names(principal: Principal, upload: Mapping[str, Any] | Any) -> bool:
    """Tell whether the caller sent this upload (a row with ``announced_by``) or is an administrator."""
    return principal.may(Role.ADMINISTRATOR) or upload["announced_by"] == principal.subject


def file_label(upload_id: object, file_name: str) -> str:
    """Name a file by the end of its upload's id; only a known extension of its own name stays."""
    extension = next((each for each in _EXTENSIONS if file_name.lower().endswith(each)), "")
    return f"Книга {str(upload_id)[-6:]}{extension}"


def sheet_label(position: int) -> str:
    """Name a sheet by its place, from 0, among the sheets of which something is told."""
    return f"Лист № {position + 1}"


def without_names(sentence: str) -> str:
    """Take what a workbook's sentence quotes out of it: names of sheets, headers and parts."""
    return _QUOTED.sub("«…»", sentence)


def sheet_labels(rejecting: Sequence[str], unread: Sequence[str]) -> dict[str, str]:
    """Label every sheet of a load: those with rejected rows in the order of their names, then those not read at all."""
    return {name: sheet_label(place) for place, name in enumerate(dict.fromkeys([*rejecting, *unread]))}
