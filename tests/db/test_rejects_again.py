"""The rejects workbook of bytes that are sent again."""

from pathlib import Path

import pytest

from shared.storage import Storage, rejects_key
from tests.conftest import Database
from tests.db.ingest_fixture import Desk, Texts, flight_row, upload_id, write_workbook

NONSENSE: Texts = ("Московский", "ЗАВТРА НЕ ЛЕТАЕМ", None, None)


@pytest.fixture
def desk(database: Database, storage: Storage, tmp_path: Path) -> Desk:
    return Desk(database, storage, tmp_path)


def rejects(desk: Desk, key: str) -> bytes:
    path = desk.folder / "fetched.xlsx"
    desk.storage.download(rejects_key(upload_id(key)), path)
    return path.read_bytes()


def test_the_second_sender_gets_the_same(desk: Desk) -> None:
    workbook = write_workbook(desk.folder / "with-nonsense.xlsx", [flight_row(1), NONSENSE])
    first, second = desk.put(workbook), desk.put(workbook, minute=5)
    assert [outcome.kind for outcome in desk.deliver(first)] == ["loaded"]
    assert [outcome.kind for outcome in desk.deliver(second)] == ["duplicate"]
    assert rejects(desk, second) == rejects(desk, first)


def test_it_is_made_anew_where_the_first_is_gone(desk: Desk) -> None:
    workbook = write_workbook(desk.folder / "with-nonsense.xlsx", [flight_row(1), NONSENSE])
    first, second = desk.put(workbook), desk.put(workbook, minute=5)
    desk.deliver(first)
    desk.storage.delete(rejects_key(upload_id(first)))
    desk.deliver(second)
    assert rejects(desk, second)[:2] == b"PK"
