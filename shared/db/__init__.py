"""The database edge: a pool, COPY, translated errors. Tables are in ``tables`` (for migrations and tests alone)."""

from asyncpg.pgproto.pgproto import UUID as PgUUID

from shared.db.errors import is_retryable, translated
from shared.db.pool import Connection, Pool, connect_pool

__all__ = ["Connection", "PgUUID", "Pool", "connect_pool", "is_retryable", "translated"]
