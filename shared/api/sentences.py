"""What a code means to a person: why a row was not read and how to mend it, why a workbook was refused."""

from dataclasses import dataclass

_UNKNOWN = "Причина не описана в этой версии программы."
_ASK = "Обратитесь к администратору."
FAILED = f"Файл не удалось загрузить. {_ASK}"
"""What is said of a refused workbook whose own sentence is not problem."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why, and what to do, in Russian."""

    explanation: str
    mend: str
    kind: str = "doubt"
    """repair, doubt, loss or reject, as ``shared.flights.problems`` has it."""


def explain(code: str) -> Explanation:
    """Explain a row's reject code; a code of a newer version has no explanation here."""
    # Imported here because it brings the parser along, which few answers of a cold function need.
    from shared.flights.problems import PROBLEMS

    problem = PROBLEMS.get(code)
    return Explanation(problem.meaning, problem.mend, problem.kind) if problem else Explanation(_UNKNOWN, _ASK)
