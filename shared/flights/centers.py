"""Cells that say nothing, and names of centres."""

from shared.flights import flight_codes

_BLANK = frozenset(["", "nan", "none", "null", "nat", "n/a", "#n/a", "nil", "нет", "н/д", "#н/д", "нет данных"])
_EDGES = " \t\r\n\u00a0\ufeff\u200b-–—−_."


def blank(text: str) -> bool:
    """Tell whether a cell says nothing: blank, a dash, ``nan`` and the like."""
    bare = text.lower().replace("_x000d_", "").strip(_EDGES)
    return bare in _BLANK


_CENTERS = frozenset(
    f"{stem}{ending}".casefold()
    for stem, *endings in (
        ("Моск", "ва", "овский"), ("Санкт-Петербург", "", "ский"), ("Калининград", "", "ский"),
        ("Ростов", "", "ский", "-на-Дону"), ("Самар", "а", "ский"), ("Екатеринбург", "", "ский"),
        ("Тюмен", "ь", "ский"),
        ("Новосибирск", "", "ий"), ("Красноярск", "", "ий"), ("Иркутск", "", "ий"), ("Якутск", "", "ий"),
        ("Хабаровск", "", "ий"), ("Магадан", "", "ский"), ("Симферопол", "ь", "ьский"), ("Мурманск", "", "ий"),
        ("Архангельск", "", "ий"), ("Вологд", "а"), ("Вологодск", "ий"), ("Сыктывкар", "", "ский"),
        ("Казан", "ь", "ский"), ("Уф", "а"), ("Уфимск", "ий"), ("Перм", "ь", "ский"), ("Волгоград", "", "ский"),
        ("Краснодар", "", "ский"), ("Сочи", "", "нский"), ("Оренбург", "", "ский"), ("Омск", "", "ий"),
        ("Барнаул", "", "ьский"), ("Кемеров", "о", "ский"), ("Норильск", "", "ий"), ("Чит", "а", "инский"),
        ("Братск", "", "ий"), ("Владивосток", "", "ский"), ("Южно-Сахалинск", "", "ий"),
        ("Петропавловск-Камчатск", "ий"), ("Анадыр", "ь", "ский"), ("Нижегородск", "ий"), ("Ставропол", "ь", "ьский"),
        ("Минераловодск", "ий"),
    )
    for ending in endings
)  # fmt: skip
"""Zonal and regional centres of the air traffic organisation, by city and as adjectives."""
_SHORTEST_NAME = 3
_ABOUT_CENTERS = frozenset(
    ["зц", "рц", "рпи", "гц", "зональный", "региональный", "центр", "ес", "орвд", "увд", "филиал"]
)


def center(text: str | None) -> str | None:
    """Give the centre's name with single blanks; None for a blank cell, and for what is no centre's name.

    Whatever else stands in that column or names a sheet may be a person's name or number, and centres are shown and
    counted by.
    """
    if text is None or text.casefold() in _CENTERS:
        return text
    name = " ".join(text.replace("\x00", "").split())
    if blank(name):
        return None
    # A letter or two is an abbreviation and nobody's name.
    return name if len(name) < _SHORTEST_NAME or _names_center(name) else None


def center_codes(text: str | None) -> tuple[str, ...]:
    """Say so where a cell that is not blank names no centre."""
    return (flight_codes.CENTER_UNKNOWN,) if text is not None and center(text) is None and not blank(text) else ()


def _names_center(name: str) -> bool:
    words = name.casefold().replace("- ", "-").replace(" -", "-").split()
    return any(word in _CENTERS for word in words) and all(word in _CENTERS or word in _ABOUT_CENTERS for word in words)
