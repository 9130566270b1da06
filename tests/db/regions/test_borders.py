"""The rule at the borders of the shipped set: foreign land is outside, sea near a region is near its border."""

import numpy as np
import pytest
import shapely

from shared.db import Connection
from shared.regions import read_boundaries
from shared.regions.storing import surroundings
from tests.conftest import Database
from tests.db.regions.connections import Point, regions_of, run

FOREIGN = {
    "Нарва": (59.377, 28.190),
    "Хэйхэ": (50.245, 127.528),
    "Маньчжурия": (49.598, 117.378),
    "Иматра": (61.170, 28.770),
    "Киркенес": (69.727, 30.045),
    "14 км от границы в Казахстане": (53.85, 61.65),
    "Уральск": (51.233, 51.367),
    "Суйфэньхэ": (44.390, 131.150),
    "Лаппеэнранта": (61.060, 28.190),
    "Нида": (55.303, 21.005),
    "Гагра": (43.280, 40.270),
    "Цхинвали": (42.225, 43.970),
    "Браслав": (55.640, 27.040),
    "Вардё": (70.370, 31.110),
    "остров Крузенштерна": (65.755, -168.930),
    "эстонская половина Чудского озера": (58.85, 27.20),
    "Нэмуро": (43.330, 145.580),
}
HELD = {
    "Верхнесадовое": (44.689, 33.702, "RU-SEV"),
    "Терновка": (44.578, 33.752, "RU-SEV"),
    "Широкое": (44.540, 33.812, "RU-SEV"),
    "Бахчисарай": (44.752, 33.861, "RU-CR"),
    "Ивангород": (59.372, 28.220, "RU-LEN"),
    "Благовещенск": (50.290, 127.527, "RU-AMU"),
    "Забайкальск": (49.651, 117.327, "RU-ZAB"),
    "Светогорск": (61.112, 28.871, "RU-LEN"),
    "остров Ратманова": (65.780, -169.060, "RU-CHU"),
    "анклав Москвы у Красногорска": (55.8027, 37.3021, "RU-MOW"),
    "Лунская-А": (51.417, 143.660, "RU-SAK"),
    "Моликпак": (52.716, 143.567, "RU-SAK"),
    "Медвежьегорск": (62.912, 34.456, "RU-KR"),
}
FAR_AT_SEA = {"Приразломная": (69.25, 57.29), "открытое Карское море": (76.0, 85.0), "Балтика": (56.5, 18.8)}


def codes_of(database: Database, points: list[Point]) -> list[tuple[str, str]]:
    codes = {region.id: region.iso for region in read_boundaries().regions}
    results = run(database, lambda conn: regions_of(conn, points))
    return [(codes[number] or "" if number else "", match) for number, match in results]


def test_foreign_towns_have_no_region(mapped: Database) -> None:
    results = dict(zip(FOREIGN, codes_of(mapped, list(FOREIGN.values())), strict=True))
    assert results == dict.fromkeys(FOREIGN, ("", "outside"))


def test_places_near_a_border_have_theirs(mapped: Database) -> None:
    results = dict(zip(HELD, codes_of(mapped, [(lat, lon) for lat, lon, _ in HELD.values()]), strict=True))
    assert results == {name: (code, "inside") for name, (_, _, code) in HELD.items()}


def test_far_at_sea_is_outside(mapped: Database) -> None:
    assert codes_of(mapped, list(FAR_AT_SEA.values())) == [("", "outside")] * len(FAR_AT_SEA)


def test_no_point_of_foreign_land_has_a_region_but_by_the_set_s_own_border(mapped: Database) -> None:
    rng = np.random.default_rng(20261126)
    polygons = np.array([shapely.from_geojson(text) for text in surroundings().foreign_land])
    regions = [shapely.from_geojson(region.geometry) for region in read_boundaries().regions]
    _, around = shapely.STRtree(polygons).query(regions, predicate="dwithin", distance=0.3)
    near = polygons[np.unique(around)]
    inner = shapely.point_on_surface(near)
    corners = rng.choice(shapely.get_coordinates(near), 3000)
    points = [(float(p.y), float(p.x)) for p in inner]
    points += [(float(lat), float(lon)) for lon, lat in corners]
    results = codes_of(mapped, points)
    assert results[: len(inner)] == [("", "outside")] * len(inner)
    # Corners at the border are the region's too, and a few at a coast are lost by the rounding of a cut.
    assert sum(match == "near_border" for _, match in results[len(inner) :]) <= 30


def test_the_sea_just_off_a_region_is_near_its_border(mapped: Database) -> None:
    # Due north of the outermost border of Земля Франца-Иосифа, Новосибирские острова and Чукотка nobody else has land.
    shapes = {r.iso: shapely.from_geojson(r.geometry) for r in read_boundaries().regions}
    points: list[Point] = []
    for code in ("RU-ARK", "RU-SA", "RU-CHU"):
        corners = shapely.get_coordinates(shapes[code])
        lon, lat = corners[corners[:, 1].argmax()]
        points += [(float(lat) + 0.02, float(lon)), (float(lat) + 0.06, float(lon))]
    results = codes_of(mapped, points)
    assert results == [
        ("RU-ARK", "near_border"), ("", "outside"), ("RU-SA", "near_border"), ("", "outside"),
        ("RU-CHU", "near_border"), ("", "outside"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lat", "lon", "zone"),
    [
        (62.03, 129.73, None),  # Якутск
        (67.45, 153.70, "Asia/Srednekolymsk"),
        (64.57, 143.20, "Asia/Ust-Nera"),
        (62.66, 135.60, "Asia/Khandyga"),
        (67.55, 133.39, "Asia/Vladivostok"),  # Верхоянск
        (46.96, 142.73, None),  # Южно-Сахалинск
        (50.67, 156.12, "Asia/Srednekolymsk"),  # Северо-Курильск
        (55.75, 37.62, None),
        (59.56, 150.80, None),  # Магадан
    ],
)
def test_a_point_has_its_own_time_zone_where_it_is_not_the_region_s(
    mapped: Database, lat: float, lon: float, zone: str | None
) -> None:
    async def zone_of(conn: Connection) -> object:
        from shared.regions import attribute

        async with conn.transaction():
            await conn.execute(
                "CREATE TEMP TABLE spots (lat float8, lon float8, region_id smallint, region_match text,"
                " time_zone text) ON COMMIT DROP"
            )
            await conn.execute("INSERT INTO spots VALUES ($1, $2)", lat, lon)
            await attribute(conn, table="spots")
            return await conn.fetchval("SELECT time_zone FROM spots")

    assert run(mapped, zone_of) == zone
