"""What DataLens' role may do: read mart, and nothing else, whatever relation and whatever privilege is tried."""

import asyncio
from collections.abc import Iterator

import asyncpg
import pytest

from tests.conftest import Database

ROLE = "fp_datalens"
PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
# PostGIS' own catalogues, which everybody may read.
OPEN_TO_ALL = {"public.spatial_ref_sys", "public.geometry_columns", "public.geography_columns"}
RELATIONS = """
    SELECT n.nspname || '.' || c.relname AS name, c.relkind::text AS kind,
        ARRAY(SELECT a.attname::text FROM pg_attribute AS a
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS columns
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname !~ '^(pg_|information_schema)' AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') ORDER BY 1
"""


@pytest.fixture
def relations(database: Database) -> list[asyncpg.Record]:
    """List every relation that is not the server's own."""

    async def read() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(database.uri())
        try:
            return await connection.fetch(RELATIONS)
        finally:
            await connection.close()

    return asyncio.run(read())


def attempts(name: str, kind: str, columns: list[str]) -> Iterator[tuple[str, str]]:
    """Write a statement that needs each privilege and would do something if it were there."""
    schema, relation = name.split(".")
    quoted = f'"{schema}"."{relation}"'
    if kind == "S":
        yield "SELECT", f"SELECT last_value FROM {quoted}"  # noqa: S608
        yield "UPDATE", f"SELECT nextval('{quoted}')"
        return
    yield "SELECT", f"SELECT * FROM {quoted} LIMIT 1"  # noqa: S608
    if name == "public.geometry_columns":
        return  # PostGIS has rules on it that throw writes away, whoever they are of
    yield "INSERT", f"INSERT INTO {quoted} DEFAULT VALUES"
    yield "UPDATE", f'UPDATE {quoted} SET "{columns[0]}" = "{columns[0]}"'  # noqa: S608
    yield "DELETE", f"DELETE FROM {quoted}"  # noqa: S608
    if kind in {"r", "p"}:
        yield "TRUNCATE", f"TRUNCATE {quoted}"
        yield (
            "TRIGGER",
            f"CREATE TRIGGER t BEFORE INSERT ON {quoted} EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        )
        yield "ALTER", f"ALTER TABLE {quoted} ADD COLUMN extra int"
        yield "DROP", f"DROP TABLE {quoted}"


def test_every_relation_and_every_privilege(database: Database, relations: list[asyncpg.Record]) -> None:
    assert len(relations) > 30

    async def tried() -> list[str]:
        wrong = []
        connection = await asyncpg.connect(database.uri(ROLE), statement_cache_size=0)
        try:
            for name, kind, columns in relations:
                for privilege, statement in attempts(name, kind, columns):
                    outcome = await _outcome(connection, statement)
                    readable = (name.startswith("mart.") and kind != "S") or name in OPEN_TO_ALL
                    expected = "done" if privilege == "SELECT" and readable else "refused"
                    if outcome != expected:
                        wrong.append(f"{privilege} {name}: {outcome}")
        finally:
            await connection.close()
        return wrong

    assert asyncio.run(tried()) == []


async def _outcome(connection: asyncpg.Connection, statement: str) -> str:
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError:
        return "refused"
    except asyncpg.PostgresError as error:
        # A view that cannot be written to says so before it looks at rights; that is no right.
        return "refused" if error.sqlstate == "55000" else f"failed {error.sqlstate}"
    finally:
        await transaction.rollback()
    return "done"


def test_the_catalogue_of_rights_says_the_same(database: Database, relations: list[asyncpg.Record]) -> None:
    async def held() -> dict[str, set[str]]:
        connection = await asyncpg.connect(database.uri())
        try:
            found: dict[str, set[str]] = {}
            for name, kind, _ in relations:
                privileges = ("USAGE", "SELECT", "UPDATE") if kind == "S" else PRIVILEGES
                test = "has_sequence_privilege" if kind == "S" else "has_table_privilege"
                quoted = ".".join(f'"{part}"' for part in name.split("."))
                for privilege in privileges:
                    if await connection.fetchval(f"SELECT {test}($1, $2, $3)", ROLE, quoted, privilege):
                        found.setdefault(name, set()).add(privilege)
            return found
        finally:
            await connection.close()

    rights = asyncio.run(held())
    assert all(granted == {"SELECT"} for granted in rights.values()), rights
    assert all(name.startswith("mart.") or name in OPEN_TO_ALL for name in rights)


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE fp_owner",
        "CREATE TABLE mart.mine (a int)",
        "CREATE TABLE core.mine (a int)",
        "CREATE SCHEMA mine",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('/etc/passwd')",
        "CREATE EXTENSION dblink",
        "ALTER ROLE fp_datalens SUPERUSER",
    ],
)
def test_ways_around_are_shut(database: Database, statement: str) -> None:
    async def tried() -> str:
        connection = await asyncpg.connect(database.uri(ROLE), statement_cache_size=0)
        try:
            return await _outcome(connection, statement)
        finally:
            await connection.close()

    assert asyncio.run(tried()) != "done"
