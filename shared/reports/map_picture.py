"""The country by regions as a picture: the same projection and classes as the page's map."""

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from shared.reports import russian
from shared.reports.charts import FONT, LIGHT

Shape = Mapping[str, Any]
"""A GeoJSON feature: its ``id`` is the region's code, its geometry in WGS 84 degrees."""
_STEPS = ("#e9edf2", "#cfe0f3", "#9cc0e6", "#5f98d2", "#2a6ab3", "#0b3d78")
_ROUND = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
_CLASSES = 5
_LEGEND = 34


class ValueClass(NamedTuple):
    """Counts of one colour, both ends in it."""

    first: int
    last: int


def classes(counts: Sequence[int]) -> list[ValueClass]:
    """Give up to five classes from the least to the greatest positive count, each some times the one before.

    >>> classes([1, 3, 9, 27, 243])
    [ValueClass(first=1, last=2), ValueClass(first=3, last=7), ...]
    """
    positive = [count for count in counts if count > 0]
    if not positive:
        return []
    least, most = min(positive), max(positive)
    firsts = [least]
    for step in range(1, _CLASSES):
        bound = least * (most / least) ** (step / _CLASSES)
        power = 10 ** math.floor(math.log10(bound))
        rounded = max(1, round(min((each * power for each in _ROUND), key=lambda near: abs(near - bound))))
        if firsts[-1] < rounded <= most:
            firsts.append(rounded)
    lasts = [*(first - 1 for first in firsts[1:]), most]
    return [ValueClass(first, last) for first, last in zip(firsts, lasts, strict=True)]


def draw(shapes: Sequence[Shape], counts: Mapping[str, int], width: int, height: int, chosen: str | None = None) -> str:
    """Draw the regions coloured by their counts, with a legend under them, as SVG; ``chosen`` gets an outline."""
    limits = classes(list(counts.values()))
    rings = {shape["id"]: [[_albers(*place) for place in ring] for ring in _rings(shape)] for shape in shapes}
    points = [point for parts in rings.values() for part in parts for point in part]
    if not points:
        return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"/>'
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    scale = min(width / (east - west), (height - _LEGEND) / (north - south))
    paths = []
    for code, parts in sorted(rings.items(), key=lambda item: item[0] == chosen):
        line = "".join(
            "M" + "L".join(f"{(x - west) * scale:.1f} {(north - y) * scale:.1f}" for x, y in part) + "Z"
            for part in parts
        )
        edge = 'stroke="#d9480f" stroke-width="2"' if code == chosen else 'stroke="#ffffff" stroke-width="0.6"'
        paths.append(f'<path d="{line}" fill="{_colour(counts.get(code, 0), limits)}" {edge}/>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return f'{head} font-family="{FONT}">{"".join(paths)}{"".join(_legend(limits, height))}</svg>'


def in_words(shapes: Sequence[Shape], counts: Mapping[str, int]) -> str:
    """Say what the map shows."""
    names = {shape["id"]: shape["properties"]["name"] for shape in shapes}
    most = sorted((code for code in names if counts.get(code)), key=lambda code: -counts[code])[:5]
    listed = ", ".join(f"{names[code]} {russian.number(counts[code])}" for code in most)
    return f"Карта регионов: чем темнее, тем больше полётов. {f'Больше всего: {listed}.' if most else 'Полётов нет.'}"


def _colour(count: int, limits: Sequence[ValueClass]) -> str:
    index = sum(count >= limit.first for limit in limits) if count > 0 else 0
    return _STEPS[0] if index == 0 else _STEPS[index + _CLASSES - len(limits)]


def _legend(limits: Sequence[ValueClass], height: int) -> Iterator[str]:
    texts = ["нет", *(_span(limit) for limit in limits)]
    colours = [_STEPS[0], *_STEPS[len(_STEPS) - len(limits) :]]
    for index, (text, colour) in enumerate(zip(texts, colours, strict=True)):
        x, y = 4 + index * 110, height - 16
        yield f'<rect x="{x}" y="{y}" width="13" height="13" fill="{colour}"/>'
        yield f'<text x="{x + 19}" y="{y + 11}" font-size="13" fill="{LIGHT.ink}">{escape(text)}</text>'


def _span(limit: ValueClass) -> str:
    first, last = russian.number(limit.first), russian.number(limit.last)
    return first if first == last else f"{first}–{last}"


def _rings(shape: Shape) -> Iterator[Sequence[Sequence[float]]]:
    geometry = shape["geometry"]
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        yield from polygon


def _albers(longitude: float, latitude: float) -> tuple[float, float]:
    """Project by Albers' conic with the parallels 52 and 64 degrees around 100 degrees east, on a sphere."""
    first, second = math.radians(52), math.radians(64)
    n = (math.sin(first) + math.sin(second)) / 2
    c = math.cos(first) ** 2 + 2 * n * math.sin(first)
    east = longitude if longitude > -30 else longitude + 360
    rho, theta = math.sqrt(c - 2 * n * math.sin(math.radians(latitude))) / n, n * math.radians(east - 100)
    return rho * math.sin(theta), -rho * math.cos(theta)
