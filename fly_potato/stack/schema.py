"""The database made ready: newest schema, passwords, bundled boundaries."""

import asyncio

import asyncpg

from fly_potato.database import migrate, set_passwords
from fly_potato.stack import databases
from fly_potato.stack.credentials import Secrets
from fly_potato.stack.paths import StackPaths
from shared.regions import load_boundaries


def prepare(paths: StackPaths, secrets: Secrets) -> bool:
    """Migrate, set the roles' passwords, load boundaries if there are none; tell whether they were loaded."""
    superuser = databases.superuser_uri(paths)
    migrate(superuser)
    set_passwords(superuser, secrets.passwords())
    return asyncio.run(_boundaries(databases.uri(paths, "fp_ingest", secrets.fp_ingest)))


async def _boundaries(uri: str) -> bool:
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        if await connection.fetchval("SELECT EXISTS (SELECT FROM core.boundary_sets WHERE active)"):
            return False
        await load_boundaries(connection)
    finally:
        await connection.close()
    return True
