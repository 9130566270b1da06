"""Sets of boundaries through the API: a file sent, examined, looked at, put in force and taken back."""

import asyncio
import gzip
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from shared.db import connect_pool
from shared.ingest.jobs import run_job
from shared.regions import load_boundaries
from shared.settings import DatabaseSettings
from shared.storage import Storage
from tests.api.conftest import SUBJECT, Caller
from tests.conftest import Database
from tests.db.ingest_fixture import Ingest, flight_row
from tests.db.regions.connections import run
from tests.unit.regions.files import feature, region, square, write

pytestmark = pytest.mark.usefixtures("configured")
ADMINISTRATOR = ["administrator"]


@pytest.fixture
def ingest(database: Database, storage: Storage, tmp_path: Path) -> Ingest:
    return Ingest(database, storage, tmp_path)


def work(ingest: Ingest, job: str = "boundaries", window: timedelta = timedelta(minutes=20)) -> None:
    """Run a job as the timer does."""

    async def once() -> None:
        pool = await connect_pool(DatabaseSettings(uri=SecretStr(ingest.database.uri("fp_ingest"))))
        try:
            await run_job(pool, ingest.storage, json.dumps({"job": job}), timedelta(days=1), window)
        finally:
            await pool.close()

    asyncio.run(once())


def announce(call: Caller, content: bytes, file_name: str = "границы.geojson", **stated: str) -> Any:
    body = {"file_name": file_name, "size": len(content), **stated}
    answer = call("upload", "POST", "/api/region-sets/files", body=body, roles=ADMINISTRATOR)
    assert answer.status == 201, answer.json
    return answer.json


def send(call: Caller, content: bytes, file_name: str = "границы.geojson", **stated: str) -> str:
    announced = announce(call, content, file_name, **stated)
    where = announced["upload"]
    put = httpx.put(where["url"], content=content, headers=where["headers"])
    assert put.status_code == 200, put.text
    return str(announced["task"]["id"])


def task(call: Caller, number: str) -> Any:
    answer = call("upload", "GET", f"/api/region-sets/tasks/{number}", roles=ADMINISTRATOR)
    assert answer.status == 200
    return answer.json


def ask(call: Caller, method: str, path: str, roles: list[str] | None = ADMINISTRATOR) -> Any:
    return call("upload", method, f"/api/region-sets{path}", roles=roles)


def sets(call: Caller) -> dict[int, Any]:
    return {each["id"]: each for each in ask(call, "GET", "").json["items"]}


def of_file(tmp_path: Path, *features: dict[str, Any]) -> bytes:
    return write(tmp_path / "made.geojson", *features).read_bytes()


@pytest.fixture
def loaded(ingest: Ingest, tmp_path: Path) -> Ingest:
    """A set in force, and two flights in its first region (as the fixture's rows have them)."""
    first = write(tmp_path / "a.geojson", region(1, square(30, 50, 10), "Алая"), region(2, square(50, 50), "Бурая"))
    run(ingest.database, lambda conn: load_boundaries(conn, first))
    ingest.load([flight_row(1), flight_row(2)], minute=1)
    return ingest


def test_a_file_is_examined_rehearsed_put_in_force_and_taken_back(call: Caller, loaded: Ingest, tmp_path: Path) -> None:
    before = loaded.sums()
    content = of_file(tmp_path, region(3, square(30, 50, 10), "Яркая"), region(2, square(50, 50), "Бурая"))
    number = send(call, gzip.compress(content), "границы.geojson.gz", name="Новый набор", attribution="© проба")
    assert task(call, number)["state"] == "requested"
    work(loaded)
    done = task(call, number)
    assert (done["state"], done["error"], done["set_id"]) == ("done", None, 2)
    assert done["report"]["regions"] == 2
    assert [each["name_after"] for each in done["report"]["differences"]] == [None, "Яркая"]
    assert {each["code"] for each in done["report"]["remarks"]} >= {"NOT_IN_CATALOGUE", "NOT_IN_FILE"}
    change = done["change"]
    assert change["flights"] == 2
    assert [(r["name_before"], r["name_after"], r["before"], r["after"]) for r in change["regions"]] == [
        ("Алая", None, 2, 0),
        (None, "Яркая", 0, 2),
    ]
    assert [sets(call)[n]["active"] for n in (1, 2)] == [True, False]
    assert loaded.sums() == before

    answers = [ask(call, "POST", "/2/activation") for _ in range(2)]
    assert [answer.status for answer in answers] == [202, 202]
    assert answers[0].json["id"] == answers[1].json["id"], "asking again while it waits changes nothing"
    work(loaded)
    put = task(call, answers[0].json["id"])
    assert (put["state"], put["change"]["flights"], put["asked_by"]) == ("done", 2, SUBJECT)
    now = sets(call)[2]
    assert (now["active"], now["activated_by"], now["name"], now["attribution"]) == (
        True, SUBJECT, "Новый набор", "© проба",
    )  # fmt: skip
    assert loaded.sums() != before

    assert ask(call, "POST", "/1/rehearsal").status == 202
    assert ask(call, "POST", "/1/activation").status == 202
    work(loaded)
    assert sets(call)[1]["active"]
    assert loaded.sums() == before
    kinds = [each["kind"] for each in ask(call, "GET", "/tasks").json["items"]]
    assert kinds == ["activation", "rehearsal", "activation", "file"]


def test_a_set_tells_which_subjects_it_holds(call: Caller, loaded: Ingest, tmp_path: Path) -> None:
    own = feature(square(40, 60), name="Заречный край", code="RU-ZAR", time_zone="Asia/Omsk", official_area_km2=1234.5)
    subject = feature(square(42, 60), name="Республика Карелия")
    number = send(call, of_file(tmp_path, own, subject))
    work(loaded)
    new = task(call, number)["set_id"]
    full = ask(call, "GET", f"/{new}", ["analyst"]).json
    assert [(s["name"], s["code"], s["time_zone"], s["official_area_km2"], s["catalogued"]) for s in full["subjects"]][
        1
    ] == ("Заречный край", "RU-ZAR", "Asia/Omsk", 1234.5, False)
    assert full["subjects"][0]["catalogued"]
    assert "Республика Карелия" not in full["missing"]
    assert len(full["missing"]) > 80
    outlines = ask(call, "GET", f"/{new}/outlines", ["analyst"]).json["items"]
    assert [each["name"] for each in outlines] == ["Республика Карелия", "Заречный край"]
    assert outlines[0]["polygons"][0][0][0] == [60.0, 42.0]


HALF_THE_WORLD = {"type": "Polygon", "coordinates": [[[0, -90], [179, -90], [179, 90], [0, 90], [0, -90]]]}


def odd(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"{}", "a.geojson", "REGIONS_EMPTY"),
        (b"PK\x03\x04 no archive", "a.zip", "REGIONS_FILE"),
        (b"\x1f\x8b broken", "a.geojson.gz", "REGIONS_FILE"),
        (b"SQLite format 3\x00 broken", "a.gpkg", "REGIONS_GEOPACKAGE"),
        (b"PK\x05\x06" + bytes(18), "a.zip", "REGIONS_SHAPEFILE"),
        (b"PK\x05\x06" + bytes(18), "\U0001f600" * 247 + ".geojson", "REGIONS_SHAPEFILE"),
        (b" ", "a.geojson", "REGIONS_FILE_TYPE"),
        (b"<html>", "a.gpkg", "REGIONS_FILE_TYPE"),
        (odd(region(1, square(30, 50)))[:-30], "a.geojson", "REGIONS_FILE_TYPE"),
        (odd(region(1, square(30, 50), "Я" * 10_000)), "a.geojson", "REGIONS_NAME"),
        (odd(region(1, square(30, 50), "\x01\u202e")), "a.geojson", "REGIONS_NAME_MISSING"),
        (odd(region(1, square(30, 50), "Алая"), region(2, square(32, 50), "Алая")), "a.geojson", "REGIONS_DUPLICATE"),
        (odd(region(1, HALF_THE_WORLD)), "a.geojson", "REGIONS_GEOMETRY"),
        (odd(region(1, square(30, 89.5))), "a.geojson", "REGIONS_NOT_WGS84"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(
    call: Caller, loaded: Ingest, content: bytes, name: str, code: str
) -> None:
    number = send(call, content, name)
    work(loaded)
    done = task(call, number)
    assert (done["state"], done["error"]["code"], done["set_id"]) == ("refused", code, None)
    assert re.fullmatch("(GeoPackage|[А-ЯЁ]).{20,300}[.?]", done["error"]["sentence"])
    assert list(sets(call)) == [1]


def test_a_refused_file_holds_up_no_other_and_the_same_file_is_stored_once(
    call: Caller, loaded: Ingest, tmp_path: Path
) -> None:
    before = loaded.sums()
    content = of_file(tmp_path, region(3, square(30, 50, 10), "Яр\u202eкая\x07"))
    abandoned = announce(call, content)["task"]["id"]
    numbers = [send(call, each, name="Н\u202eабор") for each in (odd(region(1, HALF_THE_WORLD)), content, content)]
    assert ask(call, "POST", "/1/activation").status == 202
    work(loaded)
    ended = [task(call, number) for number in numbers]
    assert [each["state"] for each in ended] == ["refused", "done", "done"]
    assert [each["set_id"] for each in ended[1:]] == [ended[1]["set_id"]] * 2
    assert [each["report"]["new"] for each in ended[1:]] == [True, False]
    assert task(call, abandoned)["state"] == "requested"
    stored = sets(call)
    assert (len(stored), stored[ended[1]["set_id"]]["name"], stored[1]["active"]) == (2, "Набор", True)
    full = ask(call, "GET", f"/{ended[1]['set_id']}").json
    assert [each["name"] for each in full["subjects"]] == ["Яркая"]
    assert loaded.sums() == before


def test_a_task_that_ends_while_it_is_asked_for_again_is_the_answer(
    call: Caller, loaded: Ingest, sql: Callable[..., Any]
) -> None:
    first = ask(call, "POST", "/1/rehearsal").json["id"]
    # It waited when it was asked for again, and had ended by the time its row was looked at.
    sql(
        "CREATE FUNCTION core.waits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN"
        " UPDATE core.boundary_tasks SET state = 'refused', finished_at = now(), error_code = 'X', error_sentence = '';"
        " RETURN NULL; END $$"
    )
    sql("CREATE TRIGGER waits BEFORE INSERT ON core.boundary_tasks FOR EACH ROW EXECUTE FUNCTION core.waits()")
    again = ask(call, "POST", "/1/rehearsal")
    assert (again.status, again.json["id"], again.json["state"]) == (202, first, "refused")


def test_a_file_that_never_comes_ends(call: Caller, loaded: Ingest) -> None:
    number = announce(call, b"{}")["task"]["id"]
    work(loaded)
    assert task(call, number)["state"] == "requested"
    work(loaded, window=timedelta(0))
    assert task(call, number)["error"]["code"] == "REGIONS_FILE_ABSENT"


def test_a_task_that_kills_its_worker_ends(call: Caller, loaded: Ingest, sql: Callable[..., Any]) -> None:
    number = send(call, b"{}")
    sql("UPDATE core.boundary_tasks SET result = '{\"attempts\": 3}'")
    work(loaded)
    assert task(call, number)["error"]["code"] == "REGIONS_TASK_EXHAUSTED"


def test_only_administrators_change_and_see_tasks(call: Caller, loaded: Ingest) -> None:
    for roles, status in ((["analyst"], 403), (["operator"], 403), (None, 401)):
        for method, path in (
            ("POST", "/1/activation"),
            ("POST", "/1/rehearsal"),
            ("GET", "/tasks"),
            ("GET", "/tasks/01990000-0000-7000-8000-000000000001"),
        ):
            assert ask(call, method, path, roles).status == status
        body = {"file_name": "a.geojson", "size": 1}
        assert call("upload", "POST", "/api/region-sets/files", body=body, roles=roles).status == status
    assert ask(call, "GET", "", ["analyst"]).json["may_change"] is False
    assert ask(call, "GET", "").json["may_change"] is True


def test_what_is_not_there_or_not_taken(call: Caller, loaded: Ingest) -> None:
    for method, path in (
        ("GET", "/77"),
        ("GET", "/77/outlines"),
        ("POST", "/77/activation"),
        ("POST", "/77/rehearsal"),
    ):
        answer = ask(call, method, path)
        assert (answer.status, answer.json["code"]) == (404, "REGIONS_SET_NOT_FOUND")
    for method, path in (("GET", "/0"), ("GET", "/32768/outlines"), ("POST", "/-1/activation"), ("GET", "/tasks/x")):
        assert (ask(call, method, path).status, ask(call, method, path).json["code"]) == (422, "REQUEST_INVALID")
    missing = ask(call, "GET", "/tasks/01990000-0000-7000-8000-000000000001")
    assert (missing.status, missing.json["code"]) == (404, "BOUNDARY_TASK_NOT_FOUND")
    for body, status, code in (
        ({"file_name": "a.kml", "size": 1}, 415, "REGIONS_FILE_TYPE"),
        ({"file_name": "../a.zip", "size": 1}, 422, "FILE_NAME_INVALID"),
        ({"file_name": "a\u202e.zip", "size": 1}, 422, "FILE_NAME_INVALID"),
        ({"file_name": "a\x00.zip", "size": 1}, 422, "NUL_CHARACTER"),
        ({"file_name": "a.zip", "size": 1, "name": "a\x00"}, 422, "NUL_CHARACTER"),
        ({"file_name": "a.zip", "size": 1, "name": "Я" * 10_000}, 422, "REQUEST_INVALID"),
        ({"file_name": "a.zip", "size": 1, "name": "\ud800"}, 422, "REQUEST_INVALID"),
        ({"file_name": "a.zip", "size": -1}, 422, "REQUEST_INVALID"),
        ({"file_name": "a.zip", "size": 0}, 422, "REGIONS_FILE_EMPTY"),
        ({"file_name": "a.zip", "size": 65 << 20}, 413, "REGIONS_FILE_TOO_LARGE"),
    ):
        answer = call("upload", "POST", "/api/region-sets/files", body=body, roles=ADMINISTRATOR)
        assert (answer.status, answer.json["code"]) == (status, code)
