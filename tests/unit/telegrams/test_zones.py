"""Zones of field 15."""

import pytest

from shared.flights.model import Circle, Named, Polygon, Route, Zone
from testing.rows import ROW, changed, flight

A, B, C = (55.2, 61.4), (55.216667, 61.416667), (55.233333, 61.433333)
ZONES: list[tuple[str, Zone | None]] = [
    ("МР05512", Named(("MR05512",))),
    ("MР05512", Named(("MR05512",))),
    ("ВР16598", Named(("WR16598",))),
    ("КО12", Named(("KO12",))),
    ("WR655 MR01649", Named(("WR655", "MR01649"))),
    ("WR655, MR01649/MR01650", Named(("WR655", "MR01649", "MR01650"))),
    ("ZONA MR05512", Named(("MR05512",))),
    ("MR 05512", Named(("MR05512",))),
    ("MR05512 123", Named(("MR05512123",))),
    ("MR05512 1234", Named(("MR05512", "1234"))),
    ("0271", Named(("0271",))),
    ("R0,5 5512N06124E", Circle(0.5, *A)),
    ("R0.5 5512N06124E", Circle(0.5, *A)),
    ("R002 5512N06124E", Circle(2.0, *A)),
    ("R1,9 5512С06124В", Circle(1.9, *A)),
    ("ZONA R001 5512N\n06124E", Circle(1.0, *A)),
    ("R500M 5512N06124E", Circle(0.5, *A)),
    ("R0,5KM 5512N06124E", Circle(0.5, *A)),
    ("5512N06124E R5", Circle(5.0, *A)),
    ("5512N06124E 5513N06125E 5514N06126E", Polygon((A, B, C))),
    ("5512N06124E 5513N06125E\n5514N06126E 5512N06124E", Polygon((A, B, C, A))),
    ("5512N06124E 5513N0\n6125E-5514N06126E", Polygon((A, B, C))),
    ("5512N06124E 5572N06124E 5513N06125E 5514N06126E", None),  # without a corner it is another area
    ("5512N06124E 5513N06125E", Route((A, B))),
    ("МАРШРУТ 5512N06124E 5513N06125E 5514N06126E", Route((A, B, C))),
    ("5512N06124E DCT 5513N06125E DCT 5514N06126E", Route((A, B, C))),
    ("R0,5 5572N06124E", None),
    ("R0 5512N06124E", None),
    ("", None),
]


@pytest.mark.parametrize(
    ("prefix", "latin"),
    [
        *((one, "MR") for one in ("МР", "MР", "МR")),
        *((one, "WR") for one in ("ВР", "BР", "ВR", "WР")),
        ("VР", "VR"),
        *((one, "KO") for one in ("КО", "КO", "KО")),
    ],
)
def test_letters_of_a_name_that_are_mixed_are_read_without_a_doubt(prefix: str, latin: str) -> None:
    read = flight(changed(ROW, ("shr", "ZONA MR05512", f"ZONA {prefix}1234A")))
    assert (read.zone, read.problems) == (Named((f"{latin}1234A",)), ("ZONE_NAME_CYRILLIC",))


@pytest.mark.parametrize(("spelled", "zone"), ZONES)
def test_zone(spelled: str, zone: Zone | None) -> None:
    read = flight(changed(ROW, ("shr", "MR05512", spelled)))
    assert read.zone == zone
    assert read.level_m == (100, 250)
    assert read.plan_duration_min == 270


def test_route_without_zone() -> None:
    row = changed(ROW, ("shr", "-M0010/M0025 /ZONA MR05512/", "-K0040M0015 5512N06124E DCT 5513N06125E"))
    assert flight(row).zone == Route((A, B))


@pytest.mark.parametrize(
    "spelled", ["/ЗОНА МР05512/", "ZONA MR05512", "/MR05512/", "/Z0NA MR05512/", "/ZONA\nMR05512/"]
)
def test_word(spelled: str) -> None:
    assert flight(changed(ROW, ("shr", "/ZONA MR05512/", spelled))).zone == Named(("MR05512",))


def test_longest_polygon_seen() -> None:
    corners = " ".join(f"55{i % 60:02}N0{60 + i // 60}{i % 60:02}E" for i in range(113))
    zone = flight(changed(ROW, ("shr", "MR05512", corners))).zone
    assert isinstance(zone, Polygon)
    assert len(zone.points) == 113
