"""Who did what: one command over the audit and over what remembers who asked for it; lines have an end."""

import asyncio
import json

import asyncpg
import pytest
from click.testing import CliRunner

from fly_potato.commands.database import audit as command
from hosting.backups import run_job
from shared.switches import set_switches
from tests.conftest import Database

UPLOAD = "018f0000-0000-7000-8000-000000000001"


@pytest.fixture
def lived_in(database: Database) -> Database:
    """Let an operator send a workbook and an administrator pause the ingest; two lines are old."""

    async def live() -> None:
        api = await asyncpg.connect(database.uri("fp_api"))
        await api.execute(
            "INSERT INTO core.uploads (id, object_key, file_name, size_bytes, content_type, announced_by)"
            " VALUES ($1, 'incoming/a', 'Фамилия.xlsx', 1, 'x', 'an-operator')",
            UPLOAD,
        )
        await set_switches(api, "an-administrator", {"ingest": "paused"})
        await api.close()
        owner = await asyncpg.connect(database.uri())
        await owner.execute(
            "INSERT INTO core.audit (at, who, action) VALUES (now() - interval '200 days', 'somebody', 'forget'),"
            " (now() - interval '400 days', 'somebody', 'forget')"
        )
        await owner.close()

    asyncio.run(live())
    return database


def audited(database: Database, *words: str) -> list[dict[str, object]]:
    done = CliRunner().invoke(command, ["--uri", database.uri(), "--json", *words])
    assert done.exit_code == 0, done.output
    assert "Фамилия" not in done.output
    return [json.loads(line) for line in done.output.splitlines()]


def test_who_did_what_is_told(lived_in: Database) -> None:
    assert [(each["who"], each["action"], each["details"]) for each in audited(lived_in)] == [
        ("an-operator", "upload", {"upload": UPLOAD, "outcome": None}),
        ("an-administrator", "maintenance", {"ingest": "paused"}),
    ]
    assert [each["who"] for each in audited(lived_in, "--days", "900", "--action", "forget")] == ["somebody"] * 2
    assert [each["action"] for each in audited(lived_in, "--who", "an-operator")] == ["upload"]
    plain = CliRunner().invoke(command, ["--uri", lived_in.uri(), "--who", "an-administrator"]).output
    assert plain.endswith('an-administrator  maintenance  {"ingest": "paused"}\n')


def test_lines_go_when_they_have_had_their_time(lived_in: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def as_a_service() -> None:
        for role in ("fp_api", "fp_ingest"):
            connection = await asyncpg.connect(lived_in.uri(role))
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute("DELETE FROM core.audit")
            await connection.close()

    asyncio.run(as_a_service())
    asyncio.run(run_job("audit-expire", lived_in.uri()))
    assert len(audited(lived_in, "--days", "900", "--action", "forget")) == 2
    (line,) = audited(lived_in, "--action", "forget audit")
    assert (line["who"], line["details"]) == ("job audit-expire", {"lines": 1})
    monkeypatch.setenv("HOSTING_AUDIT_DAYS", "180")
    asyncio.run(run_job("audit-expire", lived_in.uri()))
    assert {each["action"] for each in audited(lived_in, "--days", "900", "--action", "forget")} == {"forget audit"}
