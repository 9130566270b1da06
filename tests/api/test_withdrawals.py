"""Taking a load back through the API: a preview, a request, and the function that answers it."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from shared.db import connect_pool
from shared.ingest.jobs import run_job
from shared.settings import DatabaseSettings
from shared.storage import Storage
from tests.api.conftest import Caller
from tests.conftest import Database
from tests.db.ingest_fixture import Ingest, flight_row, upload_id

pytestmark = pytest.mark.usefixtures("configured")
FIRST = [flight_row(1, arr=None), flight_row(2), flight_row(3)]
WRONG = [flight_row(1, dep=None), flight_row(2), flight_row(4), flight_row(5)]


@pytest.fixture
def ingest(database: Database, storage: Storage, tmp_path: Path) -> Ingest:
    return Ingest(database, storage, tmp_path)


def work(ingest: Ingest) -> None:
    """Run the job as the timer does."""

    async def once() -> None:
        pool = await connect_pool(DatabaseSettings(uri=SecretStr(ingest.database.uri("fp_ingest"))))
        try:
            await run_job(pool, ingest.storage, '{"job": "withdrawals"}', ttl=timedelta(days=1))
        finally:
            await pool.close()

    asyncio.run(once())


def ask(call: Caller, method: str, load: int, body: Any = None) -> Any:
    return call("upload", method, f"/api/loads/{load}/withdrawal", body=body, roles=["administrator"])


def test_a_load_is_taken_back_on_request(call: Caller, ingest: Ingest) -> None:
    ingest.load(FIRST, minute=1)
    alone = ingest.sums()
    key = ingest.put_rows(WRONG, minute=2)
    [outcome] = ingest.deliver(key)
    load = outcome.load_id
    assert load is not None
    both = ingest.sums()
    seen = ask(call, "GET", load)
    assert (seen.status, seen.json["state"]) == (200, "none")
    # The row of flight 2 stands in both workbooks, so nothing happens to that flight.
    assert seen.json["preview"] == {"flights_gone": 2, "flights_rebuilt": 2}
    for _ in range(2):
        answer = ask(call, "POST", load, {"reason": " не тот месяц "})
        assert (answer.status, answer.json["state"], answer.json["reason"]) == (202, "requested", "не тот месяц")
    assert len(ingest.fetch("SELECT FROM core.withdrawals")) == 1
    assert ingest.sums() == both
    work(ingest)
    assert ingest.sums() == alone
    done = ask(call, "GET", load).json
    assert (done["state"], done["preview"]) == ("done", None)
    assert done["result"] == {"flights_gone": 2, "flights_changed": 1}
    upload = call("upload", "GET", f"/api/uploads/{upload_id(key)}", roles=["analyst"]).json
    assert (upload["state"], upload["counts"], upload["load_id"]) == ("withdrawn", None, load)
    again = ask(call, "POST", load, {})
    assert (again.status, again.json["code"]) == (409, "LOAD_NOT_IN")
    ingest.deliver(ingest.put(ingest.folder / "rows.xlsx", minute=9))
    assert ingest.sums() == both
    assert ask(call, "GET", load).json["state"] == "none"


def test_what_cannot_be_taken_back_is_refused_with_a_sentence(call: Caller, ingest: Ingest) -> None:
    assert ask(call, "GET", 77).json["code"] == "LOAD_NOT_FOUND"
    assert ask(call, "POST", 77, {}).status == 404
    loads = [ingest.load(rows, minute=minute).load_id for minute, rows in ((1, FIRST), (2, WRONG))]
    ingest.fetch("UPDATE core.loads SET rows_traced = false")
    assert loads[0] is not None
    assert ask(call, "POST", loads[0], {}).status == 202
    work(ingest)
    refused = ask(call, "GET", loads[0]).json
    assert (refused["state"], refused["error"]["code"]) == ("refused", "LOAD_UNTRACED")
    assert refused["preview"] is not None


def test_reasons_have_an_end(call: Caller, ingest: Ingest) -> None:
    load = ingest.load(FIRST).load_id
    assert load is not None
    assert ask(call, "POST", load, {"reason": "а" * 501}).status == 422
    assert ask(call, "POST", load, {"why": "x"}).status == 422


@pytest.mark.parametrize(("role", "may"), [("analyst", False), ("operator", False), ("administrator", True)])
def test_the_list_says_who_may_withdraw(call: Caller, role: str, may: bool) -> None:
    assert call("upload", "GET", "/api/uploads?limit=1", roles=[role]).json["may_withdraw"] is may
