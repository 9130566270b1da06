"""A database of any older version, with data in it, becomes one of the newest; released versions are never changed."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import pool
from sqlalchemy.ext.asyncio import create_async_engine

from fly_potato.database import check, migrate
from migrations.bootstrap import async_url, run_sql
from shared.ingest.jobs import rules
from tests.conftest import Database

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
SCRIPTS = ScriptDirectory.from_config(Config(str(MIGRATIONS / "alembic.ini")))
REVISIONS = sorted(script.revision for script in SCRIPTS.walk_revisions())

RELEASED = {
    "0001": "5d1d890464921496bf3b6842b7372e07a0f620f5701c36e3604ba76913856b5f",
    "0002": "a0478b55eabe2020d9a606e7c56ce6d9cf91e952821377a3f77c14b55cf48758",
    "0003": "12d5429b44e2d1d382a5986e79003f76d21590c9d13148d3cb7230079cb30fc8",
}
"""SHA-256 of each released version's script and SQL; a line is added when a version is released, never changed."""

# What a database of the first version held: two regions, flights of every state, over midnight, without a day, without
# a region, their rows, a load and its rejects.
DATA_0001 = """
INSERT INTO core.boundary_sets (name, source, licence, attribution, sha256, active)
VALUES ('old', 'invented', 'none', 'none', '\\x01', true), ('older', 'invented', 'none', 'none', '\\x02', false);
INSERT INTO core.regions (set_id, id, iso, name, area_km2, official_area_km2, time_zone, geom)
SELECT s, n, 'RU-' || n, 'Область ' || n, 1000 * n, NULL, 'Asia/Kamchatka',
    ST_Multi(ST_MakeEnvelope(30 + 2 * n, 50, 32 + 2 * n, 52, 4326))
FROM generate_series(1, 2) AS s, generate_series(1, 2) AS n;
INSERT INTO core.region_parts (set_id, region_id, geom) SELECT set_id, id, (ST_Dump(geom)).geom FROM core.regions;
INSERT INTO core.loads (sha256, object_key, source_at, state, claim, lease_until, rows_in, rows_rejected, flights_new)
VALUES ('\\x01', 'incoming/a.xlsx', '2025-01-01Z', 'done', gen_random_uuid(), '2025-01-01Z', 61, 1, 60);
INSERT INTO core.rejects VALUES (1, 'Лист1', 7, 'NO_SHR');
INSERT INTO core.uploads (id, object_key, file_name, announced_by, load_id, outcome)
VALUES (gen_random_uuid(), 'incoming/a.xlsx', 'a.xlsx', 'somebody', 1, 'loaded');
INSERT INTO core.flights (
    key, state, uav_type, uav_count, operator_kind, position, position_source, region_id, region_match, dep_dt, arr_dt,
    duration_min, plan_dep_dt, plan_duration_min, day, hour, load_id
)
SELECT
    md5(n::text)::uuid, CASE WHEN n % 10 = 0 THEN 'cancelled' WHEN n % 3 = 0 THEN 'planned' ELSE 'flown' END,
    CASE WHEN n % 4 > 0 THEN 'BLA' END, nullif(n % 3, 0), (ARRAY['state', 'organisation', 'unknown'])[n % 3 + 1],
    ST_SetSRID(ST_MakePoint(31.9 + n % 5, 51), 4326), 'dep', nullif(n % 3, 0),
    CASE n % 3 WHEN 0 THEN 'outside' WHEN 1 THEN 'coastal' ELSE 'inside' END,
    CASE WHEN n % 3 > 0 THEN t END, CASE WHEN n % 3 > 0 THEN t + interval '50 min' END, CASE WHEN n % 3 > 0 THEN 50 END,
    t, 45, (t AT TIME ZONE 'UTC')::date, date_part('hour', t AT TIME ZONE 'UTC'), 1
FROM generate_series(1, 59) AS n,
    LATERAL (SELECT '2024-11-28 23:40Z'::timestamptz + n * interval '11 hours' AS t) AS at;
INSERT INTO core.flights (key, state, operator_kind, position_source, region_match, load_id)
VALUES (md5('undated')::uuid, 'planned', 'unknown', 'none', 'none', 1);
INSERT INTO raw.rows (flight_key, row_hash, load_id, sheet, row_number, ordinal, shr)
SELECT key, key, 1, 'Лист1', 1, 1, '(SHR-00000)' FROM core.flights;
"""


def execute(database: Database, statement: str) -> Any:
    async def once() -> Any:
        connection = await asyncpg.connect(database.uri())
        try:
            if statement.count(";") > 1:
                return await connection.execute(statement)
            return [tuple(row) for row in await connection.fetch(statement)]
        finally:
            await connection.close()

    return asyncio.run(once())


@pytest.mark.parametrize("revision", REVISIONS)
def test_every_older_version_becomes_the_newest_with_its_data(database: Database, revision: str) -> None:
    execute(database, "DROP SCHEMA raw CASCADE; DROP SCHEMA core CASCADE; DROP SCHEMA mart CASCADE;")
    migrate(database.uri(), REVISIONS[0])
    execute(database, DATA_0001)
    migrate(database.uri(), revision)
    migrate(database.uri())
    check(database.uri())

    async def offenders() -> list[tuple[str, int]]:
        connection = await asyncpg.connect(database.uri())
        try:
            return [(rule.name, rule.offenders) for rule in await rules(connection) if rule.offenders]
        finally:
            await connection.close()

    assert asyncio.run(offenders()) == []
    assert execute(database, "SELECT state, count(*) FROM core.flights GROUP BY state ORDER BY state") == [
        ("cancelled", 5), ("flown", 36), ("planned", 19)
    ]  # fmt: skip
    assert execute(database, "SELECT count(*) FROM core.flights WHERE region_match = 'near_border'") == [(20,)]
    counted = execute(
        database,
        "SELECT span, sum(flights) FILTER (WHERE state <> 'cancelled'),"
        " coalesce(sum(flights) FILTER (WHERE state = 'cancelled'), 0)"
        " FROM mart.flight_counts WHERE region_id = -1 GROUP BY 1 ORDER BY 1",
    )
    assert counted == [("day", 54, 5), ("month", 54, 5), ("undated", 1, 0), ("year", 54, 5)]
    assert execute(database, "SELECT count(*) FROM core.region_outlines") == [(4,)]
    assert execute(database, "SELECT count(*) FROM mart.region_totals WHERE flights > 0") == [(2,)]


@pytest.mark.parametrize("revision", sorted(RELEASED))
def test_released_version_is_not_changed(revision: str) -> None:
    (script,) = (MIGRATIONS / "versions").glob(f"{revision}_*.py")
    digest = hashlib.sha256()
    for path in (script, *sorted((MIGRATIONS / "sql" / revision).iterdir())):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    assert digest.hexdigest() == RELEASED[revision], "a change of the schema is a new version"


def _run_file(database: Database, path: Path) -> None:
    async def once() -> None:
        engine = create_async_engine(async_url(database.uri()), poolclass=pool.NullPool)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(run_sql, str(path))
        finally:
            await engine.dispose()

    asyncio.run(once())


def test_bodies_with_semicolons_at_line_ends_run(database: Database, tmp_path: Path) -> None:
    script = tmp_path / "body.sql"
    script.write_text(
        "CREATE FUNCTION mart.twice(n integer) RETURNS integer LANGUAGE plpgsql AS $body$\n"
        "BEGIN\n    n := n * 2;\n    RETURN n; -- ; '\nEND;\n$body$;\n"
        "COMMENT ON FUNCTION mart.twice IS 'a; b';\n"
    )
    _run_file(database, script)
    assert execute(database, "SELECT mart.twice(21)") == [(42,)]


def test_file_that_fails_leaves_nothing(database: Database, tmp_path: Path) -> None:
    script = tmp_path / "fails.sql"
    script.write_text("CREATE TABLE mart.half (a int);\nSELECT 1 / 0;\n")
    with pytest.raises(asyncpg.DivisionByZeroError):
        _run_file(database, script)
    assert execute(database, "SELECT to_regclass('mart.half')::text") == [(None,)]
