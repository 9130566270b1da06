"""Cells that say nothing, and names of centres."""

from shared.flights import flight_codes

_BLANK = frozenset(["", "nan", "none", "null", "nat", "n/a", "#n/a", "nil", "нет", "н/д", "#н/д", "нет данных"])
_EDGES = " \t\r\n\u00a0\ufeff\u200b-–—−_."


def blank(text: str) -> bool:
    """Tell whether a cell says nothing: blank, a dash, ``nan`` and the like."""
    bare = text.lower().replace("_x000d_", "").strip(_EDGES)
    return bare in _BLANK


_CENTERS = {
    form.casefold(): name
    for name, *forms in (
        ("Московский", "Москва"), ("Санкт-Петербургский", "Санкт-Петербург"), ("Калининградский", "Калининград"),
        ("Ростовский", "Ростов", "Ростов-на-Дону"), ("Самарский", "Самара"), ("Екатеринбургский", "Екатеринбург"),
        ("Тюменский", "Тюмень"), ("Новосибирский", "Новосибирск"), ("Красноярский", "Красноярск"),
        ("Иркутский", "Иркутск"), ("Якутский", "Якутск"), ("Хабаровский", "Хабаровск"), ("Магаданский", "Магадан"),
        ("Симферопольский", "Симферополь"), ("Мурманский", "Мурманск"), ("Архангельский", "Архангельск"),
        ("Вологодский", "Вологда"), ("Сыктывкарский", "Сыктывкар"), ("Казанский", "Казань"), ("Уфимский", "Уфа"),
        ("Пермский", "Пермь"), ("Волгоградский", "Волгоград"), ("Краснодарский", "Краснодар"), ("Сочинский", "Сочи"),
        ("Оренбургский", "Оренбург"), ("Омский", "Омск"), ("Барнаульский", "Барнаул"), ("Кемеровский", "Кемерово"),
        ("Норильский", "Норильск"), ("Читинский", "Чита"), ("Братский", "Братск"), ("Владивостокский", "Владивосток"),
        ("Южно-Сахалинский", "Южно-Сахалинск"), ("Петропавловск-Камчатский",), ("Анадырский", "Анадырь"),
        ("Нижегородский",), ("Ставропольский", "Ставрополь"), ("Минераловодский",),
    )
    for form in (name, *forms)
}  # fmt: skip
"""Zonal and regional centres of the air traffic organisation by every form of their names: workbooks of 2024 name
one by its city, those of 2025 by the adjective, which is the name that counts."""
_SHORTEST_NAME = 3
_ABOUT_CENTERS = frozenset(
    ["зц", "рц", "рпи", "гц", "зональный", "региональный", "центр", "ес", "орвд", "увд", "филиал"]
)


def center(text: str | None) -> str | None:
    """Give the name by which the centre is counted; None for a blank cell, and for what is no centre's name.

    Whatever else stands in that column or names a sheet may be a person's name or number, and centres are shown and
    counted by.
    """
    if text is None:
        return None
    if (canonical := _CENTERS.get(text.casefold())) is not None:
        return canonical
    name = " ".join(text.replace("\x00", "").split())
    if blank(name):
        return None
    # A letter or two is an abbreviation and nobody's name.
    return name if len(name) < _SHORTEST_NAME else _named(name)


def center_codes(text: str | None) -> tuple[str, ...]:
    """Say so where a cell that is not blank names no centre."""
    return (flight_codes.CENTER_UNKNOWN,) if text is not None and center(text) is None and not blank(text) else ()


def _named(name: str) -> str | None:
    """Find the one centre that the words name beside words about centres; the words where they name several."""
    words = name.casefold().replace("- ", "-").replace(" -", "-").split()
    if not all(word in _CENTERS or word in _ABOUT_CENTERS for word in words):
        return None
    named = {_CENTERS[word] for word in words if word in _CENTERS}
    return named.pop() if len(named) == 1 else name if named else None
