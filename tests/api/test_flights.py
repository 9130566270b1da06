"""Flights as callers get them: every condition against a plain count, one in full, files of all rows, nobody's data."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from fly_potato.stack.postgres import Cluster
from shared.api import flight_files
from shared.stats import flight_pages, recount_all
from tests.api.conftest import Caller, filled_once
from tests.db.stats import invented
from tests.db.stats.invented import InventedFlight

pytestmark = pytest.mark.usefixtures("configured")

NOON = datetime(2025, 1, 10, 12, tzinfo=UTC)
FLIGHTS = [
    *(
        InventedFlight(
            n, region=1 + n % 3, uav_type=("BLA", "AER", None)[n % 3],
            operator_kind=("state", "person", "unknown")[n % 3],
            dep=NOON + timedelta(days=n % 20, minutes=37 * n), arr=NOON + timedelta(days=n % 20, minutes=42 * n),
        )
        for n in range(1, 60)
    ),
    InventedFlight(60, "cancelled", plan_dep=NOON),
    InventedFlight(61, "planned", region=2, plan_dep=NOON + timedelta(days=30), plan_minutes=90),
    InventedFlight(62, "flown", region=None, region_match="outside", dep=NOON),
    InventedFlight(63, "flown", region=None, region_match="none", arr=NOON),
    InventedFlight(64, "planned", region=1),
]  # fmt: skip
DATED = [flight for flight in FLIGHTS if flight.day is not None]
ZONES = {region.number: ZoneInfo(region.zone) for region in invented.REGIONS}


@pytest.fixture(scope="module")
def template(cluster: Cluster, template: str) -> Iterator[str]:
    async def fill(conn: Any) -> None:
        await invented.store_regions(conn)
        await invented.store_flights(conn, FLIGHTS)
        await conn.execute(
            "UPDATE core.flights SET sid = '7771234567', callsign = 'INVENTED7', regs = '{J000777}',"
            " center = 'Московский', problems = '{COORD_SWAPPED,REG_DOUBTFUL}', zone = $2 WHERE key = $1",
            invented_key(7),
            '{"kind": "circle", "center": [50.5, 31.5], "radius_km": 2}',
        )
        await conn.execute("UPDATE core.flights SET problems = '{DATE_IMPOSSIBLE}' WHERE key = $1", invented_key(64))
        await recount_all(conn)

    yield from filled_once(cluster, template, lambda database: invented.run(database, fill))


def invented_key(number: int) -> UUID:
    return UUID(int=number)


def local(flight: InventedFlight) -> datetime | None:
    zone = ZONES.get(flight.region or 0)
    return None if flight.moment is None or zone is None else flight.moment.astimezone(zone)


def at(days: float) -> datetime:
    return NOON + timedelta(days=days)


def stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


CONDITIONS: list[tuple[str, Callable[[InventedFlight], bool]]] = [
    ("", lambda f: True),
    ("state=counted", lambda f: f.state != "cancelled"),
    ("state=planned", lambda f: f.state == "planned"),
    (f"since={stamp(at(3))}", lambda f: f.moment is not None and f.moment >= at(3)),
    (f"since={stamp(at(3))}&until={stamp(at(5.5))}", lambda f: f.moment is not None and at(3) <= f.moment < at(5.5)),
    (
        "since=2025-01-13T15:00:00%2B03:00&state=counted",
        lambda f: f.moment is not None and f.moment >= at(3) and f.counted,
    ),
    (f"until={stamp(at(6))}&days=local", lambda f: f.moment is not None and f.moment < at(6)),
    (
        f"since={stamp(at(2.5))}&until={stamp(at(8.5))}&region=XX-2&days=utc",
        lambda f: f.moment is not None and f.region == 2 and at(2.5) <= f.moment < at(8.5),
    ),
    (
        f"airborne={stamp(at(4.2))}",
        lambda f: f.dep is not None and f.arr is not None and f.dep <= at(4.2) < f.arr,
    ),
    ("hour=15", lambda f: (moment := local(f)) is not None and moment.hour == 15),
    ("weekday=7", lambda f: (moment := local(f)) is not None and moment.isoweekday() == 7),
    ("min_minutes=100", lambda f: (f.minutes or 0) >= 100),
    ("min_minutes=20&max_minutes=40", lambda f: f.minutes is not None and 20 <= f.minutes <= 40),
    ("operator=person", lambda f: f.operator_kind == "person"),
    ("problem=REG_DOUBTFUL", lambda f: f.key == 7),
    ("problem=NOT_A_CODE", lambda f: False),
    ("match=outside", lambda f: f.region_match == "outside"),
    ("centre=%D0%9C%D0%BE%D1%81%D0%BA%D0%BE%D0%B2%D1%81%D0%BA%D0%B8%D0%B9", lambda f: f.key == 7),
    ("bbox=32,50,33,51", lambda f: f.region == 2),
    ("bbox=179,-90,-179,90", lambda f: False),
    (
        "region=XX-2&hour=12&operator=unknown",
        lambda f: f.region == 2 and f.operator_kind == "unknown" and local(f).hour == 12,
    ),  # type: ignore[union-attr]
    (
        "type=AER&weekday=1",
        lambda f: f.uav_type == "AER" and (moment := local(f)) is not None and moment.isoweekday() == 1,
    ),
]


def keys_of(call: Caller, query: str, limit: int = 13) -> list[int]:
    seen, cursor = [], ""
    while True:
        page = call("stats", "GET", f"/api/flights?{query}&limit={limit}{cursor}", roles=["analyst"])
        assert page.status == 200, page.json
        seen += [int(feature["id"].replace("-", ""), 16) for feature in page.json["features"]]
        if page.json["next"] is None:
            return seen
        cursor = f"&cursor={page.json['next']}"


@pytest.mark.parametrize(("query", "wanted"), CONDITIONS, ids=[query for query, _ in CONDITIONS])
def test_each_condition_holds_for_list_and_count_alike(
    call: Caller, query: str, wanted: Callable[[InventedFlight], bool]
) -> None:
    expected = sorted(
        (flight for flight in DATED if wanted(flight)), key=lambda flight: (flight.day, flight.key), reverse=True
    )
    assert keys_of(call, query) == [flight.key for flight in expected]
    counted = call("stats", "GET", f"/api/flights/count?{query}", roles=["analyst"])
    assert counted.json["flights"] == len(expected)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("bbox=1,2,3", "BBOX_INVALID"), ("bbox=200,0,1,1", "BBOX_INVALID"), ("bbox=0,nan,1,inf", "BBOX_INVALID"),
        ("bbox=0,10,1,5", "BBOX_INVALID"), ("since=2025", "INSTANT_INVALID"), ("hour=24", "REQUEST_INVALID"),
        ("until=2025-01-01T00:00:00", "INSTANT_INVALID"), ("airborne=0001-01-01T00:00:00Z", "INSTANT_INVALID"),
        ("operator=army", "REQUEST_INVALID"), ("min_minutes=-1", "REQUEST_INVALID"), ("reg=J000777", "REQUEST_INVALID"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(call: Caller, query: str, code: str) -> None:
    for path in ("/api/flights", "/api/flights/count", "/api/exports/flights.csv"):
        answer = call("stats", "GET", f"{path}?{query}")
        assert (answer.status, answer.json["code"]) == (422, code)


def test_who_may_send_workbooks_gets_the_numbers_of_a_flight_and_nobody_else(call: Caller) -> None:
    path = f"/api/flights/{invented_key(7)}"
    named = call("stats", "GET", path, roles=["operator"])
    assert named.json["identity"] == {"sid": "7771234567", "callsign": "INVENTED7", "regs": ["J000777"]}
    # Asked again by somebody else, with what the first answer was known by.
    for headers in ({}, {"If-None-Match": named.headers["etag"]}):
        plain = call("stats", "GET", path, roles=["analyst"], headers=headers)
        assert plain.status == 200
        assert plain.json["identity"] is None
        assert not {"7771234567", "INVENTED7", "J000777"} & set(plain.body.decode().replace('"', " ").split())
    assert plain.json["zone"] == {"kind": "circle", "center": [50.5, 31.5], "radius_km": 2}
    assert (plain.json["centre"], plain.json["time_zone"]) == ("Московский", "Asia/Kamchatka")
    assert plain.json["problems"] == ["COORD_SWAPPED", "REG_DOUBTFUL"]


def test_a_flight_of_another_region_is_none(call: Caller) -> None:
    path = f"/api/flights/{invented_key(7)}"
    assert call("stats", "GET", path, roles=["analyst"], claims={"regions": '["XX-2"]'}).status == 200
    for answer in (
        call("stats", "GET", path, roles=["analyst"], claims={"regions": '["XX-1"]'}),
        call("stats", "GET", f"/api/flights/{invented_key(62)}", roles=["analyst"], claims={"regions": '["XX-1"]'}),
        call("stats", "GET", f"/api/flights/{invented_key(7777)}", roles=["analyst"]),
    ):
        assert (answer.status, answer.json["code"]) == (404, "FLIGHT_NOT_FOUND")


def test_problems_are_counted_by_code_region_and_centre_each_with_its_remedy(call: Caller) -> None:
    body = call("stats", "GET", "/api/stats/problems", roles=["analyst"]).json
    by_code = {item["code"]: item for item in body["problems"]}
    assert {code: (item["kind"], item["flights"], item["undated"]) for code, item in by_code.items()} == {
        "COORD_SWAPPED": ("repair", 1, 0),
        "REG_DOUBTFUL": ("doubt", 1, 0),
        "DATE_IMPOSSIBLE": ("loss", 0, 1),
    }
    assert all(item["explanation"].endswith(".") and item["mend"].endswith(".") for item in by_code.values())
    counted = [flight for flight in DATED if flight.counted]
    assert {item["code"]: (item["flights"], item["doubtful"]) for item in body["regions"]} == {
        code: (sum(flight.region == number for flight in counted), int(code == "XX-2"))
        for number, code in ((1, "XX-1"), (2, "XX-2"), (3, "XX-3"), (None, None))
    }
    centres = {item["centre"]: (item["flights"], item["doubtful"]) for item in body["centres"]}
    assert centres == {"Московский": (1, 1), None: (len(counted) - 1, 0)}
    for item in body["problems"]:
        for query, count in (("", item["flights"]), ("&undated=true", item["undated"])):
            listed = keys_of(call, f"problem={item['code']}&state=counted{query}")
            assert len(listed) == count
    elsewhere = call("stats", "GET", "/api/stats/problems?region=XX-1&from=2025-01-01&to=2025-01-31", roles=["analyst"])
    assert [item["code"] for item in elsewhere.json["problems"]] == ["DATE_IMPOSSIBLE"]
    outside = call("stats", "GET", "/api/stats/problems", roles=["analyst"], claims={"regions": '["XX-3"]'})
    assert outside.json["problems"] == []


def test_the_files_hold_every_row_as_a_russian_excel_wants_it(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flight_pages, "PAGE", 10)
    answer = call("stats", "GET", "/api/exports/flights.csv?state=counted", roles=["administrator"])
    assert answer.body.startswith("\ufeffДень;Состояние;Тип".encode())
    assert "filename*=UTF-8''%D0%A1%D0%BF%D0%B8%D1%81%D0%BE%D0%BA" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig")), delimiter=";"))
    counted = [flight for flight in DATED if flight.counted]
    assert {int(row["Ключ полёта"].replace("-", ""), 16) for row in rows} == {flight.key for flight in counted}
    assert len(rows) == len(counted)
    by_key = {int(row["Ключ полёта"].replace("-", ""), 16): row for row in rows}
    seven = by_key[7]
    moscow = (NOON + timedelta(days=7, minutes=37 * 7)).astimezone(ZoneInfo("Europe/Moscow"))
    assert (seven["Вылет, МСК"], seven["Длительность, мин"]) == (f"{moscow:%d.%m.%Y %H:%M}", "35")
    assert (seven["Широта"], seven["Долгота"]) == ("50,5", "32,5")
    assert seven["Замечания"] == "COORD_SWAPPED REG_DOUBTFUL"
    assert not {"7771234567", "INVENTED7", "J000777"} & set(answer.body.decode().replace(";", " ").split())

    book = call("stats", "GET", "/api/exports/flights.xlsx?state=counted", roles=["analyst"])
    sheet = load_workbook(io.BytesIO(book.body))["Полёты"]
    assert sheet.max_row == len(counted) + 1
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight, sheet.print_title_rows) == (
        "landscape",
        0,
        "$1:$1",
    )
    assert sheet.auto_filter.ref == f"A1:V{len(counted) + 1}"
    line = next(row for row in sheet.iter_rows(min_row=2) if row[21].value == str(invented_key(7)))
    assert (line[12].value, line[12].number_format) == (moscow.replace(tzinfo=None), "dd.mm.yyyy hh:mm")
    with zipfile.ZipFile(io.BytesIO(book.body)) as parts:
        text = "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    assert "INVENTED7" not in text


@pytest.mark.usefixtures("storage")
def test_a_file_too_heavy_for_the_gateway_waits_in_the_bucket(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flight_files, "BODY_BYTES", 100)
    answer = call("stats", "GET", "/api/exports/flights.csv")
    assert answer.status == 303
    assert "results/lists/" in answer.headers["location"]


def test_too_many_flights_for_a_file_are_refused_with_what_to_do(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(flight_files.MOST, "xlsx", 5)
    answer = call("stats", "GET", "/api/exports/flights.xlsx")
    assert (answer.status, answer.json["code"]) == (422, "FLIGHTS_TOO_MANY")
    assert "сузьте" in answer.json["detail"]


def test_one_region_has_its_shape_alone(call: Caller) -> None:
    body = call("stats", "GET", "/api/regions.geojson?detail=high&region=XX-2", roles=["analyst"]).json
    assert [feature["id"] for feature in body["features"]] == ["XX-2"]


def test_the_ranking_comes_as_csv_and_as_a_map(call: Caller) -> None:
    items = call("stats", "GET", "/api/stats/regions", roles=["analyst"]).json["items"]
    text = call("stats", "GET", "/api/exports/regions/regions.csv", roles=["analyst"]).body.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [(row["Код"], int(row["Полёты"])) for row in rows] == [(item["code"], item["flights"]) for item in items]
    assert rows[0]["Доля, %"] == str(items[0]["share_percent"]).replace(".", ",")
    drawn = call("stats", "GET", "/api/exports/regions/regions.geojson?type=AER", roles=["analyst"]).json
    counts = {
        item["code"]: item["flights"] for item in call("stats", "GET", "/api/stats/regions?type=AER").json["items"]
    }
    assert {feature["id"]: feature["properties"]["flights"] for feature in drawn["features"]} == counts
    assert all(feature["geometry"]["coordinates"] for feature in drawn["features"])
    own = call(
        "stats", "GET", "/api/exports/regions/regions.geojson", roles=["analyst"], claims={"regions": '["XX-2"]'}
    )
    assert [feature["id"] for feature in own.json["features"]] == ["XX-2"]
