"""What a code means to a person: why a row was not read and how to mend it, why a workbook was refused."""

import re
from dataclasses import dataclass

_GAP = re.compile(r"\{[^}]*\}")
_UNKNOWN = "Причина не описана в этой версии программы."
_ASK = "Обратитесь к администратору."


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why, and what to do, in Russian."""

    explanation: str
    mend: str


def explain(code: str) -> Explanation:
    """Explain a row's reject code; a code of a newer version has no explanation here."""
    # Imported here because it brings the parser along, which few answers of a cold function need.
    from shared.flights.problems import PROBLEMS

    known = PROBLEMS.get(code)
    return Explanation(known.meaning, known.mend) if known else Explanation(_UNKNOWN, _ASK)


def failure(code: str) -> str:
    """Say why a workbook was refused.

    The database keeps the code alone, so the facts of the sentence (a sheet, a limit) are left open.
    """
    # Imported here because it brings the readers along, which only this rare answer needs.
    from shared.workbooks.refusals import REFUSALS

    return _GAP.sub("…", REFUSALS[code]) if code in REFUSALS else f"Файл не удалось загрузить. {_ASK}"
