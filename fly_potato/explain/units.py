"""Values in Russian words."""

from shared.flights.model import Circle, Named, Polygon, Zone


def point(lat: float, lon: float) -> str:
    """Give a point in degrees with the sides of the world."""
    return f"{abs(lat):.6f}° {'с. ш.' if lat >= 0 else 'ю. ш.'}, {abs(lon):.6f}° {'в. д.' if lon >= 0 else 'з. д.'}"


def minutes(count: int | None) -> str | None:
    """Give a duration in hours and minutes."""
    return None if count is None else f"{count // 60} ч {count % 60:02} мин"


def metres(level: tuple[int, int] | None) -> str | None:
    """Give a band of levels."""
    return None if level is None else f"{level[0]}–{level[1]} м"


def zone(area: Zone | None) -> str | None:
    """Give a zone."""
    if area is None:
        return None
    if isinstance(area, Circle):
        return f"круг {area.radius_km:g} км вокруг {point(area.lat, area.lon)}"
    if isinstance(area, Named):
        return f"зона {', '.join(area.names)}"
    return f"{'многоугольник' if isinstance(area, Polygon) else 'маршрут'}, точек: {len(area.points)}"
