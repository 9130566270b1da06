"""``python -m hosting.roles``: give the database's roles their passwords, and the monitoring a role of its own.

Run by the owner of the cluster after every migration; repeating it changes nothing. A password that is not in the
environment is left as it is, so a developer's stack, where everything connects as the superuser, stays as it is.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

import asyncpg

from fly_potato.database import set_passwords

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


def main() -> int:
    """Read the environment, connect as ``MIGRATE_URI`` (default: ``POSTGRES_URI``), and give the exit status."""
    by_role = passwords(os.environ)
    owner = os.environ.get("MIGRATE_URI") or os.environ["POSTGRES_URI"]
    if MONITOR in by_role:
        asyncio.run(_create_monitor(owner))
    if DASHBOARDS in by_role:
        asyncio.run(_limit_dashboards(owner))
    if by_role:
        set_passwords(owner, by_role)
    return 0


if __name__ == "__main__":
    sys.exit(main())
