"""Alive, ready, and in numbers."""

import asyncio
import re
import socket
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import yaml
from alembic.config import Config
from alembic.script import ScriptDirectory
from prometheus_client.parser import text_string_to_metric_families

from shared.api.probes import SCHEMA_REVISION
from shared.metrics import PREFIX, exposition
from shared.stats import recount_all
from shared.storage import Storage
from tests.api.conftest import Caller
from tests.api.test_uploads import announced, loaded, reject
from tests.conftest import Database

ROOT = Path(__file__).resolve().parents[2]
Sql = Callable[..., Any]
LISTED = yaml.safe_load((ROOT / "spec" / "contracts" / "metrics.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def boundaries(sql: Sql) -> None:
    """Make one active boundary set with one region."""
    sql(
        "INSERT INTO core.boundary_sets (name, source, licence, attribution, sha256, active)"
        " VALUES ('n', 's', 'l', 'a', '\\x00', true)"
    )
    sql(
        "INSERT INTO core.regions (set_id, id, name, area_km2, time_zone, geom)"
        " SELECT id, 1, 'Область', 1, 'Europe/Moscow', ST_Multi(ST_MakeEnvelope(30, 50, 40, 60, 4326))"
        " FROM core.boundary_sets"
    )


def fly(sql: Sql, load: int, match: str, region: int | None, state: str, day: date | None = date(2026, 8, 1)) -> None:
    """Write one flight."""
    sql(
        "INSERT INTO core.flights (key, state, operator_kind, position_source, region_match, region_id, load_id, day)"
        " VALUES (gen_random_uuid(), $1, 'unknown', 'none', $2, $3, $4, $5)",
        state, match, region, load, day,
    )  # fmt: skip


@pytest.fixture
def recounted(database: Database) -> Callable[[], None]:
    """Keep the roll-ups, as a load does at its end."""

    async def once() -> None:
        connection = await asyncpg.connect(database.uri("fp_ingest"))
        try:
            await recount_all(connection)
        finally:
            await connection.close()

    return lambda: asyncio.run(once())


def samples(text: str) -> dict[str, dict[tuple[str, ...], float]]:
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(text):
        values = found.setdefault(family.name.removeprefix(PREFIX), {})
        for sample in family.samples:
            values[tuple(sample.labels.values())] = sample.value
    return found


def test_alive_without_any_setting(call: Caller, environment: pytest.MonkeyPatch) -> None:
    answer = call("health", "GET", "/health", roles=None)
    assert answer.status == 200
    assert answer.json == {"status": "ok", "title": "Fly Potato", "version": "0.1.0", "release": None}


def test_it_tells_which_release_answers(call: Caller, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("APP_RELEASE", "9" * 64)
    assert call("health", "GET", "/health", roles=None).json["release"] == "9" * 64


@pytest.mark.usefixtures("configured", "boundaries")
def test_ready(call: Caller) -> None:
    answer = call("health", "GET", "/healthz", roles=None)
    assert (answer.status, answer.json["status"]) == (200, "ready")
    assert [check["name"] for check in answer.json["checks"]] == ["database", "schema", "boundaries", "storage", "disk"]
    assert all(check["ok"] and check["code"] is None for check in answer.json["checks"])


def codes(answer: Any) -> dict[str, str | None]:
    assert (answer.status, answer.json["status"]) == (503, "unready")
    return {check["name"]: check["code"] for check in answer.json["checks"]}


@pytest.mark.usefixtures("configured")
def test_unready_without_boundaries_or_with_an_old_schema(call: Caller, sql: Sql) -> None:
    checks = codes(call("health", "GET", "/healthz", roles=None))
    assert checks == dict.fromkeys(checks) | {"boundaries": "BOUNDARIES_MISSING"}
    sql("UPDATE core.alembic_version SET version_num = 'older'")
    assert codes(call("health", "GET", "/healthz", roles=None))["schema"] == "SCHEMA_OUTDATED"


@pytest.mark.usefixtures("boundaries")
def test_unready_where_something_is_away(call: Caller, configured: pytest.MonkeyPatch) -> None:
    configured.setenv("POSTGRES_URI", "postgresql://fp_api:secret@127.0.0.1:9/none")
    configured.setenv("S3_BUCKET", "no-such-bucket")
    answer = call("health", "GET", "/healthz", roles=None)
    checks = codes(answer)
    assert checks["database"] == checks["boundaries"] == "DATABASE_UNAVAILABLE"
    assert checks["storage"] == "STORAGE_UNAVAILABLE"
    assert b"secret" not in answer.body


@pytest.mark.usefixtures("configured", "boundaries")
def test_unready_where_the_disk_takes_nothing(call: Caller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    checks = codes(call("health", "GET", "/healthz", roles=None))
    assert checks == dict.fromkeys(checks) | {"disk": "TEMPORARY_DISK_FULL"}


def test_unready_without_settings(call: Caller, environment: pytest.MonkeyPatch) -> None:
    checks = codes(call("health", "GET", "/healthz", roles=None))
    assert checks.pop("disk") is None
    assert set(checks.values()) == {"SETTINGS_INVALID"}


def test_a_dependency_that_hangs_costs_its_time_out_alone(call: Caller, configured: pytest.MonkeyPatch) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        configured.setenv("POSTGRES_URI", f"postgresql://fp_api:x@127.0.0.1:{port}/none?sslmode=disable")
        configured.setenv("METRICS_CHECK_TIMEOUT_SECONDS", "1")
        started = datetime.now(UTC)
        checks = codes(call("health", "GET", "/healthz", roles=None))
        assert datetime.now(UTC) - started < timedelta(seconds=8)
    assert checks["database"] == "TIME_OUT"
    assert checks["storage"] is None


def test_the_code_knows_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA_REVISION


@pytest.mark.usefixtures("boundaries")
def test_metrics_of_a_lived_in_system(
    call: Caller,
    configured: pytest.MonkeyPatch,
    sql: Sql,
    recounted: Callable[[], None],
    storage: Storage,
    tmp_path: Path,
) -> None:
    configured.setenv("REGIONS_CHECK_URL", "https://example.org/borders.geojson")
    configured.setenv("INGEST_SYNC_RESPONSE_SECONDS", "420")
    now = datetime.now(UTC)
    done = loaded(sql, started_at=now - timedelta(seconds=40), finished_at=now, attempts=1)
    loaded(sql, started_at=now - timedelta(seconds=20), finished_at=now, attempts=3)
    loaded(sql, started_at=now - timedelta(days=2), finished_at=now - timedelta(days=1), attempts=9)
    loaded(sql, state="failed", error_code="WORKBOOK_ENCRYPTED", started_at=now - timedelta(days=2), finished_at=None)
    expired = {"state": "claimed", "finished_at": None, "lease_until": now - timedelta(seconds=10), "attempts": 1}
    loaded(sql, **expired)
    announced(sql, now)
    announced(sql, now - timedelta(days=1))
    announced(sql, now - timedelta(seconds=100), step="reading")
    announced(sql, now, outcome="loaded", step="finished", load_id=done)
    for row, code in enumerate(["TELEGRAM_TOO_LONG", "TELEGRAM_TOO_LONG", "TELEGRAM_NOT_RECOGNISED"]):
        reject(sql, done, "Лист1", row + 1, code)
    for match, region, state in [("inside", 1, "flown"), ("inside", 1, "planned"), ("outside", None, "flown")]:
        fly(sql, done, match, region, state)
    fly(sql, done, "inside", 1, "cancelled")
    fly(sql, done, "none", None, "flown", day=None)
    recounted()
    source = tmp_path / "x"
    source.write_bytes(b"x" * 1000)
    for key in ("incoming/1", "incoming/2", "results/1", "stray"):
        storage.upload(source, key, "text/plain")

    answer = call("health", "GET", "/metrics", roles=None)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    metrics = samples(answer.body.decode())
    assert metrics["build_info"] == {("0.1.0",): 1}
    assert metrics["database_up"] == metrics["storage_up"] == metrics["regions"] == {(): 1}
    assert metrics["uploads"] == {
        ("announced",): 1, ("expired",): 1, ("processing",): 1, ("loaded",): 1, ("duplicate",): 0, ("failed",): 0,
        ("withdrawn",): 0,
    }  # fmt: skip
    assert 0 < metrics["boundaries_checked_age_seconds"][()] < 600
    assert metrics["uploads_waiting"] == {(): 1}
    assert 99 < metrics["upload_oldest_waiting_seconds"][()] < 200
    assert metrics["loads"] == {("claimed",): 1, ("done",): 3, ("failed",): 1, ("withdrawn",): 0}
    assert metrics["load_failures"] == {("WORKBOOK_ENCRYPTED",): 1}
    assert abs(metrics["last_load_timestamp_seconds"][()] - now.timestamp()) < 1
    assert metrics["rows"] == {
        ("empty",): 3, ("repeated",): 3, ("rejected",): 6, ("new",): 9, ("updated",): 6, ("unchanged",): 3,
    }  # fmt: skip
    assert metrics["rejected_rows"] == {("TELEGRAM_TOO_LONG",): 2, ("TELEGRAM_NOT_RECOGNISED",): 1}
    assert metrics["flights"] == {("inside",): 2, ("outside",): 1, ("near_border",): 0, ("none",): 1}
    assert metrics["ingest_duration_seconds"][("0.5",)] == pytest.approx(30, abs=0.1)
    assert metrics["ingest_duration_seconds"][("0.95",)] == pytest.approx(39, abs=0.1)
    assert metrics["ingest_sync_response_seconds"] == {(): 420}
    # Two finished; two tries of one of them and one abandoned claim were interrupted.
    assert metrics["ingest_attempts"] == {("finished",): 2, ("interrupted",): 3}
    assert metrics["ingest_timeout_ratio"] == {(): 0.6}
    assert metrics["media_bytes"] == {("incoming",): 2000, ("results",): 1000, ("other",): 1000}
    assert metrics["media_usage_ratio"][()] == pytest.approx(4000 / metrics["media_quota_bytes"][()])
    assert metrics["embed_key_age_seconds"][()] == (datetime.now(UTC).date() - date(2026, 1, 31)).days * 86400
    assert all(metrics.values()), [name for name, values in metrics.items() if not values]


@pytest.mark.usefixtures("configured")
def test_metrics_of_an_empty_system(call: Caller) -> None:
    metrics = samples(call("health", "GET", "/metrics", roles=None).body.decode())
    assert metrics["ingest_timeout_ratio"] == {(): 0}
    assert metrics["flights"][("inside",)] == 0
    assert metrics["ingest_duration_seconds"] == {}
    assert metrics["last_load_timestamp_seconds"] == {}


def test_metrics_where_everything_is_away(call: Caller, environment: pytest.MonkeyPatch) -> None:
    answer = call("health", "GET", "/metrics", roles=None)
    metrics = samples(answer.body.decode())
    assert metrics["database_up"] == metrics["storage_up"] == {(): 0}
    assert metrics["build_info"] == {("0.1.0",): 1}


@pytest.mark.usefixtures("configured")
def test_metrics_ask_for_their_token_where_there_is_one(call: Caller, configured: pytest.MonkeyPatch) -> None:
    configured.setenv("METRICS_TOKEN", "scrape-me")
    for headers in ({}, {"Authorization": "Bearer other"}, {"Authorization": "scrape-me"}):
        answer = call("health", "GET", "/metrics", roles=["administrator"], headers=headers)
        assert (answer.status, answer.json["code"]) == (401, "METRICS_TOKEN_INVALID")
    assert call("health", "GET", "/metrics", roles=None, headers={"Authorization": "Bearer scrape-me"}).status == 200


@pytest.mark.usefixtures("configured", "boundaries")
def test_every_listed_family_is_exposed_with_listed_label_values(call: Caller) -> None:
    metrics = samples(call("health", "GET", "/metrics", roles=None).body.decode())
    assert {PREFIX + name for name in metrics} == {metric["name"] for metric in LISTED["metrics"]}
    for metric in LISTED["metrics"]:
        shown = metrics[metric["name"].removeprefix(PREFIX)]
        for label, values in metric.get("values", {}).items():
            assert [label] == metric["labels"]
            assert {labels[0] for labels in shown} <= set(values)


def test_service_levels_lean_on_listed_families_only() -> None:
    names = {metric["name"] for metric in LISTED["metrics"]}
    used = {
        name for rule in LISTED["service_levels"] for name in re.findall(PREFIX + r"\w+", rule.get("expression", ""))
    }
    assert used
    assert used <= names


def test_families_that_are_not_registered_are_refused() -> None:
    with pytest.raises(ValueError, match="stray"):
        exposition({"stray": {(): 1.0}})
    with pytest.raises(ValueError, match="loads"):
        exposition({"loads": {(): 1.0}})
