"""Driver errors become the product's own, in one place."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from shared.errors import DatabaseUnavailable

RETRYABLE_SQLSTATES = frozenset({"40P01", "40001", "55P03"})
"""Deadlock, serialization failure, lock not available: the same transaction may pass the next time."""

_UNAVAILABLE = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    ConnectionError,
    TimeoutError,
    socket.gaierror,
)
_DOWN = "База данных сейчас недоступна. Повторите попытку через несколько минут."


def is_retryable(error: BaseException) -> bool:
    """Tell whether running the whole transaction again can help: named SQLSTATEs and lost connections only."""
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        named = state in RETRYABLE_SQLSTATES or state.startswith("08") or state.startswith("57P")
        return named or isinstance(error, _UNAVAILABLE) or _closed(error)
    # asyncio reports "refused on IPv6 and on IPv4" as one OSError without a number.
    return isinstance(error, _UNAVAILABLE) or (type(error) is OSError and error.errno is None)


def _closed(error: asyncpg.PostgresError) -> bool:
    """Tell whether the database takes no connections for now (ALLOW_CONNECTIONS false): the same state as a statement
    that came too early has, but it ends the connection."""
    return error.sqlstate == "55000" and getattr(error, "severity_en", None) == "FATAL"


@contextmanager
def translated() -> Iterator[None]:
    """Turn an outage of the database into ``DatabaseUnavailable``; a fault of ours stays what it is."""
    try:
        yield
    except BaseException as error:
        if is_retryable(error):
            raise DatabaseUnavailable("DATABASE_UNAVAILABLE", _DOWN) from error
        raise
