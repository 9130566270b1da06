"""What kind of operator ``OPR/`` names. The name itself goes no further."""

import re
from typing import Final

from shared.telegrams.model import OperatorKind

_STATE = (
    "МЧС М4С MCHS МВД УМВД ГУВД ФСБ ФСО ФСИН УФСИН МИНОБОРОНЫ МИНИСТЕРСТВО МИНИСТЕРСТВА РОСГВАРДИИ РОСГВАРДИЯ "
    "АДМИНИСТРАЦИИ АДМИНИСТРАЦИЯ ПРАВИТЕЛЬСТВО ДЕПАРТАМЕНТ КОМИТЕТ УПРАВЛЕНИЕ ИНСПЕКЦИЯ ПРОКУРАТУРА СЛЕДСТВЕННЫЙ "
    "ПОЛИЦИИ ПОЛИЦИЯ ТАМОЖНЯ ФТС ФНС РОСРЕЕСТР ВЧ ВОЙСКОВАЯ ВОЙСКА ГУ ГКУ ГБУ ГАУ ФГБУ ФГКУ ФКУ ОГКУ ОГБУ ОГАУ КГКУ "
    "КГБУ КГАУ МКУ МБУ МАУ МУ ФГУ КУ БУ АВИАЛЕСООХРАНА ЛЕСНИЧЕСТВО ЗАПОВЕДНИК MWD UMWD"
)
_ORGANISATION = (
    "АО AO НАО НКО НО КФХ СПК СНТ ТСЖ ГК НПО НПП НПЦ НИИ ФОНД ФГБОУ ФГАОУ ГБОУ МБОУ ГАПОУ ФГБНУ РОО УНИВЕРСИТЕТ "
    "ИНСТИТУТ КОМПАНИЯ КОРПОРАЦИЯ ХОЛДИНГ ФИЛИАЛ ЗАВОД КЛУБ АССОЦИАЦИЯ СОЮЗ ФЕДЕРАЦИЯ ЦЕНТР ОБЩЕСТВО ТРЕСТ АЭРОКЛУБ "
    "ГРУППА РОСКАДАСТР ТЕЛЕКОМПАНИЯ ТЕЛЕКАНАЛ ВГТРК LLC"
)
_ENTREPRENEUR, _COMPANY, _PUBLIC, _OTHER = range(4)
"""Which of several words decides: the first of these."""
_RANKS: Final = {
    **dict.fromkeys(_ORGANISATION.split(), _OTHER),
    **dict.fromkeys(_STATE.split(), _PUBLIC),
    **dict.fromkeys(
        ["ООО", "OOO", "АО", "AO", "ПАО", "PAO", "ОАО", "ЗАО", "АНО", "ФГУП", "ГУП", "МУП", "ППК"], _COMPANY
    ),
    **dict.fromkeys(("ИП", "IP"), _ENTREPRENEUR),
}
_STEMS: Final = (("ПОГРАНИЧН", _PUBLIC), ("СПАСАТЕЛЬН", _PUBLIC), ("ГАЗПРОМ", _OTHER), ("САМОЗАНЯТ", _ENTREPRENEUR))
_PHRASES: Final = (
    ("ИНДИВИДУАЛЬНЫЙ ПРЕДПРИНИМАТЕЛЬ", _ENTREPRENEUR),
    ("МО РФ", _PUBLIC),
    ("В/Ч", _PUBLIC),
    ("НАЦИОНАЛЬНЫЙ ПАРК", _PUBLIC),
)
_QUOTED = re.compile('["«»“”]')
_KINDS: Final = (OperatorKind.ENTREPRENEUR, OperatorKind.ORGANISATION, OperatorKind.STATE, OperatorKind.ORGANISATION)
_WORD = re.compile(r"[A-ZА-Я0-9]+")
_PERSON: Final = "ФИО"
"""What stands for a person's name in a redacted text."""
_PATRONYMIC = re.compile(
    r"[А-Я]{2,}(?:ВИ[Ч4]|ЬИ[Ч4]|ЛИ[Ч4]|МИ[Ч4]|ВНА|ЧНА|4НА|ОГЛЫ|КЫЗЫ)|[A-Z]{2,}(?:WI[4C]H?|VICH|OVNA|EVNA|OWNA|EWNA)"
)
_NAME = re.compile(r"[А-ЯЁ4-]{2,}|[A-Z][A-Z4]+")
_INITIALS = re.compile(r"(?:[А-ЯЁ]|[A-Z])[ .]{1,2}(?:[А-ЯЁ]|[A-Z])\.?")
_NOISE = re.compile(r"[+0-9()-]{5,}")
_LONGEST = 400
"""Characters of ``OPR/`` that are looked at."""
_STANDS_FOR: Final = {
    OperatorKind.STATE: "ГУ …",
    OperatorKind.ORGANISATION: "ООО …",
    OperatorKind.ENTREPRENEUR: "ИП …",
    OperatorKind.PERSON: _PERSON,
    OperatorKind.UNKNOWN: "…",
}


def operator_kind(text: str) -> OperatorKind:
    """Tell the kind of operator from ``OPR/`` (capitals)."""
    words = text[:_LONGEST].replace("\n", " ")
    if _RANKS.get(words.partition(" ")[0]) == _COMPANY and "ИП" not in words and "IP" not in words:
        return OperatorKind.ORGANISATION  # only an entrepreneur goes before a company
    ranks = [rank for word in _WORD.findall(words) if (rank := _RANKS.get(word)) is not None] or _unusual(words)
    if ranks:
        return _KINDS[min(ranks)]
    return OperatorKind.PERSON if words and _is_person(words) else OperatorKind.UNKNOWN


def redacted_operator(text: str) -> str:
    """Give words of the same kind of operator that name nobody."""
    return _STANDS_FOR[operator_kind(text)]


def _unusual(words: str) -> list[int]:
    """Look for what is told by the beginning of a word, by several words or by quotation marks."""
    ranks = []
    for stem, rank in _STEMS:
        if stem in words and re.search(rf"(?<![A-ZА-Я0-9]){stem}", words):
            ranks.append(rank)
    for phrase, rank in _PHRASES:
        if phrase in words and re.search(rf"(?<![A-ZА-Я0-9]){phrase}(?![A-ZА-Я0-9])", words):
            ranks.append(rank)
    return ranks or ([_OTHER] if _QUOTED.search(words) else [])


def _is_person(words: str) -> bool:
    words = _NOISE.sub(" ", words)
    names = _NAME.findall(words)
    if 2 <= len(names) <= 3 or names == [_PERSON] or any(_PATRONYMIC.fullmatch(name) for name in names):
        return True
    return len(names) == 1 and _INITIALS.search(words) is not None
