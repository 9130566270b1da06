"""Shapes of a file: structure is checked, rings are closed and never jump over the 180th meridian."""

from typing import Any

import pytest

from shared.errors import RegionsError
from shared.regions.geometry import shape_of
from tests.unit.regions.files import square


def polygon(*rings: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def test_a_polygon_and_a_multipolygon_give_their_polygons() -> None:
    one = square(40, 50)
    assert shape_of(one, "А").polygons == [one["coordinates"]]
    two = {"type": "MultiPolygon", "coordinates": [one["coordinates"], square(60, 50)["coordinates"]]}
    assert len(shape_of(two, "А").polygons) == 2
    line = {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}
    both = {"type": "GeometryCollection", "geometries": [one, line, two]}
    assert len(shape_of(both, "А").polygons) == 3


def test_an_open_ring_is_closed_and_heights_are_dropped() -> None:
    [[ring]] = shape_of(polygon([[40, 50, 7], [41, 50, 7], [41, 51, 7]]), "А").polygons
    assert ring == [[40, 50], [41, 50], [41, 51], [40, 50]]


def test_parts_without_an_area_are_left_out_and_counted() -> None:
    shell, hole, there_and_back = (
        square(40, 50)["coordinates"][0],
        square(40.2, 50.2, 0.2)["coordinates"][0],
        [[1, 2]] * 3,
    )
    collection = [
        polygon(shell, there_and_back, hole),
        polygon(there_and_back),
        {"type": "Point", "coordinates": [1, 2]},
    ]
    found = shape_of({"type": "GeometryCollection", "geometries": collection}, "А")
    assert found == ([[shell, hole]], 3)


def test_a_ring_over_the_180th_meridian_stays_in_one_piece() -> None:
    [[ring]] = shape_of(polygon([[179, 65], [-179, 65], [-179, 66], [179, 66], [179, 65]]), "Чукотка").polygons
    assert ring == [[179, 65], [181, 65], [181, 66], [179, 66], [179, 65]]


def test_a_hole_beyond_the_meridian_moves_with_its_shell() -> None:
    shell = [[170, 60], [-170, 60], [-170, 70], [170, 70], [170, 60]]
    hole = [[-176, 64], [-175, 64], [-175, 65], [-176, 64]]
    [[_, moved]] = shape_of(polygon(shell, hole), "Чукотка").polygons
    assert moved == [[184, 64], [185, 64], [185, 65], [184, 64]]


def test_edges_that_run_along_the_meridian_are_left_alone() -> None:
    ring = [[170.0, 65.0], [180.0, 65.0], [180.0, 66.0], [170.0, 66.0], [170.0, 65.0]]
    assert shape_of(polygon(ring), "Чукотка").polygons == [[ring]]


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        (None, "REGIONS_GEOMETRY"),
        ({"type": "Point", "coordinates": [1, 2]}, "REGIONS_GEOMETRY"),
        ({"type": "Polygon", "coordinates": []}, "REGIONS_GEOMETRY"),
        (polygon([[40, 50], [41, 50]]), "REGIONS_GEOMETRY"),
        (polygon([[40, 50], [41, None], [41, 51], [40, 50]]), "REGIONS_GEOMETRY"),  # type: ignore[list-item]
        (polygon([[40, 50], [41], [41, 51], [40, 50]]), "REGIONS_GEOMETRY"),
        (polygon([[40, 50], [float("nan"), 50], [41, 51], [40, 50]]), "REGIONS_GEOMETRY"),
        ({"type": "Polygon", "coordinates": "кругом"}, "REGIONS_GEOMETRY"),
        ({"type": "Polygon", "coordinates": [[]]}, "REGIONS_GEOMETRY"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "REGIONS_GEOMETRY"),
        (polygon([[0, 80], [120, 80], [-120, 80], [0, 80]]), "REGIONS_GEOMETRY"),
        (polygon([[4187526.1, 7508807.8], [4187527, 7508807.8], [4187527, 7508808]]), "REGIONS_NOT_WGS84"),
        (polygon([[55, 91], [56, 91], [56, 92], [55, 91]]), "REGIONS_NOT_WGS84"),
    ],
)
def test_what_is_no_area_is_refused_by_name(geometry: Any, code: str) -> None:
    with pytest.raises(RegionsError) as refused:
        shape_of(geometry, "Тверская область")
    assert refused.value.code == code
    assert "Тверская область" in refused.value.sentence


@pytest.mark.parametrize(
    "ring",
    [
        [[-180, -90], [180, -90], [180, 90], [-180, 90]],
        [[-180, 40], [180, 40], [180, 80], [-180, 80]],
        [[-300, 50], [300, 50], [300, 60], [-300, 60]],
        [*([x, 50] for x in range(-300, 301, 50)), *([x, 60] for x in range(300, -301, -50))],
        [*([x, 50] for x in range(0, 360, 50)), *([x, 60] for x in range(350, -1, -50))],
        [[0, 40], [100, 40], [200, 40], [200, 80], [100, 80], [0, 80]],
    ],
    ids=["the whole world", "a belt", "600 degrees", "600 degrees in steps", "nearly a turn", "200 degrees"],
)
def test_a_ring_around_half_the_world_is_no_region(ring: list[list[float]]) -> None:
    with pytest.raises(RegionsError, match=r"REGIONS_GEOMETRY.*шире половины"):
        shape_of(polygon(ring), "А")


@pytest.mark.parametrize("points", [[[157, 60], [180, 60], [180, 70]], [[-180, 62], [-169, 62], [-169, 66]]])
def test_halves_at_the_meridian_are_regions(points: list[list[float]]) -> None:
    assert shape_of(polygon(points), "Чукотка").polygons


@pytest.mark.parametrize("point", [[30, 91], [30, -90.5], [361, 80], [-1e9, 50]])
def test_numbers_that_are_no_degrees(point: list[float]) -> None:
    with pytest.raises(RegionsError, match="REGIONS_NOT_WGS84"):
        shape_of(polygon([[30, 80], [40, 80], point]), "А")
