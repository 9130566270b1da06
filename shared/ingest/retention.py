"""The end of personal data: kept texts without the people in them, once their time is over or somebody asks.

Flights, roll-ups and what a later reading makes of a row stay as they are: a text is replaced by one that reads alike.
A row keeps its identity and its hash, so the same row sent again is still known; it does not bring its old text back.
"""

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.db import Connection, Pool, translated
from shared.db.sql import load_sql
from shared.ingest.claims import lock
from shared.storage import Storage
from shared.switches import audit
from shared.workbooks.kept_text import cells_of, without_people
from shared.workbooks.staging import content_of

log = logging.getLogger(__name__)

_SQL = load_sql("shared.ingest")
_ROWS_AT_ONCE = 5_000
_OVERDUE = """
SELECT id, sha256, source_at FROM core.loads
WHERE redacted_at IS NULL AND source_at < $1 AND state IN ('done', 'withdrawn', 'failed') ORDER BY id
"""
_OF_LOAD = """
SELECT flight_key, row_hash, center, shr, dep, arr, cells FROM raw.rows WHERE load_id = $1
"""
_REJECTS_OF_LOAD = "SELECT ordinal, center, shr, dep, arr, cells FROM raw.rejects WHERE load_id = $1"
_REPLACE = """
UPDATE raw.rows AS r SET center = n.center, shr = n.shr, dep = n.dep, arr = n.arr, cells = n.cells::jsonb
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
    AS n (flight_key, row_hash, center, shr, dep, arr, cells)
WHERE (r.flight_key, r.row_hash) = (n.flight_key, n.row_hash)
"""
_REPLACE_REJECTS = """
UPDATE raw.rejects AS r SET center = n.center, shr = n.shr, dep = n.dep, arr = n.arr, cells = n.cells::jsonb
FROM unnest($2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
    AS n (ordinal, center, shr, dep, arr, cells)
WHERE r.load_id = $1 AND r.ordinal = n.ordinal
"""
_ENDED = "UPDATE core.loads SET redacted_at = now() WHERE id = $1"
_DROP_HEADINGS = "UPDATE core.uploads SET found_headings = NULL WHERE load_id = $1 AND found_headings IS NOT NULL"
_DROP_MENTIONS = "UPDATE core.uploads SET found_headings = NULL WHERE found_headings::text ~* $1"
_FILES = """
SELECT u.object_key FROM core.uploads AS u JOIN core.loads AS l ON l.id = u.load_id
WHERE l.id = $1 AND u.announced_at < $2
"""
_MENTIONS = """
SELECT 'row' AS place, r.load_id, r.flight_key, r.row_hash, NULL::integer AS ordinal, l.source_at,
    r.center, r.shr, r.dep, r.arr, r.cells
FROM raw.rows AS r JOIN core.loads AS l ON l.id = r.load_id
WHERE concat_ws(' ', r.center, r.shr, r.dep, r.arr, r.cells::text) ~* $1
UNION ALL
SELECT 'reject', r.load_id, NULL, NULL, r.ordinal, l.source_at, r.center, r.shr, r.dep, r.arr, r.cells
FROM raw.rejects AS r JOIN core.loads AS l ON l.id = r.load_id
WHERE concat_ws(' ', r.center, r.shr, r.dep, r.arr, r.cells::text) ~* $1
"""
_FILES_OF_LOADS = "SELECT object_key FROM core.uploads WHERE load_id = ANY($1::bigint[]) ORDER BY object_key"
_CYRILLIC, _LATIN = "АВЕКМНОРСТУХЁ", "ABEKMHOPCTYXE"
_TWINS = dict(zip(_CYRILLIC, _LATIN, strict=True)) | dict(zip(_LATIN, _CYRILLIC, strict=True))
_NAMED_FILES = "SELECT count(*) FROM core.uploads WHERE file_name ~* $1"
_RENAME_FILES = "UPDATE core.uploads SET file_name = 'Книга.xlsx' WHERE file_name ~* $1"


@dataclass(frozen=True, slots=True)
class RedactedTexts:
    """What was done: loads, rows and rejects whose texts were replaced, rows that read otherwise now, files removed."""

    loads: int = 0
    rows: int = 0
    unlike: int = 0
    files: int = 0


@dataclass(frozen=True, slots=True)
class Mentions:
    """Where somebody is named: rows and rejects, their loads, files whose name names them, objects of those loads."""

    rows: int
    loads: tuple[int, ...]
    file_names: int
    objects: tuple[str, ...]


async def redact_overdue(pool: Pool, storage: Storage, before: datetime, *, files: bool = True) -> RedactedTexts:
    """Replace the kept texts of every load that came before an instant (aware), and remove its workbooks.

    Load by load, each in a transaction of its own: whoever is killed goes on with the next one. Rows that a younger
    load holds too wait for that one's time. Without ``files`` the bucket is left to its own rules.

    Raises:
        OutageError: the database or the bucket is away.
    """
    done = RedactedTexts()
    with translated():
        for load in await pool.fetch(_OVERDUE, before):
            async with pool.acquire() as conn, conn.transaction():
                if not await lock(conn, load["sha256"]):
                    continue
                rows, unlike = await _redact_load(conn, load)
                keys = [row["object_key"] for row in await conn.fetch(_FILES, load["id"], before)] if files else []
                for key in keys:
                    await asyncio.to_thread(storage.delete, key)
                await conn.execute(_DROP_HEADINGS, load["id"])
                await conn.execute(_ENDED, load["id"])
            done = RedactedTexts(done.loads + 1, done.rows + rows, done.unlike + unlike, done.files + len(keys))
        if done.loads:
            async with pool.acquire() as conn:
                await audit(
                    conn, "job redact", "redact", {"loads": done.loads, "rows": done.rows, "unlike": done.unlike}
                )
    return done


async def _redact_load(conn: Connection, load: Any) -> tuple[int, int]:
    rows = unlike = 0
    cursor = await conn.cursor(_OF_LOAD, load["id"])
    # What is replaced is read first: a cursor of an open transaction does not see what comes after it.
    while batch := await cursor.fetch(_ROWS_AT_ONCE):
        texts, different = await asyncio.to_thread(_redacted, batch, load["source_at"])
        keys = [row["flight_key"] for row in batch], [row["row_hash"] for row in batch]
        await conn.execute(_REPLACE, *keys, *texts)
        rows, unlike = rows + len(batch), unlike + different
    rejects = await conn.fetch(_REJECTS_OF_LOAD, load["id"])
    texts, _ = await asyncio.to_thread(_redacted, rejects, load["source_at"])
    await conn.execute(_REPLACE_REJECTS, load["id"], [row["ordinal"] for row in rejects], *texts)
    return rows + len(rejects), unlike


def _redacted(rows: Sequence[Any], source_at: datetime) -> tuple[list[list[str | None]], int]:
    columns: list[list[str | None]] = [[], [], [], [], []]
    unlike = 0
    for row in rows:
        redacted, same = without_people(content_of(row), source_at.date())
        unlike += not same
        texts = (
            redacted.center,
            *(getattr(redacted, name, None) for name in ("shr", "dep", "arr")),
            cells_of(redacted),
        )
        for column, text in zip(columns, texts, strict=True):
            column.append(text)
    return columns, unlike


def pattern_of(words: str) -> str:
    """Make the regular expression of what is looked for: its words in their order, with anything that parts them.

    Digits of a telephone count alone, however it is written.
    """
    digits = re.sub(r"\D", "", words)
    if len(digits) >= 7 and len(digits) >= len(re.sub(r"\s", "", words)) - 6:
        return r"[^0-9]{0,3}".join(digits[-10:])
    return r"[^[:alnum:]]{0,5}".join("".join(map(_letter, word)) for word in re.findall(r"\w+", words))


def _letter(letter: str) -> str:
    """Give a class of a letter and the Latin one that looks like it: surnames are written with both."""
    upper = letter.upper()
    return f"[{letter}{_TWINS[upper]}{_TWINS[upper].lower()}]" if upper in _TWINS else re.escape(letter)


async def find_mentions(conn: Connection, words: str) -> Mentions:
    """Look where somebody is named in what is kept; changes nothing, and leaves a line that it was looked for."""
    pattern = pattern_of(words)
    rows = await conn.fetch(_MENTIONS, pattern)
    loads = tuple(sorted({row["load_id"] for row in rows}))
    objects = tuple(row["object_key"] for row in await conn.fetch(_FILES_OF_LOADS, list(loads)))
    return Mentions(len(rows), loads, await conn.fetchval(_NAMED_FILES, pattern), objects)


async def forget_person(conn: Connection, storage: Storage | None, words: str, who: str) -> Mentions:
    """Replace every kept text that names somebody, names of files too, and remove the workbooks that they stood in.

    Flights and statistics stay as they are. ``storage`` None leaves the workbooks. Raises OutageError.
    """
    with translated():
        async with conn.transaction():
            mentions = await find_mentions(conn, words)
            pattern = pattern_of(words)
            for row in await conn.fetch(_MENTIONS, pattern):
                texts, _ = _redacted([row], row["source_at"])
                if row["place"] == "row":
                    await conn.execute(_REPLACE, [row["flight_key"]], [row["row_hash"]], *texts)
                else:
                    await conn.execute(_REPLACE_REJECTS, row["load_id"], [row["ordinal"]], *texts)
            await conn.execute(_RENAME_FILES, pattern)
            await conn.execute(_DROP_MENTIONS, pattern)
            await audit(conn, who, "forget", {"rows": mentions.rows, "loads": list(mentions.loads)})
    for key in mentions.objects if storage else ():
        await asyncio.to_thread(storage.delete, key)  # type: ignore[union-attr]
    return mentions
