"""What kind of operator ``OPR/`` names. The name itself goes no further."""

import re
from functools import lru_cache

from shared.flights.model import OperatorKind

_EDGE = r"(?<![A-ZА-Я0-9]){}(?![A-ZА-Я0-9])"
_STATE = (
    "МЧС|М4С|MCHS|МВД|УМВД|ГУВД|ФСБ|ФСО|ФСИН|УФСИН|МО РФ|МИНОБОРОНЫ|МИНИСТЕРСТВ[ОА]|РОСГВАРДИ[ИЯ]|АДМИНИСТРАЦИ[ИЯ]|"
    "ПРАВИТЕЛЬСТВО|ДЕПАРТАМЕНТ|КОМИТЕТ|УПРАВЛЕНИЕ|ИНСПЕКЦИЯ|ПРОКУРАТУРА|СЛЕДСТВЕННЫЙ|ПОЛИЦИ[ИЯ]|ТАМОЖНЯ|ФТС|ФНС|"
    "РОСРЕЕСТР|В/Ч|ВЧ|ВОЙСКОВАЯ|ВОЙСКА|ПОГРАНИЧН[А-Я]+|ГУ|ГКУ|ГБУ|ГАУ|ФГБУ|ФГКУ|ФКУ|ОГКУ|ОГБУ|ОГАУ|КГКУ|КГБУ|КГАУ|"
    "МКУ|МБУ|МАУ|МУ|ФГУ|КУ|БУ|АВИАЛЕСООХРАНА|(?:АВАРИЙНО|ПОИСКОВО)-СПАСАТЕЛЬН[А-Я]+|ЛЕСНИЧЕСТВО|ЗАПОВЕДНИК|"
    "НАЦИОНАЛЬНЫЙ ПАРК|MWD|UMWD"
)
_ORGANISATION = (
    "АО|AO|НАО|НКО|НО|КФХ|СПК|СНТ|ТСЖ|ГК|НПО|НПП|НПЦ|НИИ|ФОНД|ФГБОУ|ФГАОУ|ГБОУ|МБОУ|ГАПОУ|ФГБНУ|РОО|УНИВЕРСИТЕТ|ИНСТИТУТ|"
    "КОМПАНИЯ|КОРПОРАЦИЯ|ХОЛДИНГ|ФИЛИАЛ|ЗАВОД|КЛУБ|АССОЦИАЦИЯ|СОЮЗ|ФЕДЕРАЦИЯ|ЦЕНТР|ОБЩЕСТВО|ТРЕСТ|АЭРОКЛУБ|ГРУППА|"
    "ГАЗПРОМ[А-Я]*|РОСКАДАСТР|ТЕЛЕКОМПАНИЯ|ТЕЛЕКАНАЛ|ВГТРК|LLC"
)
_ENTREPRENEUR = "ИП|IP|ИНДИВИДУАЛЬНЫЙ ПРЕДПРИНИМАТЕЛЬ|САМОЗАНЯТ[А-Я]+"
_KINDS = (
    (OperatorKind.ENTREPRENEUR, re.compile(_EDGE.format(f"(?:{_ENTREPRENEUR})"))),
    (OperatorKind.ORGANISATION, re.compile(_EDGE.format("(?:ООО|OOO|АО|AO|ПАО|PAO|ОАО|ЗАО|АНО|ФГУП|ГУП|МУП|ППК)"))),
    (OperatorKind.STATE, re.compile(_EDGE.format(f"(?:{_STATE})"))),
    (OperatorKind.ORGANISATION, re.compile(_EDGE.format(f"(?:{_ORGANISATION})") + '|["«»“”]')),
)
_PATRONYMIC = re.compile(
    r"[А-Я]{2,}(?:ВИ[Ч4]|ЬИ[Ч4]|ЛИ[Ч4]|МИ[Ч4]|ВНА|ЧНА|4НА|ОГЛЫ|КЫЗЫ)|[A-Z]{2,}(?:WI[4C]H?|VICH|OVNA|EVNA|OWNA|EWNA)"
)
_WORDS = re.compile(r"[А-ЯЁ4-]{2,}|[A-Z][A-Z4]+")
_INITIALS = re.compile(r"(?:[А-ЯЁ]|[A-Z])[ .]{1,2}(?:[А-ЯЁ]|[A-Z])\.?")
_NOISE = re.compile(r"[+0-9()-]{5,}")


@lru_cache(maxsize=16_384)
def operator_kind(text: str | None, status: str | None = None) -> OperatorKind:
    """Tell the kind of operator from ``OPR/`` (capitals) and ``STS/``."""
    words = " ".join((text or "").split())
    for kind, pattern in _KINDS:
        if pattern.search(words):
            return kind
    if _is_person(_NOISE.sub(" ", words)):
        return OperatorKind.PERSON
    return OperatorKind.STATE if status and "STATE" in status else OperatorKind.UNKNOWN


def _is_person(words: str) -> bool:
    names = _WORDS.findall(words)
    if any(_PATRONYMIC.fullmatch(name) for name in names):
        return True
    return (len(names) == 1 and _INITIALS.search(words) is not None) or 2 <= len(names) <= 3
