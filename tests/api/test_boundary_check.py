"""The monthly check of boundaries: an address on a real server, what it comes to, and its age in the metrics."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from hosting.backups import run_job
from shared.db import connect_pool
from shared.ingest.boundary_check import check_boundaries
from shared.regions import load_boundaries
from shared.settings import BoundarySettings, DatabaseSettings
from tests.api.conftest import Caller
from tests.conftest import Database
from tests.db.regions.connections import run
from tests.unit.regions.files import region, square, write

pytestmark = pytest.mark.usefixtures("configured")
FIRST = [region(1, square(40, 60), "Алая"), region(2, square(41, 60), "Бурая")]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    served = tmp_path / "served"
    served.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(served)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/borders.geojson"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def loaded(database: Database, tmp_path: Path) -> Database:
    first = write(tmp_path / "a.geojson", *FIRST)
    run(database, lambda conn: load_boundaries(conn, first))
    return database


def check(database: Database, address: str | None, **settings: Any) -> str | None:
    async def once() -> str | None:
        pool = await connect_pool(DatabaseSettings(uri=SecretStr(database.uri("fp_ingest"))))
        try:
            return await check_boundaries(pool, BoundarySettings(check_url=address, **settings))  # type: ignore[arg-type]
        finally:
            await pool.close()

    return asyncio.run(once())


def tasks(call: Caller) -> list[Any]:
    items = call("upload", "GET", "/api/region-sets/tasks", roles=["administrator"]).json["items"]
    return [(each["kind"], each["state"], each["same"], each["set_id"]) for each in items]


def sets(call: Caller) -> list[tuple[int, bool]]:
    items = call("upload", "GET", "/api/region-sets", roles=["analyst"]).json["items"]
    return [(each["id"], each["active"]) for each in items]


def test_off_by_default(call: Caller, loaded: Database) -> None:
    assert BoundarySettings().check_url is None
    assert check(loaded, None) is None
    assert tasks(call) == []


def test_the_same_boundaries_under_another_name_are_the_same(
    call: Caller, loaded: Database, address: str, tmp_path: Path
) -> None:
    write(tmp_path / "served" / "borders.geojson", *reversed(FIRST))
    assert check(loaded, address) == "same"
    assert check(loaded, address) is None, "once a month is enough"
    assert tasks(call) == [("address", "done", True, None)]
    assert sets(call) == [(1, True)]


def test_other_boundaries_wait_for_an_administrator(
    call: Caller, loaded: Database, address: str, tmp_path: Path, sql: Callable[..., Any]
) -> None:
    write(tmp_path / "served" / "borders.geojson", region(1, square(40, 60, 1.1), "Алая"), FIRST[1])
    assert check(loaded, address) == "other"
    [(kind, state, same, set_id)] = tasks(call)
    assert (kind, state, same) == ("address", "done", False)
    assert sets(call) == [(1, True), (set_id, False)]
    sql("UPDATE core.boundary_tasks SET finished_at = now() - interval '31 days'")
    assert check(loaded, address) == "other"


def test_on_hosts_the_service_with_a_way_out_looks_as_the_role_that_loads(
    call: Caller, configured: pytest.MonkeyPatch, loaded: Database, address: str, tmp_path: Path
) -> None:
    write(tmp_path / "served" / "borders.geojson", region(1, square(40, 60, 1.1), "Алая"), FIRST[1])
    configured.setenv("REGIONS_CHECK_URL", address)
    configured.setenv("PROCESS__POSTGRES_URI", loaded.uri("fp_ingest"))
    asyncio.run(run_job("check-boundaries", loaded.uri()))
    [(kind, state, same, _)] = tasks(call)
    assert (kind, state, same) == ("address", "done", False)


def test_an_administrator_switches_it_off_for_both_services(
    call: Caller, configured: pytest.MonkeyPatch, loaded: Database, address: str
) -> None:
    """Nothing is served there: whoever asked would have written down that nobody answered."""
    configured.setenv("REGIONS_CHECK_URL", address)
    configured.setenv("PROCESS__POSTGRES_URI", loaded.uri("fp_ingest"))
    body = {"features": {"boundary_check": False}}
    assert call("upload", "POST", "/api/maintenance", body=body, roles=["administrator"]).status == 200
    assert check(loaded, address) is None
    asyncio.run(run_job("check-boundaries", loaded.uri()))
    assert tasks(call) == []
    body = {"features": {"boundary_check": True}}
    assert call("upload", "POST", "/api/maintenance", body=body, roles=["administrator"]).status == 200
    asyncio.run(run_job("check-boundaries", loaded.uri()))
    assert [state for _, state, _, _ in tasks(call)] == ["refused"]


def test_what_goes_wrong_is_written_down_and_tried_again(
    call: Caller, loaded: Database, address: str, tmp_path: Path
) -> None:
    assert check(loaded, address) == "REGIONS_ADDRESS_UNREACHABLE"
    assert check(loaded, "http://127.0.0.1:9/borders") == "REGIONS_ADDRESS_UNREACHABLE"
    (tmp_path / "served" / "borders.geojson").write_text("no boundaries")
    assert check(loaded, address) == "REGIONS_FILE_TYPE"
    assert check(loaded, address, max_bytes=3) == "REGIONS_FILE_TOO_LARGE"
    assert {state for _, state, _, _ in tasks(call)} == {"refused"}
    write(tmp_path / "served" / "borders.geojson", *FIRST)
    assert check(loaded, address) == "same"


def age(call: Caller) -> float | None:
    body = call("health", "GET", "/metrics", roles=None).body.decode()
    values = [line.split()[1] for line in body.splitlines() if line.startswith("fly_potato_boundaries_checked_age")]
    return float(values[0]) if values else None


def test_the_age_of_the_last_check_is_a_metric(
    call: Caller,
    configured: pytest.MonkeyPatch,
    loaded: Database,
    address: str,
    tmp_path: Path,
    sql: Callable[..., Any],
) -> None:
    assert age(call) is None
    configured.setenv("REGIONS_CHECK_URL", address)
    sql("UPDATE core.boundary_sets SET loaded_at = now() - interval '50 days'")
    never = age(call)
    assert never is not None
    assert never == pytest.approx(50 * 86400, abs=600)
    (tmp_path / "served" / "borders.geojson").write_text(json.dumps({}))
    check(loaded, address)
    failed = age(call)
    assert failed is not None
    assert failed == pytest.approx(50 * 86400, abs=600)
    write(tmp_path / "served" / "borders.geojson", *FIRST)
    check(loaded, address)
    done = age(call)
    assert done is not None
    assert 0 < done < 600
