"""``python -m hosting.migration``: the service ``migration``, which brings the database to what the release needs.

The schema becomes the newest, roles get their passwords where there are any, and where no boundaries of regions are in
force the product's own come in. All of it is told as lines of JSON, as every service tells of itself.
"""

import asyncio
import logging
import os
import sys

import asyncpg

from fly_potato.database import migrate
from hosting import roles
from shared import logs
from shared.ingest.activation import put_in_force
from shared.ingest.boundary_tasks import note_activation
from shared.regions import active_set, read_boundaries, store_boundaries
from shared.settings import AppSettings, load

LOG = logging.getLogger("hosting.migration")


async def bring_boundaries(uri: str) -> None:
    """Put the product's own boundaries in force where there are none; ``uri`` is of a role that may."""
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        if await active_set(connection):
            LOG.info("Boundaries are in force already.")
            return
        boundaries = await asyncio.to_thread(read_boundaries)
        async with connection.transaction():
            stored = await store_boundaries(connection, boundaries, activate=False)
            done = await put_in_force(connection, stored.id)
            await note_activation(connection, "service migration", stored.id, done)
        LOG.info("The product's own boundaries are in force.", extra={"count": stored.regions})
    finally:
        await connection.close()


def main() -> int:
    """Connect as ``MIGRATE_URI`` (default: ``POSTGRES_URI``), do it all, and give the exit status."""
    try:
        logs.configure(load(AppSettings).effective_log_level)
        owner = os.environ.get("MIGRATE_URI") or os.environ["POSTGRES_URI"]
        migrate(owner)
        roles.main()
        asyncio.run(bring_boundaries(owner))
    except Exception:
        # Whatever it is, its types and places alone: drivers quote addresses and rows.
        LOG.critical("The migration did not end well.", exc_info=True)
        return 1
    LOG.info("The database is as this release needs it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
