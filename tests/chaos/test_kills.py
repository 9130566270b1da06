"""A delivery is killed, frozen or doubled at any moment; the tables end as after an undisturbed load."""

import asyncio
import os
import random
import signal
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from shared.db import connect_pool
from shared.ingest.claims import LAST_ATTEMPT
from shared.ingest.jobs import Swept, sweep
from shared.settings import DatabaseSettings
from tests.chaos.conftest import Lab, Reference, elsewhere, many_rows
from tests.conftest import Database
from tests.db.ingest_fixture import write_workbook

KILLS = int(os.environ.get("CHAOS_KILLS", "12"))
pytestmark = pytest.mark.chaos


def test_killed_at_random_moments(lab: Lab, reference: Reference, moments: Iterator[float]) -> None:
    key = lab.ingest.put(reference.workbook)
    for _ in range(KILLS):
        process = lab.start(key)
        time.sleep(next(moments))
        process.kill()
        process.communicate()
        # Whatever the moment, either all of the workbook is in or nothing of it.
        flights = lab.ingest.fetch("SELECT count(*) AS n FROM core.flights")[0]["n"]
        assert flights in (0, 4_000)
    lab.until_done(key)
    assert lab.ingest.sums() == reference.sums
    assert lab.ingest.upload(key)["outcome"] == "loaded"


def test_twenty_deliveries_at_once(lab: Lab, reference: Reference) -> None:
    key = lab.ingest.put(reference.workbook)
    processes = [lab.start(key) for _ in range(20)]
    ends = [process.communicate(timeout=180)[0].strip() for process in processes]
    assert ends.count("loaded") == 1, ends
    assert set(ends) <= {"loaded", "duplicate", "busy"}, ends
    assert lab.ingest.sums() == reference.sums


def test_some_of_many_are_killed(lab: Lab, reference: Reference, moments: Iterator[float]) -> None:
    key = lab.ingest.put(reference.workbook)
    processes = [lab.start(key) for _ in range(6)]
    for process in processes[:4]:
        time.sleep(next(moments) / 4)
        process.kill()
    for process in processes:
        process.communicate(timeout=180)
    lab.until_done(key)
    assert lab.ingest.sums() == reference.sums


@pytest.mark.parametrize("swapped", [False, True])
def test_two_workbooks_with_shared_flights_at_once(lab: Lab, mapped_clones: Iterator[Database], swapped: bool) -> None:
    plans = write_workbook(lab.ingest.folder / "plans.xlsx", many_rows(arr=None))
    rows = many_rows(2_001, dep=None)
    random.Random(5).shuffle(rows)  # noqa: S311
    landings = write_workbook(lab.ingest.folder / "landings.xlsx", rows)
    keys = [lab.ingest.put(plans, minute=1), lab.ingest.put(landings, minute=2)]
    one_by_one = elsewhere(lab.ingest, next(mapped_clones))
    for key in keys:
        one_by_one.deliver(key)
    processes = [lab.start(key) for key in (reversed(keys) if swapped else keys)]
    ends = [process.communicate(timeout=180) for process in processes]
    assert [out.strip() for out, _ in ends] == ["loaded", "loaded"], ends
    assert lab.ingest.sums() == one_by_one.sums()


def test_a_frozen_holder_wakes_after_its_lease(lab: Lab, reference: Reference) -> None:
    key = lab.ingest.put(reference.workbook)
    frozen = lab.start(key)
    try:
        _wait_until_held(lab)
        frozen.send_signal(signal.SIGSTOP)
        assert lab.run(key) == "busy"
        lab.ingest.fetch("UPDATE core.loads SET lease_until = now() - interval '1 second' RETURNING id")
        lab.until_done(key)
        frozen.send_signal(signal.SIGCONT)
        out, _ = frozen.communicate(timeout=120)
    finally:
        frozen.kill()
        frozen.communicate()
    assert out.strip() != "loaded"
    assert lab.ingest.sums() == reference.sums


def test_six_tries_and_each_dies(lab: Lab, reference: Reference) -> None:
    """A workbook that kills whoever opens it ends as failed by the sixth delivery, and can be delivered again."""
    key = lab.ingest.put(reference.workbook)
    for attempt in range(1, LAST_ATTEMPT + 1):
        process = lab.start(key)
        try:
            _wait_until_held(lab, attempt)
        finally:
            process.kill()
            process.communicate()
        assert lab.ingest.upload(key)["outcome"] is None
    assert lab.run(key) == "failed"
    upload = lab.ingest.upload(key)
    assert (upload["outcome"], upload["error_code"]) == ("failed", "LOAD_ATTEMPTS_EXHAUSTED")
    assert lab.ingest.fetch("SELECT state FROM core.loads")[0]["state"] == "failed"
    # Its event, delivered again from the dead letters once the cause is mended.
    assert lab.run(key) == "loaded"
    assert lab.ingest.sums() == reference.sums


def test_nobody_comes_after_the_last_death(lab: Lab, reference: Reference) -> None:
    key = lab.ingest.put(reference.workbook)
    for attempt in (1, 2):
        process = lab.start(key, LEASE_SECONDS="3")
        try:
            _wait_until_held(lab, attempt)
        finally:
            process.kill()
            process.communicate()
    time.sleep(4)
    state = "SELECT state, error_code FROM core.upload_states"
    assert [tuple(row) for row in lab.ingest.fetch(state)] == [("failed", "LOAD_INTERRUPTED")]
    assert _sweep(lab) == Swept(loads=1, uploads=1, arrived=0, absent=0)
    assert [tuple(row) for row in lab.ingest.fetch(state)] == [("failed", "LOAD_INTERRUPTED")]
    assert lab.run(key) == "loaded"
    assert lab.ingest.sums() == reference.sums


def _sweep(lab: Lab) -> Swept:
    async def once() -> Swept:
        pool = await connect_pool(DatabaseSettings(uri=SecretStr(lab.ingest.database.uri("fp_ingest"))))
        try:
            return await sweep(pool, lab.ingest.storage, timedelta(minutes=20))
        finally:
            await pool.close()

    return asyncio.run(once())


def _wait_until_held(lab: Lab, attempt: int = 1) -> None:
    for _ in range(1_000):
        if lab.ingest.fetch("SELECT 1 FROM core.loads WHERE state = 'claimed' AND attempts = $1", attempt):
            return
        time.sleep(0.02)
    raise AssertionError("the delivery never took hold of the load")
