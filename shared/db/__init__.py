"""The database edge: a pool, COPY, translated errors."""

from asyncpg.pgproto.pgproto import UUID as PgUUID

from shared.db.pool import Connection, Pool, connect_pool, is_retryable, translated

__all__ = ["Connection", "PgUUID", "Pool", "connect_pool", "is_retryable", "translated"]
