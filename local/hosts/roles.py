"""``python -m local.hosts.roles``: give the database's roles their passwords, and the monitoring a role of its own.

Run by the owner of the cluster after every migration; repeating it changes nothing. A password that is not in the
environment is left as it is, so a desk, where everything connects as the superuser, passes through here untouched.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

import asyncpg

MONITOR = "fp_monitor"


def passwords(environment: Mapping[str, str]) -> dict[str, str]:
    """Give the password of each role that the environment names, from addresses and from variables of their own."""
    found: dict[str, str] = {}
    for name in ("POSTGRES_URI", "PROCESS__POSTGRES_URI"):
        parts = urlsplit(environment.get(name, ""))
        if (parts.username or "").startswith("fp_") and parts.password:
            found[str(parts.username)] = unquote(parts.password)
    for role, name in (("fp_datalens", "FP_DATALENS_PASSWORD"), (MONITOR, "FP_MONITOR_PASSWORD")):
        if environment.get(name):
            found[role] = environment[name]
    return found


async def apply(uri: str, wanted: Mapping[str, str]) -> None:
    """Set the passwords, and create the monitoring role where its password is given."""
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        if MONITOR in wanted:
            await _create_monitor(connection)
        for role, password in wanted.items():
            # ALTER ROLE takes no parameters; format() quotes on the server.
            statement = await connection.fetchval(
                "SELECT format('ALTER ROLE %I PASSWORD %L', $1::text, $2::text)", role, password
            )
            await connection.execute(statement)
    finally:
        await connection.close()


async def _create_monitor(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", MONITOR):
        await connection.execute(f"CREATE ROLE {MONITOR} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE")
    await connection.execute(f"GRANT pg_monitor, fp_datalens TO {MONITOR}")


def main() -> int:
    """Read the environment, connect as ``MIGRATE_URI`` (default: ``POSTGRES_URI``), and give the exit status."""
    wanted = passwords(os.environ)
    if wanted:
        asyncio.run(apply(os.environ.get("MIGRATE_URI") or os.environ["POSTGRES_URI"], wanted))
    return 0


if __name__ == "__main__":
    sys.exit(main())
