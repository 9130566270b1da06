"""What services write into their logs: lines of JSON, and nobody's name, whatever goes wrong."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress

import asyncpg
import pytest

from fly_potato.stack.postgres.cluster import QUIET_LOG
from tests.conftest import Database
from tests.stack.test_files import ROOT, compose

NOBODY = "Канарейкин +70000000917"


@pytest.mark.parametrize("name", ["compose.yaml", "compose.prod.yaml"])
def test_the_databases_of_both_variants_are_as_quiet_as_the_tested_one(name: str) -> None:
    command = compose(name)["services"]["postgres"]["command"]
    assert {f"{setting}={value}" for setting, value in QUIET_LOG.items()} <= set(command)


def test_the_databases_log_quotes_nobody(database: Database) -> None:
    log = database.cluster.log_file
    before = log.stat().st_size
    refused = (
        f"SELECT '{NOBODY}'::integer",
        "INSERT INTO core.switches (name, value, changed_by) VALUES ('lanes', '1', 'x'), ('lanes', '2', 'x')",
        f"DO $$ BEGIN RAISE EXCEPTION '{NOBODY}'; END $$",
        f"SELECT 1 FROM no_such_table WHERE pilot = '{NOBODY}'",  # noqa: S608
    )

    async def provoke() -> None:
        connection = await asyncpg.connect(database.uri())
        for statement in refused:
            with pytest.raises(asyncpg.PostgresError):
                await connection.execute(statement)
        with pytest.raises(asyncpg.PostgresError):
            await connection.fetchval("SELECT $1::text::integer", NOBODY)
        source = f"one\t{NOBODY}\n".encode()
        with pytest.raises(asyncpg.PostgresError):
            await connection.copy_to_table("load_centers", schema_name="core", source=_once(source))
        await connection.execute("DO $$ BEGIN RAISE LOG 'the log is written'; END $$")
        # Whoever is cut off in the middle of a statement leaves a FATAL line.
        own = await connection.fetchval("SELECT pg_backend_pid()")
        other = await asyncpg.connect(database.uri())
        sleeping = asyncio.create_task(connection.execute(f"SELECT pg_sleep(60), '{NOBODY}'"))
        while not await other.fetchval("SELECT state = 'active' FROM pg_stat_activity WHERE pid = $1", own):
            await asyncio.sleep(0.02)
        await other.execute("SELECT pg_terminate_backend($1, 5000)", own)
        with suppress(asyncpg.PostgresError, ConnectionError):
            await sleeping
        await other.close()

    asyncio.run(provoke())
    with log.open("rb") as file:
        file.seek(before)
        lines = file.read().decode()
    assert "the log is written" in lines
    assert "terminating connection" in lines
    for word in (*NOBODY.split(), "no_such_table"):
        assert word not in lines


def test_who_comes_to_the_database_is_written_down(database: Database) -> None:
    for name in ("compose.yaml", "compose.prod.yaml"):
        assert {"log_connections=on", "log_disconnections=on"} <= set(compose(name)["services"]["postgres"]["command"])
    log = database.cluster.log_file
    before = log.stat().st_size
    settings = ("log_connections", "log_disconnections")
    try:
        for setting in settings:
            database.cluster.sql(f"ALTER SYSTEM SET {setting} = on")
        database.cluster.sql("SELECT pg_reload_conf()")

        async def look() -> None:
            connection = await asyncpg.connect(database.uri("fp_datalens"))
            await connection.fetch("SELECT * FROM mart.region_totals LIMIT 1")
            await connection.close()

        asyncio.run(look())
        who = f"user=fp_datalens database={database.name}"
        lines = [line for line in log.read_text()[before:].splitlines() if who in line]
        assert ["connection authorized" in line or "disconnection" in line for line in lines] == [True, True]
        assert not [line for line in lines if "region_totals" in line]
    finally:
        for setting in settings:
            database.cluster.sql(f"ALTER SYSTEM RESET {setting}")
        database.cluster.sql("SELECT pg_reload_conf()")


async def _once(source: bytes) -> AsyncIterator[bytes]:
    yield source


def test_the_migration_tells_of_itself_in_json(mapped: Database) -> None:
    def run(uri: str) -> tuple[int, list[dict[str, str]], str]:
        environment = {"PATH": os.environ["PATH"], "MIGRATE_URI": uri, "POSTGRES_URI": uri}
        command = [sys.executable, "-m", "hosting.migration"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    status, lines, _ = run(mapped.uri())
    assert status == 0
    assert [line["message"] for line in lines][-2:] == [
        "Boundaries are in force already.",
        "The database is as this release needs it.",
    ]
    password = "a-word-that-nobody-may-see"
    status, lines, rest = run(f"postgresql://fp_owner:{password}@127.0.0.1:1/float_mode")
    assert status == 1
    assert lines[-1]["level"] == "FATAL"
    assert password not in json.dumps(lines) + rest


def test_the_emulator_tells_of_itself_in_json() -> None:
    environment = {"PATH": os.environ["PATH"], "EMULATOR_PROCESS_INSTANCES": NOBODY}
    command = [sys.executable, "-m", "local.emulator"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["level"] == "FATAL"
    assert NOBODY not in done.stdout + done.stderr
