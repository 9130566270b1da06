"""``python -m hosting.migration``: the service ``migration``, which brings the database to what the release needs.

The schema becomes the newest; the database's roles get their passwords where the environment has any, and the
monitoring a role of its own; where no boundaries of regions are in force the product's own come in. It runs as the
owner of the cluster, repeating it changes nothing, and a password that is not in the environment is left as it is. All
of it is told as lines of JSON, as every service tells of itself.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

import asyncpg

from fly_potato.database import migrate, set_passwords
from shared import logs
from shared.ingest.activation import put_in_force
from shared.ingest.boundary_tasks import note_activation
from shared.regions import active_set, read_boundaries, store_boundaries
from shared.settings import AppSettings, load

LOG = logging.getLogger("hosting.migration")
MONITOR = "fp_monitor"
DASHBOARDS = "fp_datalens"
DASHBOARD_CONNECTIONS = 20
DASHBOARD_SETTINGS = {
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
    "default_transaction_read_only": "on",
    "log_min_error_statement": "panic",
}
"""A dashboard may not hold the database up; the last keeps what it asked out of the log of errors."""


def passwords(environment: Mapping[str, str]) -> dict[str, str]:
    """Give the password of each role that the environment names, from addresses and from variables of their own."""
    by_role: dict[str, str] = {}
    for name in ("POSTGRES_URI", "PROCESS__POSTGRES_URI"):
        parts = urlsplit(environment.get(name, ""))
        if (parts.username or "").startswith("fp_") and parts.password:
            by_role[str(parts.username)] = unquote(parts.password)
    for role, name in ((DASHBOARDS, "FP_DATALENS_PASSWORD"), (MONITOR, "FP_MONITOR_PASSWORD")):
        if environment.get(name):
            by_role[role] = environment[name]
    return by_role


async def _create_monitor(uri: str) -> None:
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", MONITOR):
            await connection.execute(f"CREATE ROLE {MONITOR} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE")
        await connection.execute(f"GRANT pg_monitor, fp_datalens TO {MONITOR}")
    finally:
        await connection.close()


async def _limit_dashboards(uri: str) -> None:
    """Give DataLens' role the limits that the cloud's has: so many connections, so long a statement, reading alone."""
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        await connection.execute(f"ALTER ROLE {DASHBOARDS} CONNECTION LIMIT {DASHBOARD_CONNECTIONS}")
        for name, value in DASHBOARD_SETTINGS.items():
            await connection.execute(f"ALTER ROLE {DASHBOARDS} SET {name} = '{value}'")
    finally:
        await connection.close()


def set_up_roles(owner: str, environment: Mapping[str, str]) -> None:
    """Give the roles what the environment has for them, as the owner of the cluster."""
    by_role = passwords(environment)
    if MONITOR in by_role:
        asyncio.run(_create_monitor(owner))
    if DASHBOARDS in by_role:
        asyncio.run(_limit_dashboards(owner))
    if by_role:
        set_passwords(owner, by_role)


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
        set_up_roles(owner, os.environ)
        asyncio.run(bring_boundaries(owner))
    except Exception:
        # Whatever it is, its types and places alone: drivers quote addresses and rows.
        LOG.critical("The migration did not end well.", exc_info=True)
        return 1
    LOG.info("The database is as this release needs it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
