"""A database that went away, came back, or takes no writes: 503 with when to try again, and the next call works."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from shared.runtime import loop
from shared.stats import recount_all
from tests.api.conftest import Answer, Caller, _by_event
from tests.api.test_health import boundaries
from tests.conftest import Database
from tests.db.stats import invented

__all__ = ["boundaries"]

pytestmark = pytest.mark.usefixtures("configured")
Sql = Callable[..., Any]
ANNOUNCEMENT = {"file_name": "a.xlsx", "size": 10}


@pytest.fixture
def filled(database: Database) -> None:
    async def fill(conn: Any) -> None:
        await invented.store_regions(conn)
        await recount_all(conn)

    invented.run(database, fill)


def outage(answer: Answer, code: str) -> None:
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert answer.json["code"] == code


def end_connections(sql: Sql) -> None:
    sql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'fp_api'")


@pytest.mark.usefixtures("filled")
def test_a_database_that_takes_no_writes_is_an_outage_for_what_writes(call: Caller, database: Database) -> None:
    database.cluster.sql(f'ALTER DATABASE "{database.name}" SET default_transaction_read_only = on')
    outage(call("upload", "POST", "/api/uploads", body=ANNOUNCEMENT), "DATABASE_READ_ONLY")
    outage(call("stats", "GET", "/api/reports/overview.json"), "DATABASE_READ_ONLY")
    assert call("upload", "GET", "/api/uploads").status == 200
    assert call("stats", "GET", "/api/stats/overview").status == 200
    answer = call("health", "GET", "/healthz", roles=None)
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert {check["name"]: check["code"] for check in answer.json["checks"]}["database"] == "DATABASE_READ_ONLY"


@pytest.mark.usefixtures("boundaries")
def test_readiness_tells_of_connections_to_come(call: Caller, database: Database) -> None:
    """A connection from before the disk was full still writes; those that other instances open will not."""
    assert call("health", "GET", "/healthz", roles=None).status == 200
    database.cluster.sql(f'ALTER ROLE fp_api IN DATABASE "{database.name}" SET default_transaction_read_only = on')
    assert call("health", "GET", "/healthz", roles=None).status == 503
    database.cluster.sql(f'ALTER ROLE fp_api IN DATABASE "{database.name}" RESET default_transaction_read_only')
    assert call("health", "GET", "/healthz", roles=None).status == 200


@pytest.mark.parametrize("call", [_by_event], indirect=True, ids=["event"])
def test_connections_that_ended_while_the_instance_stood_still(call: Caller, sql: Sql) -> None:
    """The farewell of the server lies in the socket unread when the next call begins, as after a freeze."""
    for _ in range(3):
        assert call("upload", "GET", "/api/uploads").status == 200
        loop.loop_thread().loop.call_soon_threadsafe(time.sleep, 0.5)
        end_connections(sql)
        first = call("upload", "GET", "/api/uploads")
        if first.status != 200:
            outage(first, "DATABASE_UNAVAILABLE")
        assert call("upload", "POST", "/api/uploads", body=ANNOUNCEMENT).status == 201


@pytest.mark.usefixtures("boundaries")
def test_an_instance_older_than_the_schema_is_ready_unless_the_schema_says_otherwise(call: Caller, sql: Sql) -> None:
    sql("UPDATE core.alembic_version SET version_num = '9000'")
    assert call("health", "GET", "/healthz", roles=None).status == 200
    sql("COMMENT ON TABLE core.alembic_version IS 'compatible_from=8999'")
    answer = call("health", "GET", "/healthz", roles=None)
    assert {check["name"]: check["code"] for check in answer.json["checks"]}["schema"] == "SCHEMA_TOO_NEW"
    sql("UPDATE core.alembic_version SET version_num = '0001'")
    answer = call("health", "GET", "/healthz", roles=None)
    assert {check["name"]: check["code"] for check in answer.json["checks"]}["schema"] == "SCHEMA_OUTDATED"
