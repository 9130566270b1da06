"""Which region a point is in: SQL against shapely, and the rules for borders, coasts, gaps and the 180th meridian."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Geod

from shared.regions import NEAR_BORDER_METRES, load_boundaries, read_boundaries
from tests.conftest import Database
from tests.db.regions.connections import Point, regions_of, run
from tests.unit.regions.files import region, square, write


@pytest.fixture
def squares(database: Database, tmp_path: Path) -> Database:
    """Four squares of a degree around 61° N 41° E, the one at the north-east missing; one over the 180th meridian."""
    chukotka = {"type": "Polygon", "coordinates": [[[179, 65], [-179, 65], [-179, 66], [179, 66], [179, 65]]]}
    shapes = {30: square(40, 60), 10: square(41, 60), 20: square(40, 61), 5: chukotka}
    path = write(tmp_path / "squares.geojson", *(region(number, shape) for number, shape in shapes.items()))
    run(database, lambda conn: load_boundaries(conn, path))
    return database


def ask(database: Database, *points: Point) -> Sequence[tuple[int | None, str]]:
    return run(database, lambda conn: regions_of(conn, points))


def test_inside(squares: Database) -> None:
    assert ask(squares, (60.5, 40.5), (60.5, 41.5), (61.5, 40.5)) == [(30, "inside"), (10, "inside"), (20, "inside")]


def test_on_a_border_the_smallest_number_wins(squares: Database) -> None:
    on_border, corner, outer = (60.5, 41.0), (61.0, 41.0), (60.0, 40.5)
    assert ask(squares, on_border, corner, outer) == [(10, "inside"), (10, "inside"), (30, "inside")]


@pytest.mark.parametrize("lon", [179.5, -179.5, 180.0, -180.0])
def test_over_the_180th_meridian(squares: Database, lon: float) -> None:
    assert ask(squares, (65.5, lon)) == [(5, "inside")]


def east_of(lon: float, lat: float, metres: float) -> Point:
    reached, _, _ = Geod(ellps="WGS84").fwd(lon, lat, 90, metres)
    return lat, float(reached)


def test_near_a_border_is_five_kilometres(squares: Database) -> None:
    # The nearest point of a meridian is a little north of the due west: the great circle bends.
    near, far = east_of(42, 60.5, NEAR_BORDER_METRES - 100), east_of(42, 60.5, NEAR_BORDER_METRES + 100)
    assert ask(squares, near, far) == [(10, "near_border"), (None, "outside")]


def test_near_a_border_reaches_over_the_180th_meridian(squares: Database, tmp_path: Path) -> None:
    edge = write(tmp_path / "edge.geojson", region(7, square(179, 72)), region(8, square(-178, 72, 0.5)))
    run(squares, lambda conn: load_boundaries(conn, edge))
    assert ask(squares, (72.5, -179.9), (72.4, -178.1), (72.5, -179.0)) == [
        (7, "near_border"),
        (8, "near_border"),
        (None, "outside"),
    ]


def test_a_gap_belongs_to_the_nearest(squares: Database, tmp_path: Path) -> None:
    apart = write(tmp_path / "gap.geojson", region(1, square(40, 60)), region(2, square(41.1, 60)))
    run(squares, lambda conn: load_boundaries(conn, apart))
    assert ask(squares, (60.5, 41.04), (60.5, 41.06)) == [(1, "near_border"), (2, "near_border")]


def test_of_equally_near_regions_the_smallest_number_wins(squares: Database) -> None:
    # The missing square: its diagonal is as far from the square below as from the one at the left, seen in degrees,
    # but a degree of longitude is half as long here.
    assert ask(squares, (61.03, 41.03)) == [(20, "near_border")]
    assert ask(squares, (61.0001, 41.0001))[0][1] == "near_border"


def test_far_away_unreadable_and_swapped(squares: Database) -> None:
    assert ask(squares, (0.0, 0.0), (40.5, 60.5), (None, None), (60.5, None)) == [
        (None, "outside"),
        (None, "outside"),
        (None, "none"),
        (None, "none"),
    ]


def test_impossible_points_are_outside(squares: Database) -> None:
    assert ask(squares, (95.0, 41.0), (60.5, 400.5), (float("nan"), 40.5)) == [(None, "outside")] * 3


def test_the_poles_are_outside(squares: Database) -> None:
    assert ask(squares, (90.0, 0.0), (-90.0, 0.0), (89.99, 180.0)) == [(None, "outside")] * 3


def test_without_an_active_set_all_is_outside(database: Database) -> None:
    assert ask(database, (55.75, 37.62), (None, None)) == [(None, "outside"), (None, "none")]


def test_only_a_name_is_a_table(squares: Database) -> None:
    async def odd(conn: object) -> None:
        from shared.regions import attribute

        await attribute(conn, table="stage_points; DROP TABLE core.flights")  # type: ignore[arg-type]

    with pytest.raises(ValueError, match="DROP TABLE"):
        run(squares, odd)


def oracle() -> dict[int, shapely.Geometry]:
    return {found.id: shapely.from_geojson(found.geometry) for found in read_boundaries().regions}


def by_shapely(shapes: dict[int, shapely.Geometry], lat: np.ndarray, lon: np.ndarray) -> list[int | None]:
    """Give the smallest id whose shape a point touches, from prepared shapes: a way that has nothing of the SQL's."""
    found: list[int | None] = [None] * len(lat)
    for number in sorted(shapes, reverse=True):
        shapely.prepare(shapes[number])
        for hit in np.nonzero(shapely.intersects_xy(shapes[number], lon, lat))[0]:
            found[hit] = number
    return found


def test_sql_and_shapely_agree_on_the_bundled_boundaries(mapped: Database) -> None:
    rng = np.random.default_rng(20260101)
    shapes = oracle()
    lat, lon = rng.uniform(41, 82, 6000), rng.uniform(19, 191, 6000)
    lon = np.where(lon > 180, lon - 360, lon)
    corners = np.concatenate([shapely.get_coordinates(shapes[n])[::400] for n in sorted(shapes)])
    whole_minutes = np.round(rng.uniform((54, 36), (57, 40), (2000, 2)) * 60) / 60
    lat = np.concatenate([lat, corners[:, 1], whole_minutes[:, 0]])
    lon = np.concatenate([lon, corners[:, 0], whole_minutes[:, 1]])
    points = list(zip(lat.tolist(), lon.tolist(), strict=True))
    attributed = run(mapped, lambda conn: regions_of(conn, points))
    sql = [number if match == "inside" else None for number, match in attributed]
    expected = by_shapely(shapes, lat, lon)
    different = [(p, a, b) for p, a, b in zip(points, sql, expected, strict=True) if a != b]
    # A vertex is on the border of what it was drawn for, but cutting a region into parts may move the border elsewhere
    # by a rounding error; nothing but vertices may differ, and hardly any of them.
    assert [p for p, _, _ in different if p not in points[6000 : 6000 + len(corners)]] == []
    assert len(different) <= len(corners) // 100, different[:5]
    assert len({number for number in sql if number}) == len(shapes)


def test_near_border_is_the_nearest_by_geodesic_distance(mapped: Database) -> None:
    rng = np.random.default_rng(7)
    lat, lon = rng.uniform(68, 82, 12_000), rng.uniform(32, 180, 12_000)
    points = list(zip(lat.tolist(), lon.tolist(), strict=True))
    results = run(mapped, lambda conn: regions_of(conn, points))
    near = [(p, number) for p, (number, match) in zip(points, results, strict=True) if match == "near_border"]
    outside = [p for p, (_, match) in zip(points, results, strict=True) if match == "outside"]
    assert len(near) > 20
    borders = {n: shapely.get_coordinates(shapely.segmentize(shape.boundary, 0.02)) for n, shape in oracle().items()}
    for point, number in near:
        metres = {n: nearest(point, border) for n, border in borders.items()}
        assert metres[number or 0] <= min(metres.values()) + 60, point
        assert metres[number or 0] <= NEAR_BORDER_METRES + 60
    assert all(min(nearest(p, border) for border in borders.values()) > NEAR_BORDER_METRES - 60 for p in outside[:100])


def nearest(point: Point, border: np.ndarray) -> float:
    """Measure from a point to the nearest vertex of a border, exactly where it is anywhere near."""
    lat, lon = point
    assert lat is not None
    assert lon is not None
    near = border[(np.abs(border[:, 1] - lat) < 0.3) & (np.abs(border[:, 0] - lon) < 4)]
    if not len(near):
        return float("inf")
    ones = np.ones(len(near))
    _, _, metres = Geod(ellps="WGS84").inv(lon * ones, lat * ones, near[:, 0], near[:, 1])
    return float(np.min(metres))
