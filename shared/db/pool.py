"""The pool of one function instance.

One instance serves one call at a time, so two connections are enough: one for the work, one for progress beside it.
Connections may have died while the instance was frozen; ``asyncpg`` tells only at use, hence the short idle life.
"""

from typing import TYPE_CHECKING

import asyncpg

from shared.db.outages import translated
from shared.settings import DatabaseSettings

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
else:
    Connection = asyncpg.Connection
    Pool = asyncpg.Pool


async def connect_pool(settings: DatabaseSettings, *, application: str = "fly-potato") -> Pool:
    """Open a pool that also works behind a pooler in transaction mode.

    Raises:
        DatabaseUnavailable: the server cannot be reached.
    """
    with translated():
        pool = await asyncpg.create_pool(
            settings.uri.get_secret_value(),
            min_size=0,
            max_size=settings.pool_size,
            max_inactive_connection_lifetime=60.0,
            timeout=settings.connect_timeout_seconds,
            # A transaction pooler gives every transaction another server connection, on which a
            # statement prepared earlier is unknown.
            statement_cache_size=0,
            server_settings={"application_name": application, "timezone": "UTC"},
        )
    if pool is None:
        raise TypeError("asyncpg gave no pool")
    return pool
