"""A role that sees some regions alone: whatever it asks, and after every migration."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from click.testing import CliRunner

from datalens.chart_sql import chart_query
from datalens.description import CHARTS, DATASETS
from fly_potato.database import NarrowingError, migrate, narrow, narrowed
from fly_potato.main import main
from tests.conftest import Database
from tests.db.test_dashboard_role import RELATIONS
from tests.db.test_migrations import REVISIONS
from tests.db.test_rollback import documented, typed

ROLE, PASSWORD = "fp_datalens_mow", "an-invented'password"
COUNTS = """
DO $$
DECLARE counters text; sevens text;
BEGIN
    SELECT string_agg(quote_ident(attname), ','), string_agg('7', ',') INTO counters, sevens FROM pg_attribute
    WHERE attrelid = 'mart.flight_counts'::regclass AND attnum > 0 AND NOT attisdropped AND attnotnull
        AND atttypid IN ('bigint'::regtype, 'integer'::regtype);
    EXECUTE format(
        'INSERT INTO mart.flight_counts (span, start, start_moscow, start_local, region_id, uav_type, state, %s) '
        'SELECT ''day'', d, d, d, r.region_id, ''BLA'', ''flown'', %s '
        'FROM mart.regions AS r, (SELECT date ''2025-03-01'') AS v (d)',
        counters, sevens
    );
END
$$
"""


@pytest.fixture
def counted(mapped: Database) -> Database:
    """Give a database with flights in every region."""
    asyncio.run(_execute(mapped.uri(), COUNTS))
    return mapped


async def _execute(uri: str, statement: str) -> None:
    connection = await asyncpg.connect(uri)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def rows(uri: str, query: str) -> list[Any]:
    """Ask a question."""

    async def ask() -> list[Any]:
        connection = await asyncpg.connect(uri, statement_cache_size=0)
        try:
            return list(await connection.fetch(query))
        finally:
            await connection.close()

    return asyncio.run(ask())


def uri_of(database: Database, role: str = ROLE) -> str:
    """Write the role's address."""
    return database.cluster.uri(role, database.name, PASSWORD)


def narrow_to(database: Database, *regions: str, role: str = ROLE) -> int:
    """Narrow the role."""
    return asyncio.run(narrow(database.uri(), role, regions, PASSWORD))


def test_a_narrowed_role_sees_its_regions_in_every_view_and_nothing_else(counted: Database) -> None:
    narrow_to(counted, "RU-MOW", "RU-SPE")
    uri = uri_of(counted)
    assert {row["region"] for row in rows(uri, "SELECT region FROM narrowed.daily WHERE flights > 0")} == {
        "RU-MOW",
        "RU-SPE",
    }
    everything = {row["region"] for row in rows(counted.uri("fp_datalens"), "SELECT region FROM mart.daily")}
    assert len(everything) > 80
    views = [row["viewname"] for row in rows(uri, "SELECT viewname FROM pg_views WHERE schemaname = 'narrowed'")]
    assert {source.name for each in DATASETS for source in each.sources} <= set(views)
    for view in views:
        query = f'SELECT region FROM narrowed."{view}"'  # noqa: S608
        assert {row["region"] for row in rows(uri, query)} <= {"RU-MOW", "RU-SPE"}
    for name, kind, _ in rows(counted.uri(), RELATIONS):
        if name.split(".")[0] != "narrowed" and not name.startswith("public.") and kind != "S":
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                rows(uri, f"SELECT 1 FROM {name} LIMIT 1")  # noqa: S608
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        rows(uri, "SELECT * FROM narrowed.role_regions")


def test_every_chart_can_be_asked_of_the_narrowed_views(counted: Database) -> None:
    narrow_to(counted, "RU-MOW")
    for chart in CHARTS:
        for row in rows(uri_of(counted), chart_query(chart, schema="narrowed")):
            assert row.get("region_name", "Москва") == "Москва"


def test_ways_around_the_filter_are_shut(counted: Database) -> None:
    narrow_to(counted, "RU-MOW")
    uri = uri_of(counted)
    for statement in (
        "SET ROLE fp_datalens",
        "SET SESSION AUTHORIZATION fp_datalens",
        "INSERT INTO narrowed.role_regions VALUES ('fp_datalens_mow', 'RU-SPE')",
        "CREATE VIEW narrowed.mine AS SELECT 1",
    ):
        with pytest.raises(asyncpg.PostgresError):
            asyncio.run(_execute(uri, statement))
    # A cheap function of one's own would see other rows if the view were no barrier.
    body = "$$BEGIN RAISE NOTICE '%', $1; RETURN true; END$$"
    leak = f"CREATE FUNCTION pg_temp.seen(text) RETURNS boolean COST 0.0001 LANGUAGE plpgsql AS {body}"
    assert _notices(uri, leak, "SELECT region FROM narrowed.daily WHERE pg_temp.seen(region)") <= {"RU-MOW"}


def _notices(uri: str, *statements: str) -> set[str]:
    async def ask() -> set[str]:
        notices: set[str] = set()
        connection = await asyncpg.connect(uri, statement_cache_size=0)
        connection.add_log_listener(lambda _, message: notices.add(message.message))
        try:
            await connection.execute("SET default_transaction_read_only = off")
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()
        return notices

    return asyncio.run(ask())


def test_other_regions_take_the_place_of_the_first(counted: Database) -> None:
    narrow_to(counted, "RU-MOW")
    narrow_to(counted, "RU-KDA", role="fp_datalens_south")
    narrow_to(counted, "RU-SPE")
    query = "SELECT DISTINCT region FROM narrowed.daily WHERE flights > 0"
    assert [row["region"] for row in rows(uri_of(counted), query)] == ["RU-SPE"]
    assert [row["region"] for row in rows(uri_of(counted, "fp_datalens_south"), query)] == ["RU-KDA"]
    narrow_to(counted)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        rows(uri_of(counted), query)
    assert asyncio.run(narrowed(counted.uri())) == {"fp_datalens_south": ["RU-KDA"]}


def test_migrations_there_and_back_keep_the_narrowing(counted: Database) -> None:
    narrow_to(counted, "RU-MOW")
    query = "SELECT DISTINCT region FROM narrowed.daily WHERE flights > 0"
    back = typed(counted, *documented(REVISIONS[REVISIONS.index("0006")]))
    assert back.returncode == 0, back.stderr
    views = "SELECT count(*) AS count FROM pg_views WHERE schemaname = 'narrowed'"
    before = rows(counted.uri(), views)
    assert [row["region"] for row in rows(uri_of(counted), "SELECT DISTINCT region FROM narrowed.daily")] in (
        [["RU-MOW"], []]
    )
    migrate(counted.uri())
    assert rows(counted.uri(), views)[0]["count"] >= before[0]["count"] > 0
    assert {row["region"] for row in rows(uri_of(counted), query)} <= {"RU-MOW"}


def test_what_cannot_be_is_refused(counted: Database) -> None:
    with pytest.raises(NarrowingError, match="NARROWING_REGION_UNKNOWN"):
        narrow_to(counted, "RU-XXX")
    with pytest.raises(NarrowingError, match="NARROWING_ROLE_INVALID"):
        narrow_to(counted, "RU-MOW", role="fp_api")
    with pytest.raises(NarrowingError, match="NARROWING_ROLE_MISSING"):
        asyncio.run(narrow(counted.uri("fp_owner"), "fp_datalens_nobody", ["RU-MOW"], None))


def test_the_command(counted: Database, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text(PASSWORD, encoding="utf-8")
    words = ["datalens", "narrow", ROLE, "--region", "RU-MOW", "--uri", counted.uri(), "--password-file", str(secret)]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    listed = CliRunner().invoke(main, ["datalens", "narrow", "--list", "--uri", counted.uri()])
    assert f"{ROLE}: RU-MOW" in listed.output
