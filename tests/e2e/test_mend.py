"""What could not be read is mended by a person and sent again: the tables end as if it had been right at once."""

import asyncio
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import asyncpg
import httpx
import openpyxl
import pytest

from fly_potato.client import Client, Json, load
from fly_potato.database import verify
from fly_potato.stack import Stack
from shared.db.sql import load_sql
from shared.storage import Storage
from tests.conftest import Database
from tests.db.ingest_fixture import Ingest, Texts, flight_row, write_workbook

RIGHT: list[Texts] = [flight_row(90_001 + number, place="5512N06124E", day="250412") for number in range(6)]
LANDING: Texts = ("Московский", None, None, RIGHT[0][3])
"""A row of its own: the landing of the first flight."""
NONSENSE: Texts = ("Московский", "ЗАВТРА НЕ ЛЕТАЕМ", None, None)
BROKEN: dict[int, Texts] = {
    4: ("Московский", (RIGHT[2][1] or "").replace("(SHR-ZZZZZ\n-ZZZZ0600", "ПЛАН 0600"), None, None),
    5: ("Московский", "ПЛАН ПРИЛАГАЕТСЯ", "ВЫЛЕТ 0610", "ПОСАДКА 0745"),
    8: ("Московский", None, None, "ПОСАДКА ПЕРВОГО БОРТА 0745"),
    9: NONSENSE,
}
"""Rows of the workbook, by their number in Excel, as they were first sent."""
MENDED: dict[int, Texts] = {4: (RIGHT[2][0], RIGHT[2][1], None, None), 5: RIGHT[3], 8: LANDING}


def _right() -> list[Texts]:
    """Give the rows as they should have been, without the one that nobody can mend."""
    first, third = RIGHT[0], RIGHT[2]
    return [(*first[:3], None), RIGHT[1], (*third[:2], None, None), *RIGHT[3:], LANDING]


def _wrong() -> list[Texts]:
    rows = [*_right(), NONSENSE]
    return [BROKEN.get(number, row) for number, row in enumerate(rows, start=2)]


def _flights(uri: str) -> tuple[int, str]:
    """Give size and checksum, as ``fly-potato verify`` has them, of the flights that this test invented."""
    invented = "FROM lines WHERE name = 'core.flights' AND line LIKE '%,777909000_,%'\nGROUP BY"
    statement = load_sql("fly_potato")["checksums"].replace("FROM lines\nGROUP BY", invented)
    assert invented in statement

    async def once() -> tuple[int, str]:
        connection = await asyncpg.connect(uri)
        try:
            (row,) = await connection.fetch(statement)
        finally:
            await connection.close()
        return row["rows"], row["checksum"]

    return asyncio.run(once())


def _counts(state: Json, *names: str) -> list[int]:
    return [state["counts"][name] for name in names]


def _corrected(content: bytes, out: Path) -> Path:
    """Do as a person does: write the right texts into the cells of the rows that can be mended."""
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = book["Result_1"]
    found = {str(line[-1].value): line for line in sheet.iter_rows(min_row=2) if line[-1].value}
    assert sorted(found) == [f"Result_1, строка {number}" for number in sorted(BROKEN)]
    for number, texts in MENDED.items():
        for cell, text in zip(found[f"Result_1, строка {number}"], texts, strict=False):
            cell.value = text
    book.save(out)
    return out


@pytest.fixture
def rejects(stack: Stack) -> Callable[[Json], bytes]:
    """Give how the mend workbook of an upload is downloaded."""

    def download(state: Json) -> bytes:
        address = f"{stack.paths.url}/api/uploads/{state['id']}/rejects.xlsx"
        answer = httpx.get(address, follow_redirects=True)
        assert answer.status_code == 200
        return answer.content

    return download


def test_mended_rows_make_the_tables_that_right_ones_make(
    stack: Stack,
    client: Client,
    rejects: Callable[[Json], bytes],
    mapped: Database,
    storage: Storage,
    tmp_path: Path,
) -> None:
    sent = load(client, write_workbook(tmp_path / "wrong.xlsx", _wrong()))
    assert _counts(sent, "rows_in", "rows_rejected", "flights_new") == [8, 4, 4]

    corrected = _corrected(rejects(sent), tmp_path / "mended.xlsx")
    again = load(client, corrected)
    counted = ("rows_in", "rows_rejected", "flights_new", "flights_updated", "rows_repeated")
    assert _counts(again, *counted) == [4, 1, 2, 1, 0]
    left = client.upload(sent["id"])
    assert _counts(left, "rows_rejected") == [4], "what a workbook held stays counted"

    ingest = Ingest(mapped, storage, tmp_path)
    ingest.load(_right())
    assert _flights(stack.superuser_uri()) == _flights(mapped.uri())
    _, rules = asyncio.run(verify(stack.superuser_uri()))
    assert [rule for rule in rules if rule.offenders] == []

    once_more = load(client, corrected)
    assert once_more["state"] == "duplicate"
    assert _flights(stack.superuser_uri()) == _flights(mapped.uri())
    assert _flights(mapped.uri())[0] == len(RIGHT)

    still = openpyxl.load_workbook(BytesIO(rejects(again)))["Result_1"]
    assert [line[-1].value for line in still.iter_rows(min_row=2)] == ["Result_1, строка 5"]
