"""Hostile files through the whole of a delivery, with a real database and bucket: each ends, and the next one loads."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.db import connect_pool
from shared.ingest import process_object
from shared.settings import DatabaseSettings
from shared.storage import Storage, incoming_key, new_upload_id
from shared.workbooks import child
from shared.workbooks.refusals import REFUSALS
from tests.conftest import Database
from tests.db.ingest_fixture import LEASE, XLSX, Ingest, flight_row
from tests.fuzz.hostile_workbooks import make
from tests.unit.workbooks.hostile import HOSTILE

NAMED = (
    "stray_empty_text",
    "row_beyond_excel",
    "row_last_plain",
    "ends_of_two_archives",
    "name_in_extra_field",
    "date_last_second",
    "date_beyond",
    "ods_time_overflow",
    "ods_row_repeated",
    "long_sheet_name",
    "string_not_there",
    "bad_styles",
    "strings_prefixed",
    "open_tags",
    "csv_one_line_of_delimiters",
)
SEEDS = range(60)


@pytest.fixture
def ingest(database: Database, storage: Storage, tmp_path: Path) -> Ingest:
    return Ingest(database, storage, tmp_path)


def deliver_in_one_process(ingest: Ingest, paths: list[Path]) -> list[tuple[str, str | None]]:
    """Deliver files one after another to one worker, which keeps its pool; give what each came to."""

    async def all_of_them() -> list[tuple[str, str | None]]:
        pool = await connect_pool(DatabaseSettings(uri=ingest.database.uri("fp_ingest")))  # type: ignore[arg-type]
        backends = await pool.fetchval("SELECT pg_backend_pid()")
        ends = []
        for path in paths:
            key = incoming_key(new_upload_id(datetime.now(UTC)))
            ingest.storage.upload(path, key, XLSX)
            outcome = await process_object(pool, ingest.storage, key, lease=LEASE)
            ends.append((outcome.kind, outcome.error_code))
        assert backends in [row["pid"] for row in await pool.fetch("SELECT pid FROM pg_stat_activity")]
        await pool.close()
        return ends

    return asyncio.run(all_of_them())


def test_every_named_file_ends_and_the_worker_lives(ingest: Ingest) -> None:
    paths = [HOSTILE[name][0](ingest.folder / name) for name in NAMED]
    ends = deliver_in_one_process(ingest, paths)
    by_name = dict(zip(NAMED, ends, strict=True))
    assert by_name == {name: ("failed", HOSTILE[name][1]) if HOSTILE[name][1] else ("loaded", None) for name in NAMED}
    states = ingest.fetch("SELECT state, error_code, error_sentence FROM core.loads ORDER BY id")
    assert {row["state"] for row in states} == {"done", "failed"}
    assert all(row["error_code"] in REFUSALS and row["error_sentence"] for row in states if row["state"] == "failed")
    assert ingest.fetch("SELECT FROM core.uploads WHERE outcome IS NULL") == []
    assert ingest.load([flight_row(1)]).kind == "loaded"
    ingest.sums()


def test_files_made_at_random_end_too(ingest: Ingest) -> None:
    paths = [make(ingest.folder / f"seed-{seed}", seed) for seed in SEEDS]
    ends = deliver_in_one_process(ingest, paths)
    unclear = [
        (seed, kind, code)
        for seed, (kind, code) in zip(SEEDS, ends, strict=True)
        if kind not in ("loaded", "duplicate") and code not in REFUSALS
    ]
    assert unclear == []
    assert {kind for kind, _ in ends} >= {"loaded", "failed"}
    assert ingest.fetch("SELECT FROM core.uploads WHERE outcome IS NULL") == []
    ingest.sums()


@pytest.mark.parametrize(
    ("fault", "code"), [("os.abort()", "WORKBOOK_UNREADABLE"), ("bytearray(1 << 40)", "WORKBOOK_TOO_LARGE")]
)
def test_a_death_of_the_reader_is_the_files_end(
    fault: str, code: str, ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadly = (
        "import json, os, sys; sys.path[:] = json.loads(sys.argv[1]); from shared.workbooks import worker\n"
        f"worker.WorkbookReader.rows = lambda self: {fault}\nworker.main()"
    )
    with monkeypatch.context() as patched:
        patched.setattr(child, "_START", deadly)
        outcome = ingest.load([flight_row(1)])
    assert (outcome.kind, outcome.error_code) == ("failed", code)
    [load] = ingest.fetch("SELECT state, error_sentence FROM core.loads")
    assert load["state"] == "failed"
    assert re.search("[а-я]", load["error_sentence"])
    assert ingest.load([flight_row(1)], minute=1).kind == "loaded"
