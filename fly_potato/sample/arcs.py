"""Points as telegrams write them: from whole seconds of arc to text and to decimal degrees."""

from typing import Final

from fly_potato.sample.intent import Arc

_CYRILLIC: Final = str.maketrans("NSEW", "СЮВЗ")
_LOOK_ALIKE: Final = str.maketrans("EN", "ЕN")


def to_minutes(arc: Arc) -> Arc:
    """Round a point to whole minutes, still in seconds of arc."""
    lat, lon = arc
    return round(lat / 60) * 60, round(lon / 60) * 60


def degrees(arc: Arc) -> tuple[float, float]:
    """Give decimal degrees, six decimals."""
    return round(arc[0] / 3600, 6), round(arc[1] / 3600, 6)


def minutes(arc: Arc) -> str:
    """Write whole minutes: ``5957N02905E``."""
    (lat, north), (lon, east) = _split(arc)
    return f"{lat // 3600:02}{lat // 60 % 60:02}{north}{lon // 3600:03}{lon // 60 % 60:02}{east}"


def seconds(arc: Arc) -> str:
    """Write seconds: ``440846N0430829E``."""
    (lat, north), (lon, east) = _split(arc)
    return (
        f"{lat // 3600:02}{lat // 60 % 60:02}{lat % 60:02}{north}{lon // 3600:03}{lon // 60 % 60:02}{lon % 60:02}{east}"
    )


def written(arc: Arc, style: str, name: str) -> str:
    """Write a point in one of the styles of ``shares.POINTS``."""
    coarse = minutes(to_minutes(arc))
    fine = seconds(arc)
    match style:
        case "seconds":
            return fine
        case "cyrillic_minutes":
            return coarse.translate(_CYRILLIC)
        case "cyrillic_seconds":
            return fine.translate(_CYRILLIC)
        case "look_alike":
            return fine.translate(_LOOK_ALIKE)
        case "blank_inside":
            return f"{fine[:7]} {fine[7:]}"
        case "broken_line":
            return f"{fine[:7]}\n{fine[7:]}"
        case "named_place":
            return f"{name} {coarse}"
        case "mixed_precision":
            # Seconds in the latitude, six digits of longitude: nobody can tell what was meant.
            return fine[:7] + fine[7:13] + fine[-1]
        case "impossible":
            return f"{coarse[:2]}71{coarse[4:]}"
    return coarse


READ_TO_THE_SECOND: Final = frozenset({"seconds", "cyrillic_seconds", "look_alike", "blank_inside", "broken_line"})
UNREADABLE: Final = frozenset({"mixed_precision", "impossible", "missing"})


def as_read(arc: Arc, style: str) -> Arc | None:
    """Give the point that a careful reader gets from a style, None where there is none to get."""
    if style in UNREADABLE:
        return None
    return arc if style in READ_TO_THE_SECOND else to_minutes(arc)


def _split(arc: Arc) -> tuple[tuple[int, str], tuple[int, str]]:
    lat, lon = arc
    return (abs(lat), "N" if lat >= 0 else "S"), (abs(lon), "E" if lon >= 0 else "W")
