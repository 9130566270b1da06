"""Boundary sets in the database: stored once, repaired, put in force, or not at all."""

from pathlib import Path
from typing import Any

import pytest

from shared.db import Connection
from shared.errors import NotFound, RegionsError
from shared.regions import BUNDLED, activate_set, active_set, list_sets, load_boundaries, read_boundaries
from tests.conftest import Database
from tests.db.regions.connections import run
from tests.unit.regions.files import region, square, write


def fetch(database: Database, statement: str) -> list[tuple[Any, ...]]:
    async def once(conn: Connection) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await conn.fetch(statement)]

    return run(database, once)


def load(database: Database, path: Path, **options: Any) -> Any:
    return run(database, lambda conn: load_boundaries(conn, path, **options))


def test_the_bundled_set_is_stored_with_its_facts(mapped: Database) -> None:
    expected = read_boundaries(BUNDLED)
    stored = fetch(mapped, "SELECT id, iso, name, time_zone, official_area_km2 FROM core.regions ORDER BY id")
    assert stored == [(r.id, r.iso, r.name, r.time_zone, r.official_area_km2) for r in expected.regions]
    found = run(mapped, active_set)
    assert found is not None
    assert (found.regions, found.licence) == (len(expected.regions), "ODbL-1.0")
    assert fetch(mapped, "SELECT name FROM core.regions WHERE NOT ST_IsValid(geom)") == []


def test_parts_are_the_regions(mapped: Database) -> None:
    off = fetch(
        mapped,
        "SELECT r.name FROM core.regions AS r"
        " JOIN core.region_parts AS p ON p.set_id = r.set_id AND p.region_id = r.id GROUP BY r.set_id, r.id"
        " HAVING abs(sum(ST_Area(p.geom)) - ST_Area(r.geom)) > 1e-6",
    )
    assert off == []
    assert fetch(mapped, "SELECT count(*) FROM core.region_parts WHERE ST_NPoints(geom) > 140")[0][0] == 0


def test_the_same_content_is_stored_once(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path / "a.geojson", region(1, square(40, 60)))
    first, again = load(database, path), load(database, path)
    assert (first.new, first.activated, again.new, again.activated) == (True, True, False, False)
    assert first.id == again.id
    assert len(run(database, list_sets)) == 1


def test_a_newer_set_takes_over_and_the_older_can_come_back(database: Database, tmp_path: Path) -> None:
    first = load(database, write(tmp_path / "a.geojson", region(1, square(40, 60))))
    second = load(database, write(tmp_path / "b.geojson", region(1, square(40, 60, 2))))
    third = load(database, write(tmp_path / "c.geojson", region(1, square(40, 60, 3))), activate=False)
    assert not third.activated
    assert [s.id for s in run(database, list_sets) if s.active] == [second.id]
    assert run(database, lambda conn: activate_set(conn, first.id))
    assert not run(database, lambda conn: activate_set(conn, first.id))
    assert [s.id for s in run(database, list_sets) if s.active] == [first.id]
    again = load(database, tmp_path / "b.geojson")
    assert (again.id, again.new, again.activated) == (second.id, False, True)


def test_there_is_no_set_to_activate(database: Database) -> None:
    with pytest.raises(NotFound, match="REGIONS_SET_NOT_FOUND"):
        run(database, lambda conn: activate_set(conn, 7))


def test_before_the_first_set_none_is_active(database: Database) -> None:
    assert run(database, active_set) is None
    assert run(database, list_sets) == []


def test_a_ring_that_crosses_itself_is_repaired(database: Database, tmp_path: Path) -> None:
    bow = {"type": "Polygon", "coordinates": [[[40, 60], [41, 61], [41, 60], [40, 61], [40, 60]]]}
    load(database, write(tmp_path / "a.geojson", region(1, bow)))
    [(valid, kind, half)] = fetch(
        database,
        "SELECT ST_IsValid(geom), GeometryType(geom),"
        " area_km2 / (ST_Area(ST_MakeEnvelope(40, 60, 41, 61, 4326)::geography) / 1e6) FROM core.regions",
    )
    assert (valid, kind) == (True, "MULTIPOLYGON")
    assert half == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("far", [(-179, 65), (181, 65)])
def test_what_lies_over_the_180th_meridian_is_wrapped(
    database: Database, tmp_path: Path, far: tuple[float, float]
) -> None:
    east = far[0]
    ring = [[179, 65], [east, 65], [east, 66], [179, 66], [179, 65]]
    load(database, write(tmp_path / "a.geojson", region(1, {"type": "Polygon", "coordinates": [ring]})))
    [(west, east_end, parts, km2)] = fetch(
        database, "SELECT ST_XMin(geom), ST_XMax(geom), ST_NumGeometries(geom), area_km2 FROM core.regions"
    )
    assert (west, east_end, parts) == (-180, 180, 2)
    assert km2 == pytest.approx(2 * 111.5 * 46.3, rel=0.02)


def test_a_shape_without_an_area_leaves_nothing_behind(database: Database, tmp_path: Path) -> None:
    flat = {"type": "Polygon", "coordinates": [[[40, 60], [41, 60], [42, 60], [40, 60]]]}
    path = write(tmp_path / "a.geojson", region(1, square(50, 60)), region(2, flat, "Плоская область"))
    with pytest.raises(RegionsError, match="Плоская область"):
        load(database, path)
    assert run(database, list_sets) == []
    assert fetch(database, "SELECT FROM core.regions") == []


REFERENCE = Path(__file__).parents[4] / "shared/facts/boundaries/reference_osm.geojson"


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference set is not on this machine")
def test_an_openstreetmap_extract_of_all_subjects_loads(database: Database) -> None:
    loaded = load(database, REFERENCE)
    assert (loaded.regions, loaded.activated) == (85, True)
    zones = fetch(database, "SELECT id, time_zone FROM core.regions WHERE id IN (39, 77, 87, 91) ORDER BY id")
    assert zones == [(39, "Europe/Kaliningrad"), (77, "Europe/Moscow"), (87, "Asia/Anadyr"), (91, "Europe/Simferopol")]
