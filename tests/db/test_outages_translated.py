"""What the database refuses for want of room is an outage, and no fault of ours."""

import asyncio

import asyncpg
import pytest

from shared.db import translated
from shared.errors import DatabaseUnavailable
from tests.conftest import Database


def test_a_database_that_is_closed_for_now_is_an_outage(database: Database) -> None:
    database.cluster.sql(f'ALTER DATABASE "{database.name}" ALLOW_CONNECTIONS false')

    async def connect() -> None:
        with translated():
            await asyncpg.connect(database.uri("fp_api"))

    try:
        with pytest.raises(DatabaseUnavailable):
            asyncio.run(connect())
    finally:
        database.cluster.sql(f'ALTER DATABASE "{database.name}" ALLOW_CONNECTIONS true')


def test_a_statement_too_early_is_a_fault_of_ours(database: Database) -> None:
    async def ask() -> None:
        connection = await asyncpg.connect(database.uri())
        try:
            await connection.execute("CREATE TEMPORARY SEQUENCE counted")
            with translated():
                await connection.fetchval("SELECT currval('counted')")
        finally:
            await connection.close()

    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError):
        asyncio.run(ask())


def test_too_many_connections_are_an_outage(database: Database) -> None:
    database.cluster.sql(f'ALTER DATABASE "{database.name}" CONNECTION LIMIT 0')

    async def connect() -> None:
        with translated():
            await asyncpg.connect(database.uri("fp_api"))

    with pytest.raises(DatabaseUnavailable) as caught:
        asyncio.run(connect())
    assert isinstance(caught.value.__cause__, asyncpg.TooManyConnectionsError)
