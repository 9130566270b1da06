"""Alerts of loads over what really happens to loads: rows staged minute by minute, numbers by the product's own SQL.

Every 15 seconds of an hour the loads stand in the database as they would at that moment; what ``/metrics`` tells then
becomes the series that promtool runs the rules over, those of hosts and those of the cloud.
"""

import asyncio
import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from shared.api.probes import measure_database
from tests.conftest import Database
from tests.stack.test_files import ROOT, program

STEP, END = 15, 75 * 60
LEASE = 660
RULES = {"hosts": ROOT / "local/prometheus/alert.rules.yaml", "cloud": ROOT / "terraform/watching/alerts.yaml"}
_INSERT = """
INSERT INTO core.loads
    (sha256, object_key, source_at, state, claim, lease_until, attempts, error_code, started_at, finished_at)
VALUES
    ($1, 'incoming/a.xlsx', now(), $2, gen_random_uuid(), now() + $3::interval, $4, $5, now() + $6::interval,
     now() + $7::interval)
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """A load at some moment; times are seconds from the sequence's beginning."""

    state: str
    started: float
    lease_until: float
    attempts: int = 1
    finished: float | None = None
    code: str | None = None


Sequence_ = Callable[[int], Sequence[Stage]]


def swept(second: int) -> list[Stage]:
    """Its worker dies at once, nobody comes again, and the sweep ends the load 200 s after its lease."""
    started, until = 60, 60 + LEASE
    if second < started:
        return []
    if second < until + 200:
        return [Stage("claimed", started, until)]
    return [Stage("failed", started, until, finished=until + 200, code="LOAD_INTERRUPTED")]


def claimed_again(second: int) -> list[Stage]:
    """Its worker dies each time, and the next claim comes the moment that the lease is over; the fifth is the last."""
    number = min(5, 1 + max(0, second - 60) // LEASE)
    started = 60 + (number - 1) * LEASE
    if second < 60:
        return []
    if second >= 60 + 5 * LEASE:
        last = 60 + 5 * LEASE
        return [Stage("failed", started, last, 5, last, "LOAD_ATTEMPTS_EXHAUSTED")]
    return [Stage("claimed", started, started + LEASE, number)]


def one_lane(seconds: int) -> Sequence_:
    """One workbook after another, each loaded in so many seconds."""

    def at(second: int) -> list[Stage]:
        done = [
            Stage("done", start, start + LEASE, finished=start + seconds)
            for start in range(0, max(0, second - seconds) + 1, seconds)
            if start + seconds <= second
        ]
        start = seconds * (second // seconds)
        return [*done, Stage("claimed", start, second + LEASE)]

    return at


def nothing(second: int) -> list[Stage]:
    """No workbook comes."""
    return []


async def series_of(uri: str, sequence: Sequence_) -> dict[str, list[float | None]]:
    """Give the samples of each series, None where /metrics has none."""
    ratio: list[float | None] = []
    p95: list[float | None] = []
    connection = await asyncpg.connect(uri)
    try:
        for second in range(0, END, STEP):
            transaction = connection.transaction()
            await transaction.start()
            for number, stage in enumerate(sequence(second)):
                instants: list[timedelta | None] = [
                    None if at is None else timedelta(seconds=at - second)
                    for at in (stage.lease_until, stage.started, stage.finished)
                ]
                sha256 = number.to_bytes(32, "big")
                lease_until, started, finished = instants
                row = (sha256, stage.state, lease_until, stage.attempts, stage.code, started, finished)
                await connection.execute(_INSERT, *row)
            spans = timedelta(seconds=300), timedelta(minutes=20)
            numbers = await measure_database(connection, *spans, checked=False)  # type: ignore[arg-type]
            await transaction.rollback()
            ratio.append(numbers["ingest_timeout_ratio"][()])
            p95.append(numbers["ingest_duration_seconds"].get(("0.95",)))
    finally:
        await connection.close()
    return {
        "fly_potato_ingest_timeout_ratio{job='fly-potato',instance='b'}": ratio,
        "fly_potato_ingest_duration_seconds{job='fly-potato',instance='b',quantile='0.95'}": p95,
    }


def fired(directory: Path, rules: Path, series: dict[str, list[float | None]], alert: str) -> set[int]:
    """Give the minutes in which an alert fires, by promtool."""
    values = {
        name: " ".join("_" if value is None else repr(float(value)) for value in samples)
        for name, samples in series.items()
    }
    values["fly_potato_ingest_sync_response_seconds{job='fly-potato',instance='b'}"] = f"300x{END // STEP}"
    minutes = range(0, END // 60)
    case: dict[str, Any] = {
        "interval": f"{STEP}s",
        "input_series": [{"series": name, "values": text} for name, text in values.items()],
        "promql_expr_test": [
            {
                "expr": f'count(ALERTS{{alertname="{alert}",alertstate="firing"}}) or vector(0)',
                "eval_time": f"{minute}m",
                "exp_samples": [{"labels": "{}", "value": 0}],
            }
            for minute in minutes
        ],
    }
    path = directory / "sequence.yaml"
    path.write_text(json.dumps({"rule_files": [str(rules)], "evaluation_interval": "15s", "tests": [case]}))
    done = subprocess.run(
        [program("promtool"), "test", "rules", str(path)], capture_output=True, text=True, check=False
    )
    output = done.stdout + done.stderr
    found = {minute for minute in minutes if f"time: {_duration(minute)}," in output}
    assert bool(found) == bool(done.returncode), output
    return found


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return (f"{hours}h" if hours else "") + (f"{rest}m" if rest or not hours else "")


@pytest.mark.parametrize("variant", RULES)
@pytest.mark.parametrize("sequence", [swept, claimed_again])
def test_a_workbook_that_is_always_cut_off_wakes_somebody(
    database: Database, tmp_path: Path, variant: str, sequence: Sequence_
) -> None:
    minutes = fired(tmp_path, RULES[variant], asyncio.run(series_of(database.uri(), sequence)), "HighTimeoutRate")
    # The lease ends after twelve minutes; until then nobody can know.
    assert minutes
    assert 12 < min(minutes) <= 24


@pytest.mark.parametrize("variant", RULES)
@pytest.mark.parametrize("seconds", [301, 20 * 60])
def test_loads_that_are_slow_one_by_one_are_told(
    database: Database, tmp_path: Path, variant: str, seconds: int
) -> None:
    minutes = fired(tmp_path, RULES[variant], asyncio.run(series_of(database.uri(), one_lane(seconds))), "SlowP95")
    assert minutes
    assert min(minutes) <= seconds / 60 + 12
    # Once it fires it does not flap between one end and the next.
    assert minutes == set(range(min(minutes), END // 60))


@pytest.mark.parametrize("variant", RULES)
@pytest.mark.parametrize("sequence", [nothing, one_lane(60), one_lane(299)])
def test_quick_loads_and_none_are_silent(database: Database, tmp_path: Path, variant: str, sequence: Sequence_) -> None:
    series = asyncio.run(series_of(database.uri(), sequence))
    for alert in ("HighTimeoutRate", "SlowP95"):
        assert fired(tmp_path, RULES[variant], series, alert) == set()
