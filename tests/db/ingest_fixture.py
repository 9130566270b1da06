"""Small invented workbooks and a way to deliver them as an event would."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from openpyxl import Workbook

from fly_potato.database import Checksum, verify
from shared.db import connect_pool
from shared.ingest import Outcome, process_object
from shared.settings import DatabaseSettings
from shared.storage import Storage, incoming_key, new_upload_id
from tests.conftest import Database

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADER = ("Центр ЕС ОрВД", "SHR", "DEP", "ARR")
Texts = tuple[str | None, str | None, str | None, str | None]
LEASE = timedelta(minutes=11)


def flight_row(
    number: int,
    *,
    dep: str | None = "0610",
    arr: str | None = "0745",
    day: str = "250301",
    place: str = "5530N03710E",
    eet: str = "0200",
) -> Texts:
    """Write one invented flight as a row of the 2025 sheet; ``dep`` and ``arr`` are hhmm, None is no telegram."""
    sid = f"77790{number:05d}"
    shr = (
        f"(SHR-ZZZZZ\n-ZZZZ0600\n-M0005/M0030 /ZONA MR{number:05d}/\n-ZZZZ{eet}\n"
        f"-DEP/{place} DEST/{place} DOF/{day} OPR/ИВАНОВ ИВАН +70000000000\n"
        f"REG/0A{number:05d} TYP/BLA RMK/СЪЕМКА SID/{sid})"
    )
    gone = dep and f"-TITLE IDEP\n-SID {sid}\n-ADD {day}\n-ATD {dep}\n-ADEP ZZZZ\n-ADEPZ {place}\n-PAP 0"
    back = arr and f"-TITLE IARR\n-SID {sid}\n-ADA {day}\n-ATA {arr}\n-ADARR ZZZZ\n-ADARRZ {place}\n-PAP 0"
    return ("Московский", shr, gone, back)


def write_workbook(path: Path, rows: Sequence[Texts]) -> Path:
    """Write rows as the one sheet of a 2025 workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Result_1")
    sheet.append(HEADER)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


@dataclass(frozen=True, slots=True)
class Ingest:
    """A database and a bucket, and the one thing to do with them."""

    database: Database
    storage: Storage
    folder: Path

    def put(self, path: Path, *, minute: int = 0) -> str:
        """Send a workbook as an upload announced ``minute`` minutes into an invented day; give its key."""
        key = incoming_key(new_upload_id(datetime(2025, 6, 1, tzinfo=UTC) + timedelta(minutes=minute)))
        self.storage.upload(path, key, XLSX)
        return key

    def put_rows(self, rows: Sequence[Texts], *, minute: int = 0) -> str:
        """Write rows to a workbook and send it."""
        return self.put(write_workbook(self.folder / "rows.xlsx", rows), minute=minute)

    def deliver(self, *keys: str) -> list[Outcome]:
        """Deliver events for these objects at the same time, each with a pool of its own as each function has."""

        async def one(key: str) -> Outcome:
            pool = await connect_pool(DatabaseSettings(uri=self.database.uri("fp_ingest")))  # type: ignore[arg-type]
            try:
                return await process_object(pool, self.storage, key, lease=LEASE)
            finally:
                await pool.close()

        async def all_of_them() -> list[Outcome]:
            return await asyncio.gather(*map(one, keys))

        return asyncio.run(all_of_them())

    def load(self, rows: Sequence[Texts], *, minute: int = 0) -> Outcome:
        """Send rows and deliver their event."""
        return self.deliver(self.put_rows(rows, minute=minute))[0]

    def fetch(self, statement: str, *arguments: object) -> list[Any]:
        """Ask the database as its superuser."""

        async def once() -> list[Any]:
            connection = await asyncpg.connect(self.database.uri())
            try:
                return list(await connection.fetch(statement, *arguments))
            finally:
                await connection.close()

        return asyncio.run(once())

    def upload(self, key: str) -> Any:
        """Read the row of an upload."""
        return self.fetch("SELECT * FROM core.uploads WHERE object_key = $1", key)[0]

    def sums(self) -> list[Checksum]:
        """Give the checksums of the tables, after making sure that every rule holds."""
        sums, rules = asyncio.run(verify(self.database.uri()))
        assert [rule for rule in rules if rule.offenders] == []
        return sums


def upload_id(key: str) -> UUID:
    """Take the id out of an incoming key."""
    return UUID(key.removeprefix("incoming/").removesuffix(".xlsx"))
