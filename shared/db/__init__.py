"""The database edge: a pool, COPY, translated errors. Tables are in ``tables`` (for migrations and tests alone)."""

from shared.db.errors import translated
from shared.db.pool import Connection, Pool, connect_pool

__all__ = ["Connection", "Pool", "connect_pool", "translated"]
