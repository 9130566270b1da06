"""The pool of one function instance, and the driver's errors, which become the product's own in one place.

One instance serves one call at a time, so two connections are enough: one for the work, one for progress beside it.
Connections may have died while the instance was frozen; ``asyncpg`` tells only at use, hence the short idle life.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import asyncpg

from shared.errors import DatabaseUnavailable
from shared.settings import DatabaseSettings

RETRYABLE_SQLSTATES = frozenset({"40P01", "40001", "55P03"})
"""Deadlock, serialization failure, lock not available: the same transaction may pass the next time."""

_NO_ROOM = ("53", "57P", "08")
"""Classes of SQLSTATEs that say nothing of the statement: no resources, an operator's act, the connection itself."""
_READ_ONLY = "25006"
_UNAVAILABLE = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    # A server's farewell that waited in the socket of an instance that stood still comes as an answer out of turn.
    asyncpg.InternalClientError,
    ConnectionError,
    TimeoutError,
    socket.gaierror,
)
_DOWN = "База данных сейчас недоступна. Повторите попытку через несколько минут."
_FULL = "База данных сейчас принимает только чтение. Повторите попытку позже; администратор уже видит это по /healthz."


def is_retryable(error: BaseException) -> bool:
    """Tell whether running the whole transaction again can help: named SQLSTATEs and lost connections only."""
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        passing = state in RETRYABLE_SQLSTATES or state == _READ_ONLY or state.startswith(_NO_ROOM)
        return passing or isinstance(error, _UNAVAILABLE) or _closed(error)
    if isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError):
        # A value that the driver cannot send: a fault of ours.
        return False
    # asyncio reports "refused on IPv6 and on IPv4" as one OSError without a number.
    return isinstance(error, _UNAVAILABLE) or (type(error) is OSError and error.errno is None)


def _closed(error: asyncpg.PostgresError) -> bool:
    """Tell whether the database takes no connections for now (ALLOW_CONNECTIONS false): the same state as a statement
    that came too early has, but it ends the connection."""
    return error.sqlstate == "55000" and getattr(error, "severity_en", None) == "FATAL"


@contextmanager
def translated() -> Iterator[None]:
    """Turn an outage of the database into ``DatabaseUnavailable``; a fault of ours stays what it is.

    Raises:
        DatabaseUnavailable: ``DATABASE_READ_ONLY`` or ``DATABASE_UNAVAILABLE``.
    """
    try:
        yield
    except BaseException as error:
        if is_retryable(error):
            if getattr(error, "sqlstate", None) == _READ_ONLY:
                # What Managed PostgreSQL does when its disk is full, and any standby.
                raise DatabaseUnavailable("DATABASE_READ_ONLY", _FULL) from error
            raise DatabaseUnavailable("DATABASE_UNAVAILABLE", _DOWN) from error
        raise


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
