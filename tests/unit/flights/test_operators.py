"""What kind of operator a plan names."""

import pytest

from shared.flights import OperatorKind
from shared.telegrams.values.operators import operator_kind
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


WORDS = {
    OperatorKind.STATE: (
        "МЧС М4С MCHS МВД УМВД ГУВД ФСБ ФСО ФСИН УФСИН МИНОБОРОНЫ МИНИСТЕРСТВО МИНИСТЕРСТВА РОСГВАРДИИ "
        "РОСГВАРДИЯ АДМИНИСТРАЦИИ АДМИНИСТРАЦИЯ ПРАВИТЕЛЬСТВО ДЕПАРТАМЕНТ КОМИТЕТ УПРАВЛЕНИЕ ИНСПЕКЦИЯ "
        "ПРОКУРАТУРА СЛЕДСТВЕННЫЙ ПОЛИЦИИ ПОЛИЦИЯ ТАМОЖНЯ ФТС ФНС РОСРЕЕСТР ВЧ ВОЙСКОВАЯ ВОЙСКА ГУ ГКУ ГБУ "
        "ГАУ ФГБУ ФГКУ ФКУ ОГКУ ОГБУ ОГАУ КГКУ КГБУ КГАУ МКУ МБУ МАУ МУ ФГУ КУ БУ АВИАЛЕСООХРАНА ЛЕСНИЧЕСТВО "
        "ЗАПОВЕДНИК MWD UMWD"
    ),
    OperatorKind.ORGANISATION: (
        "ООО OOO АО AO ПАО PAO ОАО ЗАО АНО ФГУП ГУП МУП ППК НАО НКО НО КФХ СПК СНТ ТСЖ ГК НПО НПП НПЦ НИИ "
        "ФОНД ФГБОУ ФГАОУ ГБОУ МБОУ ГАПОУ ФГБНУ РОО УНИВЕРСИТЕТ ИНСТИТУТ КОМПАНИЯ КОРПОРАЦИЯ ХОЛДИНГ ФИЛИАЛ "
        "ЗАВОД КЛУБ АССОЦИАЦИЯ СОЮЗ ФЕДЕРАЦИЯ ЦЕНТР ОБЩЕСТВО ТРЕСТ АЭРОКЛУБ ГРУППА РОСКАДАСТР ТЕЛЕКОМПАНИЯ "
        "ТЕЛЕКАНАЛ ВГТРК LLC"
    ),
    OperatorKind.ENTREPRENEUR: "ИП IP",
}


@pytest.mark.parametrize(("kind", "word"), [(kind, word) for kind, words in WORDS.items() for word in words.split()])
def test_a_word_tells_the_kind(kind: OperatorKind, word: str) -> None:
    assert operator_kind(f"{word} ВЫДУМКА") is kind
    assert operator_kind(f"ВЫДУМКА\n{word}") is kind
    assert operator_kind(f"{word}ЬЯ ВЫДУМКИН") is OperatorKind.PERSON


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ООО ИП ВЫДУМКИН", OperatorKind.ENTREPRENEUR),
        ("ООО IP WYDUMKIN", OperatorKind.ENTREPRENEUR),
        ("МЧС ООО ВЫДУМКА", OperatorKind.ORGANISATION),
        ("ФИЛИАЛ МЧС", OperatorKind.STATE),
        ("В/Ч 00000", OperatorKind.STATE),
        ("МО РФ", OperatorKind.STATE),
        ("НАЦИОНАЛЬНЫЙ ПАРК ВЫДУМКА", OperatorKind.STATE),
        ("ПОГРАНИЧНОЕ ОТДЕЛЕНИЕ", OperatorKind.STATE),
        ("ГАЗПРОМВЫДУМКА", OperatorKind.ORGANISATION),
        ("«ВЫДУМКА»", OperatorKind.ORGANISATION),
        ("", OperatorKind.UNKNOWN),
        ("ФИО", OperatorKind.PERSON),
        ("ВЫДУМКИН", OperatorKind.UNKNOWN),
        ("ВЫДУМКИН ПЕТР СЛОВО", OperatorKind.PERSON),
        (
            "0 " * 198 + " ООО",
            OperatorKind.ORGANISATION,
        ),
        (
            "0 " * 199 + "ООО",
            OperatorKind.UNKNOWN,
        ),
    ],
)
def test_what_decides(text: str, kind: OperatorKind) -> None:
    assert operator_kind(text) is kind
