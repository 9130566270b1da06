"""What a code means to a person: why a row was not read and how to mend it, why a workbook was refused."""

import re
from dataclasses import dataclass

_GAP = re.compile(r"\{[^}]*\}")
_UNKNOWN = "Причина не описана в этой версии программы."


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why, and what to do, in Russian."""

    explanation: str
    mend: str


def explain(code: str) -> Explanation:
    """Explain a row's reject code; a code of a newer version has no explanation here."""
    return Explanation(_UNKNOWN, "Обратитесь к администратору.")


def failure(code: str) -> str:
    """Say why a workbook was refused.

    The database keeps the code alone, so the facts of the sentence (a sheet, a limit) are left open.
    """
    # Imported here because it brings the readers along, which only this rare answer needs.
    from shared.workbooks.refusals import REFUSALS

    return (
        _GAP.sub("…", REFUSALS[code]) if code in REFUSALS else "Файл не удалось загрузить. Обратитесь к администратору."
    )
