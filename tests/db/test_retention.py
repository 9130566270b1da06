"""Personal data have an end: texts are replaced, flights, roll-ups and later readings are what they were."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from click.testing import CliRunner
from pydantic import SecretStr

from fly_potato.commands.stored_data import forget as command
from shared.db import Pool, connect_pool
from shared.ingest.jobs import run_job
from shared.ingest.retention import RedactedTexts, pattern_of, redact_overdue
from shared.ingest.stored_loads import reread
from shared.settings import DatabaseSettings
from shared.storage import Storage
from tests.conftest import Database
from tests.db.ingest_fixture import Ingest, flight_row, upload_id

ROOT = Path(__file__).resolve().parents[2]
OF_PEOPLE = ("ИВАНОВ", "+7000000", "70000000000")


@pytest.fixture
def ingest(mapped: Database, storage: Storage, tmp_path: Path) -> Ingest:
    return Ingest(mapped, storage, tmp_path)


def sample(path: Path, layout: str, seed: int) -> Path:
    words = ("sample", "--rows", "150", "--layout", layout, "--seed", str(seed), str(path))
    subprocess.run([sys.executable, "-m", "fly_potato", *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return path


def with_pool(ingest: Ingest, work: Callable[[Pool], Awaitable[Any]]) -> Any:
    async def once() -> Any:
        pool = await connect_pool(DatabaseSettings(uri=SecretStr(ingest.database.uri("fp_ingest"))))
        try:
            return await work(pool)
        finally:
            await pool.close()

    return asyncio.run(once())


def fetch(ingest: Ingest, statement: str) -> list[Any]:
    async def once() -> list[Any]:
        connection = await asyncpg.connect(ingest.database.uri())
        try:
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()

    return asyncio.run(once())


def kept_texts(ingest: Ingest) -> str:
    ((rows,),) = fetch(ingest, "SELECT string_agg(r::text, ' ') FROM raw.rows AS r")
    ((rejects,),) = fetch(ingest, "SELECT coalesce(string_agg(r::text, ' '), '') FROM raw.rejects AS r")
    return str(rows) + str(rejects)


def facts(ingest: Ingest) -> list[Any]:
    """Give the checksums of everything but the texts themselves."""
    return [each for each in ingest.sums() if each.table != "raw.rows"]


def redacted(ingest: Ingest, before: datetime | None = None) -> RedactedTexts:
    moment = before or datetime.now(UTC)
    result: RedactedTexts = with_pool(ingest, lambda pool: redact_overdue(pool, ingest.storage, moment))
    return result


def test_texts_go_and_everything_that_was_understood_stays(ingest: Ingest, tmp_path: Path) -> None:
    keys = [
        ingest.put_rows([flight_row(number) for number in range(20)], minute=1),
        ingest.put_rows([flight_row(3, arr=None), ("Московский", "ПЕТРОВ ПЁТР +70000000001", None, None)], minute=2),
        ingest.put(sample(tmp_path / "telegrams.xlsx", "2025", 3), minute=3),
        ingest.put(sample(tmp_path / "table.xlsx", "2024", 4), minute=4),
    ]
    for key in keys:
        ingest.deliver(key)
    before, texts = facts(ingest), kept_texts(ingest)
    assert all(word in texts for word in OF_PEOPLE)
    done = redacted(ingest)
    assert (done.loads, done.unlike) == (4, 0)
    assert not [word for word in (*OF_PEOPLE, "ПЕТРОВ") if word in kept_texts(ingest)]
    assert facts(ingest) == before
    # Read anew by today's parser, load by load, nothing changes either.
    loads = [number for (number,) in fetch(ingest, "SELECT id FROM core.loads WHERE state = 'done' ORDER BY id")]
    for number in loads:
        changed = with_pool(ingest, lambda pool, load=number: reread(pool, load))
        assert (changed.new, changed.gone, changed.changed) == (0, 0, 0)
    assert facts(ingest) == before
    assert redacted(ingest) == RedactedTexts()


def test_a_row_sent_again_is_known_and_does_not_bring_its_text_back(ingest: Ingest) -> None:
    rows = [flight_row(number) for number in range(5)]
    ingest.deliver(ingest.put_rows(rows, minute=1))
    redacted(ingest)
    flights = [each for each in facts(ingest) if each.table == "core.flights"]
    [outcome] = ingest.deliver(ingest.put_rows([*rows, flight_row(9)], minute=2))
    assert (outcome.counts.flights_unchanged, outcome.counts.flights_new) == (5, 1)
    assert "ИВАНОВ" in kept_texts(ingest)
    ((named,),) = fetch(ingest, "SELECT count(*) FROM raw.rows WHERE shr LIKE '%ИВАНОВ%'")
    assert named == 1
    assert flights != [each for each in facts(ingest) if each.table == "core.flights"]


def test_young_loads_keep_their_texts_and_old_workbooks_are_removed(ingest: Ingest) -> None:
    old, young = ingest.put_rows([flight_row(1)], minute=1), ingest.put_rows([flight_row(2)], minute=200)
    ingest.deliver(old)
    ingest.deliver(young)
    for key in (old, young):
        fetch(
            ingest,
            "INSERT INTO core.uploads (id, object_key, file_name, announced_by, announced_at, load_id)"  # noqa: S608
            f" SELECT '{upload_id(key)}', '{key}', 'a.xlsx', 'x', source_at, id FROM core.loads"
            f" WHERE object_key = '{key}'"
            " ON CONFLICT (id) DO UPDATE SET load_id = excluded.load_id, announced_at = excluded.announced_at"
            " RETURNING id",
        )
    ((between,),) = fetch(ingest, "SELECT max(source_at) FROM core.loads")
    done = redacted(ingest, between)
    assert (done.loads, done.files) == (1, 1)
    assert {item.key for item in ingest.storage.list("incoming/")} == {young}
    assert fetch(ingest, "SELECT count(*) FROM raw.rows WHERE shr LIKE '%ИВАНОВ%'") == [(1,)]
    assert fetch(ingest, "SELECT who, action FROM core.audit") == [("job redact", "redact")]


def test_the_job_goes_by_the_setting(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest.deliver(ingest.put_rows([flight_row(1)], minute=1))
    job = '{"job": "redact"}'
    monkeypatch.setenv("RAW_TTL_MONTHS", "1200")
    with_pool(ingest, lambda pool: run_job(pool, ingest.storage, job, timedelta(days=1)))
    assert "ИВАНОВ" in kept_texts(ingest)
    monkeypatch.setenv("RAW_TTL_MONTHS", "1")
    with_pool(ingest, lambda pool: run_job(pool, ingest.storage, job, timedelta(days=1)))
    assert "ИВАНОВ" not in kept_texts(ingest)


def test_a_person_is_forgotten_with_a_preview_and_named_nowhere(ingest: Ingest) -> None:
    rows = [flight_row(number) for number in range(3)]
    another = flight_row(7)
    assert another[1]
    rows.append(("Московский", another[1].replace("ИВАНОВ ИВАН +70000000000", "СИДОРОВ ПЁТР"), *another[2:]))
    ingest.deliver(ingest.put_rows(rows, minute=1))
    before = facts(ingest)
    environment = {"POSTGRES_URI": ingest.database.uri("fp_ingest")}

    def forget(said: str) -> Any:
        return CliRunner().invoke(command, ["--keep-files"], input=said, env=environment)

    refused = forget("8 (000) 000-00-00\n")
    assert refused.exit_code != 0
    seen = forget("Иванов Иван\nn\n")
    assert "строк и отклонённых строк: 3" in seen.output
    assert "ИВАНОВ" in kept_texts(ingest)
    done = forget("Иванов Иван\ny\n")
    assert "обезличено" in done.output
    assert "ИВАНОВ" not in kept_texts(ingest)
    assert "СИДОРОВ" in kept_texts(ingest)
    assert facts(ingest) == before
    lines = fetch(ingest, "SELECT action, details::text FROM core.audit ORDER BY id")
    assert [action for action, _ in lines][-1] == "forget"
    assert "ванов" not in str(lines).lower()
    assert "строк и отклонённых строк: 0" in forget("Иванов Иван\n").output


@pytest.mark.parametrize(
    ("searched", "written"),
    [
        ("Иванов Иван", "OPR/ИВАНОВ-ИВАН"),
        ("Иванов Иван", "OPR/ИBAHOB ИBAH"),
        ("+7 (000) 000-00-12", "RMK/ТЕЛ 80000000012"),
        ("80000000012", "+7 000 000 00 12"),
    ],
)
def test_a_name_is_found_however_it_is_written(ingest: Ingest, searched: str, written: str) -> None:
    assert fetch(ingest, f"SELECT '{written}' ~* '{pattern_of(searched)}'") == [(True,)]
