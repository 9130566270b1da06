"""Cells that say nothing, and names of centres."""

from functools import lru_cache

_BLANK = frozenset(["", "nan", "none", "null", "nat", "n/a", "#n/a", "nil", "нет", "н/д", "#н/д", "нет данных"])
_EDGES = " \t\r\n\u00a0\ufeff\u200b-–—−_."


def blank(text: str) -> bool:
    """Tell whether a cell says nothing: blank, a dash, ``nan`` and the like."""
    bare = text.lower().replace("_x000d_", "").strip(_EDGES)
    return bare in _BLANK


@lru_cache(maxsize=1_024)
def center(text: str | None) -> str | None:
    """Give the centre's name with single blanks, None for a blank cell."""
    if text is None:
        return None
    name = text if text.isalpha() else " ".join(text.replace("\x00", "").split())
    return None if blank(name) else name
