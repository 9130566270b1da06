"""What the database refuses for want of room is an outage, and no fault of ours."""

import asyncio

import asyncpg
import pytest

from shared.db import translated
from shared.errors import DatabaseUnavailable
from tests.conftest import Database


def test_too_many_connections_are_an_outage(database: Database) -> None:
    database.cluster.sql(f'ALTER DATABASE "{database.name}" CONNECTION LIMIT 0')

    async def connect() -> None:
        with translated():
            await asyncpg.connect(database.uri("fp_api"))

    with pytest.raises(DatabaseUnavailable) as told:
        asyncio.run(connect())
    assert isinstance(told.value.__cause__, asyncpg.TooManyConnectionsError)
