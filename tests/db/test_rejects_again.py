"""The rejects workbook of bytes that are sent again."""

from pathlib import Path

import pytest

from shared.storage import Storage, rejects_key
from tests.conftest import Database
from tests.db.ingest_fixture import Ingest, Texts, flight_row, upload_id, write_workbook

NONSENSE: Texts = ("Московский", "ЗАВТРА НЕ ЛЕТАЕМ", None, None)


@pytest.fixture
def ingest(database: Database, storage: Storage, tmp_path: Path) -> Ingest:
    return Ingest(database, storage, tmp_path)


def rejects(ingest: Ingest, key: str) -> bytes:
    path = ingest.folder / "fetched.xlsx"
    ingest.storage.download(rejects_key(upload_id(key)), path)
    return path.read_bytes()


def test_the_second_sender_gets_the_same(ingest: Ingest) -> None:
    workbook = write_workbook(ingest.folder / "with-nonsense.xlsx", [flight_row(1), NONSENSE])
    first, second = ingest.put(workbook), ingest.put(workbook, minute=5)
    assert [outcome.kind for outcome in ingest.deliver(first)] == ["loaded"]
    assert [outcome.kind for outcome in ingest.deliver(second)] == ["duplicate"]
    assert rejects(ingest, second) == rejects(ingest, first)


def test_it_is_made_anew_where_the_first_is_gone(ingest: Ingest) -> None:
    workbook = write_workbook(ingest.folder / "with-nonsense.xlsx", [flight_row(1), NONSENSE])
    first, second = ingest.put(workbook), ingest.put(workbook, minute=5)
    ingest.deliver(first)
    ingest.storage.delete(rejects_key(upload_id(first)))
    ingest.deliver(second)
    assert rejects(ingest, second)[:2] == b"PK"
