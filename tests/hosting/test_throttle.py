"""How many workbooks a host takes at a time is asked of the database while it runs."""

import asyncio
from collections.abc import Mapping

import asyncpg
import pytest

from hosting import ingest
from shared.switches import MOST_LANES, set_switches
from tests.conftest import Database


def test_lanes_are_what_an_administrator_has_set(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "_KEPT_SECONDS", 0.0)

    async def asked() -> list[int]:
        connection = await asyncpg.connect(database.uri("fp_api"))

        async def after(changes: Mapping[str, object]) -> int:
            await set_switches(connection, "an-administrator", changes)
            return await throttle.lanes()

        throttle = ingest.Throttle(database.uri("fp_ingest"))
        found = [
            await throttle.lanes(),
            await after({"lanes": 1}),
            await after({"ingest": "paused"}),
            await after({"ingest": "running"}),
        ]
        # While the database cannot be asked the last answer holds.
        throttle._uri = "postgresql://fp_ingest:x@127.0.0.1:9/float_mode"
        assert throttle._connection is not None
        await throttle._connection.close()
        found += [await throttle.lanes()]
        await connection.close()
        return found

    assert asyncio.run(asked()) == [MOST_LANES, 1, 0, 1, 1]
