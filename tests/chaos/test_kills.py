"""A delivery is killed, frozen or doubled at any moment; the tables end as after an undisturbed load."""

import os
import random
import signal
import time
from collections.abc import Iterator

import pytest

from tests.chaos.conftest import Lab, Reference, elsewhere, many_rows
from tests.conftest import Database
from tests.db.ingest_fixture import write_workbook

KILLS = int(os.environ.get("CHAOS_KILLS", "12"))
pytestmark = pytest.mark.chaos


def test_killed_at_random_moments(lab: Lab, reference: Reference, moments: Iterator[float]) -> None:
    key = lab.desk.put(reference.workbook)
    for _ in range(KILLS):
        process = lab.start(key)
        time.sleep(next(moments))
        process.kill()
        process.communicate()
        # Whatever the moment, either all of the workbook is in or nothing of it.
        flights = lab.desk.fetch("SELECT count(*) AS n FROM core.flights")[0]["n"]
        assert flights in (0, 4_000)
    lab.until_done(key)
    assert lab.desk.sums() == reference.sums
    assert lab.desk.upload(key)["outcome"] == "loaded"


def test_twenty_deliveries_at_once(lab: Lab, reference: Reference) -> None:
    key = lab.desk.put(reference.workbook)
    processes = [lab.start(key) for _ in range(20)]
    ends = [process.communicate(timeout=180)[0].strip() for process in processes]
    assert ends.count("loaded") == 1, ends
    assert set(ends) <= {"loaded", "duplicate", "busy"}, ends
    assert lab.desk.sums() == reference.sums


def test_some_of_many_are_killed(lab: Lab, reference: Reference, moments: Iterator[float]) -> None:
    key = lab.desk.put(reference.workbook)
    processes = [lab.start(key) for _ in range(6)]
    for process in processes[:4]:
        time.sleep(next(moments) / 4)
        process.kill()
    for process in processes:
        process.communicate(timeout=180)
    lab.until_done(key)
    assert lab.desk.sums() == reference.sums


@pytest.mark.parametrize("swapped", [False, True])
def test_two_workbooks_with_shared_flights_at_once(lab: Lab, mapped_clones: Iterator[Database], swapped: bool) -> None:
    plans = write_workbook(lab.desk.folder / "plans.xlsx", many_rows(arr=None))
    rows = many_rows(2_001, dep=None)
    random.Random(5).shuffle(rows)  # noqa: S311
    landings = write_workbook(lab.desk.folder / "landings.xlsx", rows)
    keys = [lab.desk.put(plans, minute=1), lab.desk.put(landings, minute=2)]
    one_by_one = elsewhere(lab.desk, next(mapped_clones))
    for key in keys:
        one_by_one.deliver(key)
    processes = [lab.start(key) for key in (reversed(keys) if swapped else keys)]
    ends = [process.communicate(timeout=180) for process in processes]
    assert [out.strip() for out, _ in ends] == ["loaded", "loaded"], ends
    assert lab.desk.sums() == one_by_one.sums()


def test_a_frozen_holder_wakes_after_its_lease(lab: Lab, reference: Reference) -> None:
    key = lab.desk.put(reference.workbook)
    frozen = lab.start(key)
    try:
        _wait_until_held(lab)
        frozen.send_signal(signal.SIGSTOP)
        assert lab.run(key) == "busy"
        lab.desk.fetch("UPDATE core.loads SET lease_until = now() - interval '1 second' RETURNING id")
        lab.until_done(key)
        frozen.send_signal(signal.SIGCONT)
        out, _ = frozen.communicate(timeout=120)
    finally:
        frozen.kill()
        frozen.communicate()
    assert out.strip() != "loaded"
    assert lab.desk.sums() == reference.sums


def _wait_until_held(lab: Lab) -> None:
    for _ in range(400):
        if lab.desk.fetch("SELECT 1 FROM core.loads WHERE state = 'claimed'"):
            return
        time.sleep(0.02)
    raise AssertionError("the delivery never took hold of the load")
