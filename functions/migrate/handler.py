"""The function ``migrate``: brings the schema to the newest version and loads the product's own boundaries.

No route and no trigger leads here; a deployment calls it, as the role that owns every object. It sits in the cloud
because the database has no public address.
"""

import asyncio
import logging
from importlib.resources import files
from typing import Any

from alembic import command
from alembic.config import Config

from shared import logs
from shared.db import connect_pool
from shared.regions import active_set, load_boundaries
from shared.settings import AppSettings, DatabaseSettings, load

logger = logging.getLogger(__name__)


def _upgrade(uri: str) -> None:
    config = Config(str(files("migrations") / "alembic.ini"))
    config.attributes["uri"] = uri
    config.attributes["configure_logging"] = False
    command.upgrade(config, "head")


async def _settle(settings: DatabaseSettings) -> dict[str, Any]:
    pool = await connect_pool(settings, application="fly-potato-migrate")
    try:
        async with pool.acquire() as connection:
            revision = await connection.fetchval("SELECT version_num FROM core.alembic_version")
            # A set that somebody has put in force stays in force; a release only adds its own beside it.
            loaded = await load_boundaries(connection, activate=await active_set(connection) is None)
    finally:
        pool.terminate()
    return {"revision": revision, "boundaries": loaded.name, "new": loaded.new, "activated": loaded.activated}


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Migrate and load boundaries; calling it again changes nothing. Raises what stands in the way."""
    logs.configure(load(AppSettings).log_level)
    settings = load(DatabaseSettings)
    _upgrade(settings.uri.get_secret_value())
    settled = asyncio.run(_settle(settings))
    logger.info("Migrated.", extra={"revision": settled["revision"]})
    return settled
