"""Zones and levels of field 15, as written and as meant."""

import random
from typing import Final

from fly_potato.sample import shares
from fly_potato.sample.arcs import minutes, to_minutes
from fly_potato.sample.intent import Arc, ZoneIntent
from fly_potato.sample.places import Place

_RADII: Final = (("R0,5", 0.5), ("R002", 2.0), ("R1,9", 1.9), ("R001", 1.0), ("R0,7", 0.7), ("R005", 5.0))
# Cyrillic look-alikes of Latin names, as remarks repeat them: МР, MР, ВР.
_RESPELT: Final = {"MR": ("MR", "МР", "MР"), "WR": ("WR", "VR", "ВР")}


def draw_zone(source: random.Random, place: Place, plan_place: str) -> ZoneIntent | None:
    """Draw a zone around a place; None for a flight without one."""
    kind = shares.ZONES.pick(source)
    if plan_place == "balloon":
        return None
    if plan_place == "zone_circle":
        kind = "circle"
    if plan_place in ("zone_named", "aerodrome"):
        kind = "named_six"
    arc = to_minutes((place.lat, place.lon))
    if kind == "none":
        return None
    if kind in ("circle", "circle_twice_zona"):
        return _circle(source, arc, twice=kind == "circle_twice_zona")
    if kind == "polygon":
        return _polygon(source, arc)
    if kind == "route":
        points = (arc, (arc[0] + 120, arc[1] + 180), (arc[0] + 240, arc[1] - 60))[: source.choice((2, 2, 3))]
        return ZoneIntent(" DCT ".join(minutes(point) for point in points), "route", points=points)
    return _named(source, kind)


def _named(source: random.Random, kind: str) -> ZoneIntent:
    family, number = _name(source, kind)
    name = f"{family}{number}"
    respelt = source.choice(_RESPELT.get(family, (family,)))
    if kind == "named_two":
        other = f"WR{source.randrange(100, 1_000)}"
        return ZoneIntent(f"/ZONA {name} {other}/", "named", f"{respelt}{number}", names=(name, other))
    return ZoneIntent(f"/ZONA {name}/", "named", f"{respelt}{number}", names=(name,))


def _name(source: random.Random, kind: str) -> tuple[str, str]:
    match kind:
        case "named_five":
            return source.choice(("MR", "WR")), f"{source.randrange(100_000):05}"
        case "named_short_term":
            return "KO", f"{source.randrange(10, 100)}"
        case "named_four":
            return "", f"{source.randrange(1_000, 10_000)}"
        case "named_restricted":
            return source.choice(("USP", "USR", "URR")), f"{source.randrange(100, 1_000)}"
    return "MR", f"{source.randrange(1_000_000):06}"


def _circle(source: random.Random, arc: Arc, *, twice: bool) -> ZoneIntent:
    written, radius = source.choice(_RADII)
    word = "ZONA ZONA" if twice else "ZONA"
    return ZoneIntent(f"/{word} {written} {minutes(arc)}/", "circle", points=(arc,), radius_km=radius)


def _polygon(source: random.Random, arc: Arc) -> ZoneIntent:
    corners = source.choice((3, 4, 5, 6, 11, 40, 112))
    ring = [
        (arc[0] + 60 * source.randrange(-4, 5), min(648_000, max(-648_000, arc[1] + 60 * source.randrange(-6, 7))))
        for _ in range(corners)
    ]
    points = (*ring, ring[0])
    return ZoneIntent(f"/ZONA {' '.join(minutes(point) for point in points)}/", "polygon", points=points)


def draw_level(source: random.Random) -> tuple[str, tuple[int, int] | None]:
    """Draw a level: how it is written and what it means in metres."""
    kind = shares.LEVELS.pick(source)
    low = source.choice((0, 0, 5, 10, 15, 40))
    high = low + source.choice((2, 5, 10, 15, 20, 45))
    match kind:
        case "none":
            return "", None
        case "speed_and_level":
            return f"K0040M{high:04}", (high * 10, high * 10)
        case "level":
            return f"M{high:04}", (high * 10, high * 10)
        case "feet":
            # 25 and 50 hundred feet are whole metres.
            return "A025/A050", (762, 1524)
    return f"M{low:04}/M{high:04}", (low * 10, high * 10)
