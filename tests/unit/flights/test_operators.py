"""What kind of operator a plan names."""

import pytest

from shared.flights import OperatorKind
from testing.rows import ROW, changed, flight


def test_operators() -> None:
    cases = {
        "ООО ВЫДУМКА": OperatorKind.ORGANISATION,
        "ФИЛИАЛ ПАО ВЫДУМКА": OperatorKind.ORGANISATION,
        "ГУ М4С РОССИИ ПО ВЫДУМАННОМУ КРАЮ": OperatorKind.STATE,
        "МВД ПО РЕСПУБЛИКЕ": OperatorKind.STATE,
        "ИП ВЫДУМКИН П П": OperatorKind.ENTREPRENEUR,
        "ВЫДУМКИН ПЕТР ПЕТРОВИ4 +70000000000": OperatorKind.PERSON,
        "WYDUMKIN PETR PETROWI4": OperatorKind.PERSON,
        "ВЫДУМКИН П.П.": OperatorKind.PERSON,
        "ГЕОВЫДУМКА": OperatorKind.UNKNOWN,
    }
    for name, kind in cases.items():
        assert flight(changed(ROW, ("shr", "ООО ВЫДУМКА", name))).operator_kind is kind, name
    assert flight(changed(ROW, ("shr", "OPR/ООО ВЫДУМКА", "STS/STATE"))).operator_kind is OperatorKind.STATE


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ВОЙСКОВАЯ ЧАСТЬ", OperatorKind.STATE),
        ("АДМИНИСТРАЦИЯ ГОРОДА", OperatorKind.STATE),
        ("ФГБУ АВИАЛЕСООХРАНА", OperatorKind.STATE),
        ("АВАРИЙНО-СПАСАТЕЛЬНАЯ СЛУЖБА", OperatorKind.STATE),
        ("ИНДИВИДУАЛЬНЫЙ\nПРЕДПРИНИМАТЕЛЬ ВЫДУМКИН", OperatorKind.ENTREPRENEUR),
        ("САМОЗАНЯТЫЙ ВЫДУМКИН", OperatorKind.ENTREPRENEUR),
        ("АО ВЫДУМКА", OperatorKind.ORGANISATION),
        ("НИИ ВЫДУМКИ", OperatorKind.ORGANISATION),
        ("УНИВЕРСИТЕТ ВЫДУМКИ", OperatorKind.ORGANISATION),
        ('"ВЫДУМКА"', OperatorKind.ORGANISATION),
        ("ВЫДУМКИНА МАРИЯ ПЕТРОВНА", OperatorKind.PERSON),
        ("ВЫДУМКИН ПЕТР", OperatorKind.PERSON),
        ("ВЫДУМКИН П П +70000000000", OperatorKind.PERSON),
        ("ВЫДУМКИН П.", OperatorKind.PERSON),
        ("ПЕТРОВИ4", OperatorKind.PERSON),
        ("СЛОВО ДРУГОЕ ТРЕТЬЕ ЧЕТВЕРТОЕ", OperatorKind.UNKNOWN),
        ("80000000000", OperatorKind.UNKNOWN),
    ],
)
def test_more_operators(name: str, kind: OperatorKind) -> None:
    assert flight(changed(ROW, ("shr", "ООО ВЫДУМКА", name))).operator_kind is kind
