"""Telegrams written as the rules have them."""

from datetime import date

import pytest

from shared.telegrams import Circle, Kind, Movement, Named, Plan, Point, Polygon, Route
from shared.telegrams.model import OperatorKind
from testing.telegrams import render
from testing.telegrams import shortest as coordinate

PLAN = Plan(
    Kind.SHR,
    callsign="ZZZZZ",
    sid="7770000001",
    day=date(2025, 4, 10),
    minute=425,
    duration=270,
    departure="ULSF",
    destination="ZZZZ",
    level=(100, 250),
    zone=Named(("MR05512", "WR655")),
    dep=Point(55.2, 61.4),
    dest=Point(-55.208333, -61.408333),
    stay=Point(55.2, 61.4),
    uav_type="BLA",
    uav_count=2,
    regs=("012A345", "00Q2171"),
    operator=OperatorKind.ORGANISATION,
    status="SAR",
)


def test_plan() -> None:
    assert render(PLAN, "ПОЛЕТ") == (
        "(SHR-ZZZZZ\n-ULSF0705\n-M0010/M0025 /ZONA MR05512 WR655/\n-ZZZZ0430\n"
        "-DEP/5512N06124E DEST/551230S0612430W DLE/5512N06124E0100 DOF/250410\n"
        "OPR/ООО ВЫДУМКА REG/012A345 00Q2171 STS/SAR TYP/2BLA RMK/ПОЛЕТ\nSID/7770000001)"
    )


def test_least_plan() -> None:
    assert render(Plan(Kind.CNL, uav_type="BLA", uav_count=1, level=(30, 30))) == "(CNL-\n-ZZZZ\n-M0003\n-TYP/BLA)"


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        (Circle(0.5, 55.2, 61.4), "/ZONA R0,5 5512N06124E/"),
        (Circle(2.0, 55.2, 61.4), "/ZONA R2 5512N06124E/"),
        (Polygon(((55.2, 61.4), (55.2, 61.5), (55.3, 61.4))), "/ZONA 5512N06124E 5512N06130E 5518N06124E/"),
        (Route(((55.2, 61.4), (55.2, 61.5))), "5512N06124E DCT 5512N06130E"),
    ],
)
def test_zones(zone: Circle | Polygon | Route, text: str) -> None:
    assert render(Plan(Kind.SHR, zone=zone)).split("\n")[2] == f"-{text}"


def test_keyed_movements() -> None:
    dep = Movement(
        Kind.DEP, sid="7770000001", day=date(2025, 4, 10), minute=0, precise=Point(55.2, 61.4), regs=("012A345", "RF")
    )
    assert render(dep) == (
        "-TITLE IDEP\n-SID 7770000001\n-ADD 250410\n-ATD 0000\n-ADEP ZZZZ\n-ADEPZ 5512N06124E\n-PAP 0\n-REG 012A345 RF"
    )
    assert render(Movement(Kind.ARR, minute=1440, stated=Point(55.2, 61.4))) == (
        "-TITLE IARR\n-ATA 2400\n-ADARR 5512N06124E\n-PAP 0"
    )


def test_bracketed_movements() -> None:
    place = Point(55.2, 61.4)
    dep = Movement(Kind.DEP, "ZZZZZ", "7770000001", date(2024, 1, 5), 540, duration=600, dep=place, dated=False)
    assert render(dep, "МР1") == "(DEP-ZZZZZ-ZZZZ0900-ZZZZ1000\n-DOF/240105 RMK/МР1 DEP/5512N06124E SID/7770000001)"
    arr = Movement(Kind.ARR, None, None, None, 600, off=540, dest=place, regs=("RF",), dated=False)
    assert render(arr) == "(ARR--ZZZZ0900-ZZZZ1000\n-REG/RF DEST/5512N06124E)"


@pytest.mark.parametrize(
    ("lat", "lon", "text"),
    [
        (0, 0, "0000N00000E"),
        (55.2, 161.408333, "551200N1612430E"),
        (-5.999999, -0.016667, "0600S00001W"),
        (55.00014, 61.0, "550001N0610000E"),
    ],
)
def test_coordinates(lat: float, lon: float, text: str) -> None:
    assert coordinate(lat, lon) == text
