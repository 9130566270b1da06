"""Roles of the database that see some regions alone, for connections of DataLens that region's users are given."""

import re
from collections.abc import Sequence

import asyncpg

from migrations.narrowed_views import MAKE, PREPARE, REMOVE
from shared.errors import FlyPotatoError

GROUP = "fp_dashboards"
"""On hosts pg_hba.conf lets its members in by DataLens' gate."""
_ROLE = re.compile(r"fp_datalens_[a-z0-9_]{1,40}")
_LIMITS = {
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
    "default_transaction_read_only": "on",
}


class NarrowingError(FlyPotatoError):
    """A role cannot be narrowed so; codes start with ``NARROWING_``."""


async def narrow(uri: str, role: str, regions: Sequence[str], password: str | None) -> int:
    """Give a role exactly these regions (none: take all away) and give how many views it reads.

    ``uri`` is of who may make roles, or of the owner where the role is there already (a managed cluster makes them as
    resources). ``password`` is set where it is given.

    Raises:
        NarrowingError: ``NARROWING_ROLE_INVALID``, ``NARROWING_REGION_UNKNOWN``, ``NARROWING_ROLE_MISSING``.
    """
    if not _ROLE.fullmatch(role):
        sentence = "Имя роли: fp_datalens_ и латинские строчные буквы, например fp_datalens_mow."
        raise NarrowingError("NARROWING_ROLE_INVALID", sentence)
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        async with connection.transaction():
            codes = {row["code"] for row in await connection.fetch(_CODES)}
            unknown = sorted(set(regions) - codes)
            if unknown:
                raise NarrowingError("NARROWING_REGION_UNKNOWN", f"Таких регионов нет: {', '.join(unknown)}.")
            await _make_role(connection, role, password)
            await connection.execute("SET LOCAL ROLE fp_owner")
            await connection.execute(PREPARE)
            await connection.execute("DELETE FROM narrowed.role_regions WHERE role_name = $1", role)
            rows = [(role, region) for region in sorted(set(regions))]
            await connection.executemany("INSERT INTO narrowed.role_regions VALUES ($1, $2)", rows)
            await connection.execute(f"GRANT USAGE ON SCHEMA narrowed TO {role}")
            await connection.execute(REMOVE)
            await connection.execute(MAKE)
            count: int = await connection.fetchval(_COUNT)
            return count
    finally:
        await connection.close()


_CODES = "SELECT coalesce(iso, region_id::text) AS code FROM mart.regions"
_COUNT = "SELECT count(*) FROM pg_views WHERE schemaname = 'narrowed'"


async def _make_role(connection: "asyncpg.Connection", role: str, password: str | None) -> None:
    privileged = await connection.fetchval(
        "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    )
    exists = await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role)
    if not privileged:
        if not exists:
            sentence = f"Роли {role} нет, а создать её нельзя: сделайте пользователя кластера (docs/datalens.ru.md)."
            raise NarrowingError("NARROWING_ROLE_MISSING", sentence)
        return
    # As a migration does: a database that was copied has lost it.
    database = await connection.fetchval("SELECT quote_ident(current_database())")
    await connection.execute(f"GRANT CREATE ON DATABASE {database} TO fp_owner")
    if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", GROUP):
        await connection.execute(f"CREATE ROLE {GROUP} NOLOGIN")
    if not exists:
        await connection.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE")
    await connection.execute(f"GRANT {GROUP} TO {role}")
    await connection.execute(f"ALTER ROLE {role} CONNECTION LIMIT 10")
    for name, value in _LIMITS.items():
        await connection.execute(f"ALTER ROLE {role} SET {name} = '{value}'")
    if password:
        quoted = await connection.fetchval("SELECT quote_literal($1)", password)
        await connection.execute(f"ALTER ROLE {role} PASSWORD {quoted}")


async def narrowed(uri: str) -> dict[str, list[str]]:
    """List the narrowed roles with their regions, as the owner or a superuser."""
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        if await connection.fetchval("SELECT to_regclass('narrowed.role_regions')") is None:
            return {}
        rows = await connection.fetch("SELECT role_name, region FROM narrowed.role_regions ORDER BY 1, 2")
        regions: dict[str, list[str]] = {}
        for row in rows:
            regions.setdefault(row["role_name"], []).append(row["region"])
        return regions
    finally:
        await connection.close()
