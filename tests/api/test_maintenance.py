"""Pausing, slowing and announcing by the API: who may, what is told, and that a line stays of who did it."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from fly_potato.commands.maintenance import command
from shared.db import connect_pool
from shared.ingest.jobs import run_job
from shared.settings import DatabaseSettings
from shared.storage import Storage
from tests.api.conftest import Caller
from tests.conftest import Database
from tests.db.ingest_fixture import Ingest, flight_row, upload_id

pytestmark = pytest.mark.usefixtures("configured")
RUNNING = {
    "environment": None,
    "ingest": "running",
    "paused_at": None,
    "lanes": None,
    "announcement": None,
    "features": {"reports": True, "boundary_check": True},
}


def change(call: Caller, body: Any, role: str = "administrator") -> Any:
    return call("upload", "POST", "/api/maintenance", body=body, roles=[role])


def execute(database: Database, statement: str) -> list[Any]:
    async def once() -> list[Any]:
        connection = await asyncpg.connect(database.uri())
        try:
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()

    return asyncio.run(once())


def test_nothing_is_set_at_first_and_everybody_may_look(call: Caller) -> None:
    assert call("upload", "GET", "/api/maintenance", roles=["analyst"]).json == RUNNING
    assert call("upload", "GET", "/api/maintenance", roles=[]).status == 403


def test_administrators_alone_change_and_each_change_leaves_a_line(call: Caller, database: Database) -> None:
    for role in ("analyst", "operator"):
        assert change(call, {"ingest": "paused"}, role).status == 403
    changed = change(
        call, {"ingest": "paused", "lanes": 1, "announcement": " Работы до 18:00. ", "features": {"reports": False}}
    )
    assert changed.status == 200
    assert changed.json["paused_at"] is not None
    assert {**changed.json, "paused_at": None} == {
        "environment": None,
        "ingest": "paused",
        "paused_at": None,
        "lanes": 1,
        "announcement": "Работы до 18:00.",
        "features": {"reports": False, "boundary_check": True},
    }
    assert (
        change(call, {"ingest": "running", "lanes": 0, "announcement": "", "features": {"reports": True}}).json
        == RUNNING
    )
    lines = execute(database, "SELECT who <> '', action, details FROM core.audit ORDER BY id")
    assert [line[:2] for line in lines] == [(True, "maintenance")] * 2
    assert json.loads(lines[0][2])["ingest"] == "paused"


@pytest.mark.parametrize("body", [{"ingest": "gone"}, {"lanes": 11}, {"features": {"uploads": False}}, {"other": 1}])
def test_what_there_is_not_is_refused(call: Caller, body: Any) -> None:
    assert change(call, body).status == 422


def test_the_api_can_neither_change_nor_remove_a_line(database: Database) -> None:
    async def refused(role: str, statement: str) -> None:
        connection = await asyncpg.connect(database.uri(role))
        try:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
        finally:
            await connection.close()

    for role in ("fp_api", "fp_ingest"):
        for statement in ("UPDATE core.audit SET who = 'somebody'", "DELETE FROM core.audit"):
            asyncio.run(refused(role, statement))


def test_reports_can_be_switched_off(call: Caller) -> None:
    change(call, {"features": {"reports": False}})
    answer = call("stats", "GET", "/api/reports/overview.json", roles=["analyst"])
    assert (answer.status, answer.json["code"]) == (503, "FEATURE_OFF")


def sweep(ingest: Ingest) -> None:
    async def once() -> None:
        pool = await connect_pool(DatabaseSettings(uri=SecretStr(ingest.database.uri("fp_ingest"))))
        try:
            await run_job(pool, ingest.storage, '{"job": "sweep"}', ttl=timedelta(days=1))
        finally:
            await pool.close()

    asyncio.run(once())


def test_what_waits_while_paused_is_not_given_up(
    call: Caller, database: Database, storage: Storage, tmp_path: Path
) -> None:
    """Days pass; the sweep finds the workbook and holds it, and its event loads it once ingest goes on."""
    ingest = Ingest(database, storage, tmp_path)
    key = ingest.put_rows([flight_row(1)])
    execute(
        database,
        "INSERT INTO core.uploads (id, object_key, file_name, announced_by, announced_at)"  # noqa: S608
        f" VALUES ('{upload_id(key)}', '{key}', 'a.xlsx', 'somebody', now() - interval '3 days') RETURNING id",
    )
    change(call, {"ingest": "paused"})
    for _ in range(3):
        sweep(ingest)
        execute(database, "UPDATE core.uploads SET lease_until = lease_until - interval '59 minutes' RETURNING id")
    assert call("upload", "GET", f"/api/uploads/{upload_id(key)}", roles=["analyst"]).json["state"] == "processing"
    change(call, {"ingest": "running"})
    [outcome] = ingest.deliver(key)
    assert outcome.load_id is not None
    assert call("upload", "GET", f"/api/uploads/{upload_id(key)}", roles=["analyst"]).json["state"] == "loaded"


def test_the_command_does_the_same(database: Database, call: Caller) -> None:
    def invoke(*words: str) -> str:
        done = CliRunner().invoke(command, list(words), env={"POSTGRES_URI": database.uri("fp_ingest")})
        assert done.exit_code == 0, done.output
        return done.output

    assert "приём: идёт" in invoke("show")
    assert "приём: приостановлен с" in invoke("pause")
    assert "книг одновременно: 1" in invoke("lanes", "1")
    assert "объявление: Работы" in invoke("announce", "Работы")
    assert "boundary_check: выключено" in invoke("feature", "boundary_check", "off")
    body = call("upload", "GET", "/api/maintenance", roles=["analyst"]).json
    assert (body["ingest"], body["lanes"], body["announcement"]) == ("paused", 1, "Работы")
    invoke("resume")
    assert "объявление: нет" in invoke("announce")
