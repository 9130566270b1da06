"""Backups on a real cluster: a dump proves itself, a damaged one is told, a moment comes back from base and archive."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pyrage
import pytest
from click.testing import CliRunner

from fly_potato import release_check
from fly_potato.backups import backup_jobs, bases, dumps
from fly_potato.backups.backup_jobs import BackupSettings
from fly_potato.backups.dumps import BackupFailed
from fly_potato.commands.hosts import backup as command
from fly_potato.stack.postgres import Cluster, find_postgres
from fly_potato.stack.postgres.programs import account
from hosting.backups import JOBS, BackupsCollector, run_job
from hosting.settings import HostingSettings
from shared.api.probes import SCHEMA_REVISION
from shared.errors import ConfigurationError
from shared.settings import StorageSettings
from shared.storage import Storage
from tests.conftest import S3_SECRET, Database, free_port
from tests.db.ingest_fixture import Ingest, flight_row

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 3, 1, 1, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Put PostgreSQL's programs on the path, and give a directory for backups."""
    found = find_postgres()
    assert found is not None
    monkeypatch.setenv("PATH", f"{found.directory}:{os.environ['PATH']}")
    for name in ("backups", "wal"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("BACKUP_DIRECTORY", str(tmp_path / "backups"))
    monkeypatch.setenv("BACKUP_WAL_ARCHIVE", str(tmp_path / "wal"))
    return tmp_path / "backups"


@pytest.fixture
def loaded(mapped: Database, storage: Storage, tmp_path: Path) -> Database:
    """Give a database with flights in it."""
    ingest = Ingest(mapped, storage, tmp_path)
    ingest.deliver(ingest.put_rows([flight_row(number) for number in range(40)]))
    return mapped


def execute(database: Database, statement: str) -> None:
    async def once() -> None:
        connection = await asyncpg.connect(database.uri())
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(once())


def databases(database: Database) -> str:
    return database.cluster.sql("SELECT string_agg(datname, ' ') FROM pg_database")


def invoke(*words: str, uri: str | None = None) -> str:
    done = CliRunner().invoke(command, list(words), env={"MIGRATE_URI": uri, "POSTGRES_URI": None})
    assert done.exit_code == 0, done.output
    return done.output


def test_a_dump_is_restored_and_compared_and_nothing_is_left(loaded: Database, programs: Path) -> None:
    assert "float_" in invoke("dump", uri=loaded.uri())
    # What comes after the dump is not in it, and does not make it differ.
    execute(loaded, "DELETE FROM core.flights WHERE key IN (SELECT key FROM core.flights LIMIT 3)")
    result = invoke("verify", uri=loaded.uri())
    assert "совпадает" in result
    (dump,) = programs.glob("float_*.dump")
    assert json.loads(dump.with_suffix(".verified").read_text())["dump"] == dump.name
    assert dumps.SCRATCH not in databases(loaded)


def test_a_damaged_dump_is_told_and_not_restored(loaded: Database, programs: Path) -> None:
    invoke("dump", uri=loaded.uri())
    (dump,) = programs.glob("float_*.dump")
    with dump.open("r+b") as file:
        file.seek(dump.stat().st_size // 2)
        file.write(b"\0" * 64)
    done = CliRunner().invoke(command, ["verify"], env={"MIGRATE_URI": loaded.uri()})
    assert done.exit_code == 1
    assert "BACKUP_DAMAGED" in done.output
    assert not dump.with_suffix(".verified").exists()


def test_a_dump_that_lacks_rows_is_told_by_table(loaded: Database, programs: Path) -> None:
    path = asyncio.run(dumps.dump(loaded.uri(), programs, NOW))
    record = json.loads(path.with_suffix(".json").read_text())
    record["tables"]["core.flights"] = "41 " + record["tables"]["core.flights"].split(" ")[1]
    path.with_suffix(".json").write_text(json.dumps(record))
    with pytest.raises(BackupFailed, match=r"core\.flights") as caught:
        asyncio.run(dumps.verify_dump(loaded.uri(), path, NOW))
    assert caught.value.code == "BACKUP_DIFFERS"
    assert dumps.SCRATCH not in databases(loaded)


def test_without_a_dump_the_trial_fails(database: Database) -> None:
    with pytest.raises(BackupFailed) as caught:
        asyncio.run(backup_jobs.try_restore(database.uri()))
    assert caught.value.code == "BACKUP_MISSING"


def test_no_password_stands_in_an_error_or_a_command_line(database: Database, programs: Path) -> None:
    wrong = database.uri("fp_api").replace(database.name, "nowhere")
    with pytest.raises(BackupFailed) as caught:
        asyncio.run(asyncio.to_thread(backup_jobs.make_base, wrong))
    assert caught.value.code == "BACKUP_PROGRAM_FAILED"
    assert "p%40ss" not in caught.value.sentence
    assert "p@ss" not in caught.value.sentence


def aged(path: Path, days: float) -> Path:
    at = time.time() - days * 86400
    for each in (path, *(path.iterdir() if path.is_dir() else ())):
        os.utime(each, (at, at))
    return path


@pytest.mark.parametrize(("name", "least"), [("BACKUP_DUMP_DAYS", 14), ("BACKUP_WAL_DAYS", 7)])
def test_fewer_days_than_the_guide_wants_are_refused(
    name: str, least: int, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days, refused in ((least - 1, True), (least, False)):
        monkeypatch.setenv(name, str(days))
        done = CliRunner().invoke(command, ["expire", "--dry-run"])
        assert (done.exit_code == 1) is refused
        assert (name in done.stderr) is refused


def test_old_dumps_go_and_the_newest_stays_however_old(programs: Path) -> None:
    for number, days in ((1, 90), (2, 60), (3, 40)):
        for suffix in ("dump", "json"):
            (programs / f"float_2026010{number}.{suffix}").write_text("{}")
        aged(programs / f"float_2026010{number}.dump", days)
    assert "4" in invoke("expire", "--dry-run")
    assert len(list(programs.iterdir())) == 6
    invoke("expire")
    assert sorted(path.name for path in programs.iterdir()) == ["float_20260103.dump", "float_20260103.json"]


class Host:
    """A cluster that archives, as on a host, with directories that its user may write."""

    def __init__(self, room: Path) -> None:
        self.room, self.user = room, account()
        self.backups, self.wal = room / "backups", room / "wal"
        for directory in (self.backups, self.wal):
            self.user.own(directory)
            directory.chmod(0o777)
        found = find_postgres()
        assert found is not None
        archive = f"test ! -f {self.wal}/%f && cp %p {self.wal}/%f"
        settings = {"wal_level": "replica", "archive_mode": "on", "archive_command": archive, "max_wal_senders": "4"}
        self.cluster = Cluster(found, room / "data", free_port(), settings=settings)
        self.cluster.start()

    def uri(self) -> str:
        return self.cluster.uri(database="float_mode")

    def settle(self) -> None:
        """Have everything that is written archived."""
        segment = self.cluster.sql("SELECT pg_walfile_name(pg_switch_wal())")
        for _ in range(200):
            if (self.wal / segment).exists():
                return
            time.sleep(0.1)
        raise TimeoutError(segment)

    def rehearse(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the script as the database's user, as the book's container does."""
        return self.user.run(
            ["bash", str(ROOT / "local/postgres/rehearse.sh"), *words],
            PATH=f"{self.cluster.binaries.directory}:/usr/bin:/bin",
            BACKUPS=str(self.backups),
            WAL_ARCHIVE=str(self.wal),
            POSTGRES_USER="postgres",
            POSTGRES_DB="float_mode",
        )


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    """Run such a cluster with one table of flights."""
    with tempfile.TemporaryDirectory(prefix="fly-potato-host-", ignore_cleanup_errors=True) as directory:
        Path(directory).chmod(0o755)
        running = Host(Path(directory))
        try:
            running.cluster.create_database("float_mode")
            running.cluster.sql("CREATE SCHEMA core; CREATE TABLE core.flights (n int)", "float_mode")
            yield running
        finally:
            running.cluster.remove()


def test_a_moment_is_restored_from_base_and_archive_and_measured(host: Host) -> None:
    host.cluster.sql("INSERT INTO core.flights SELECT generate_series(1, 10)", "float_mode")
    # pg_basebackup writes as whoever runs the test; the service and the server are one user on hosts.
    made = bases.base(host.uri(), host.backups, datetime.now(UTC))
    subprocess.run(["chmod", "-R", "a+rX", str(made)], check=True)
    host.cluster.sql("INSERT INTO core.flights SELECT generate_series(1, 5)", "float_mode")
    moment = host.cluster.sql("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00'")
    time.sleep(0.1)
    host.cluster.sql("INSERT INTO core.flights SELECT generate_series(1, 100)", "float_mode")
    host.settle()
    for words, flights in (((), 115), ((moment,), 15)):
        done = host.rehearse(*words)
        assert done.returncode == 0, done.stderr
        assert f"полётов {flights}" in done.stdout
    heading, *lines = (host.backups / "rehearsals.tsv").read_text().splitlines()
    assert heading.split("\t")[2:4] == ["unpack_seconds", "replay_seconds"]
    assert [line.split("\t")[-1] for line in lines] == ["115", "15"]
    assert not list(host.backups.glob(".rehearsal-*"))


def test_a_base_of_a_server_that_was_brought_back_is_rehearsed_to_the_end_too(host: Host) -> None:
    """Such a server has the moment that it was brought back to in its settings, and its bases have them too."""
    host.cluster.sql("ALTER SYSTEM SET recovery_target_time = '2020-01-01 00:00:00+00'")
    host.cluster.sql("ALTER SYSTEM SET recovery_target_action = 'pause'")
    made = bases.base(host.uri(), host.backups, datetime.now(UTC))
    subprocess.run(["chmod", "-R", "a+rX", str(made)], check=True)
    host.settle()
    done = host.rehearse()
    host.cluster.sql("ALTER SYSTEM RESET ALL")
    assert done.returncode == 0, done.stderr
    assert made.name in done.stdout


def test_a_hole_in_the_archive_is_told_and_cleared_away(host: Host) -> None:
    done = host.rehearse("2099-01-01 00:00:00+00")
    assert done.returncode != 0
    assert "recovery ended before configured recovery target was reached" in done.stderr
    assert not list(host.backups.glob(".rehearsal-*"))
    assert host.rehearse("вчера").returncode != 0


def test_wal_goes_only_when_no_base_that_stays_needs_it(host: Host, programs: Path, tmp_path: Path) -> None:
    for number, days in ((1, 30), (2, 20), (3, 1)):
        made = bases.base(host.uri(), programs, NOW + timedelta(days=number))
        aged(made, days)
        host.settle()
    wal = tmp_path / "wal"
    for path in host.wal.iterdir():
        shutil.copy(path, wal)
    oldest, middle, youngest = bases.bases(programs)
    gone, segments = bases.expired(programs, wal, datetime.now(UTC), timedelta(days=14))
    # The base of twenty days ago is the one that the moment of fourteen days ago is restored from.
    assert gone == [oldest.path]
    assert segments
    assert {path.name for path in segments} == {
        path.name
        for path in wal.iterdir()
        if re.match(r"[0-9A-F]{24}", path.name) and path.name[:24] < middle.first_segment
    }
    invoke("expire")
    assert [each.path for each in bases.bases(programs)] == [middle.path, youngest.path]
    assert (wal / middle.first_segment).exists()
    # Where no base is old enough, everything stays.
    aged(middle.path, 3)
    assert bases.expired(programs, wal, datetime.now(UTC), timedelta(days=14)) == ([], [])


def test_a_base_that_cannot_be_read_keeps_the_whole_archive(host: Host, programs: Path, tmp_path: Path) -> None:
    for number, days in ((1, 30), (2, 20)):
        aged(bases.base(host.uri(), programs, NOW + timedelta(days=number)), days)
    broken = programs / "base_20260304"
    broken.mkdir()
    (broken / "base.tar.gz").write_bytes(b"cut off")
    (tmp_path / "wal" / "000000010000000000000000").touch()
    _, segments = bases.expired(programs, tmp_path / "wal", datetime.now(UTC), timedelta(days=14))
    assert segments == []


@pytest.fixture
def elsewhere(
    s3_settings: StorageSettings, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> pyrage.x25519.Identity:
    """Set a bucket for copies, and give who can read them."""
    identity = pyrage.x25519.Identity.generate()
    for name, value in (
        ("RECIPIENT", str(identity.to_public())),
        ("S3_ENDPOINT_URL", s3_settings.endpoint_url),
        ("S3_BUCKET", s3_settings.bucket),
        ("S3_ACCESS_KEY_ID", s3_settings.access_key_id),
        ("S3_SECRET_ACCESS_KEY", S3_SECRET),
    ):
        monkeypatch.setenv(f"BACKUP_{name}", value)
    return identity


def test_copies_elsewhere_are_encrypted_complete_and_sent_once(
    loaded: Database, programs: Path, tmp_path: Path, storage: Storage, elsewhere: pyrage.x25519.Identity
) -> None:
    dump = asyncio.run(dumps.dump(loaded.uri(), programs, NOW))
    (tmp_path / "wal" / "000000010000000000000001").write_bytes(b"segment")
    assert backup_jobs.send() == 3
    assert backup_jobs.send() == 0
    keys = [item.key for item in storage.list("")]
    (sent,) = [key for key in keys if ".dump" in key]
    assert "wal-archive/000000010000000000000001.age" in keys
    storage.download(sent, tmp_path / "fetched.age")
    assert (tmp_path / "fetched.age").read_bytes().startswith(b"age-encryption.org/v1")
    pyrage.decrypt_file(str(tmp_path / "fetched.age"), str(tmp_path / "fetched.dump"), [elsewhere])
    assert (tmp_path / "fetched.dump").read_bytes() == dump.read_bytes()
    # Made anew on the same day it is another file.
    aged(dump, 0.5)
    assert backup_jobs.send() == 1


def test_nothing_leaves_the_host_unencrypted(elsewhere: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKUP_RECIPIENT", "AGE-SECRET-KEY-1INVENTED")
    with pytest.raises(ConfigurationError) as caught:
        backup_jobs.send()
    assert "AGE-SECRET" not in caught.value.sentence
    monkeypatch.setenv("BACKUP_RECIPIENT", "")
    with pytest.raises(ConfigurationError, match="BACKUP_RECIPIENT"):
        backup_jobs.send()


def test_settings_are_encrypted_beside_the_backups(
    programs: Path, tmp_path: Path, elsewhere: pyrage.x25519.Identity
) -> None:
    (tmp_path / ".env.prod").write_text("KC_DB_PASSWORD=invented\n")
    invoke("encrypt", str(tmp_path / ".env.prod"))
    (made,) = programs.glob("env.prod_*.age")
    assert pyrage.decrypt(made.read_bytes(), [elsewhere]) == b"KC_DB_PASSWORD=invented\n"
    assert made.suffix == backup_jobs.SUFFIX


def test_the_services_jobs_run_and_its_numbers_tell_of_them(loaded: Database, programs: Path, tmp_path: Path) -> None:
    for job in JOBS:
        # A base has a test of its own; the report takes a Prometheus (tests/stack/test_service_level.py).
        if job.name not in {"backup-base", "slo-report"}:
            asyncio.run(run_job(job.name, loaded.uri()))
    collector = BackupsCollector(HostingSettings(state=tmp_path / "state"), BackupSettings())
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in collector.collect()
        for sample in family.samples
    }
    assert samples["fly_potato_backup_timestamp_seconds", "dump"] == pytest.approx(time.time(), abs=120)
    assert samples["fly_potato_backup_timestamp_seconds", "verified"] == pytest.approx(time.time(), abs=120)
    assert samples["fly_potato_backup_bytes", "dump"] > 10_000
    assert samples["fly_potato_job_overdue_seconds", "backup-dump"] == 0


def test_the_check_of_a_release_migrates_the_dump_down_and_up(loaded: Database, programs: Path) -> None:
    invoke("dump", uri=loaded.uri())
    away = "http://127.0.0.1:9"
    installation = release_check.CheckedHost(loaded.uri(), programs, programs, away, away)
    findings = asyncio.run(release_check.check(installation, datetime.now(UTC), rehearse=True))
    found = {finding.name: finding for finding in findings}
    assert found["migrations"].ok, found["migrations"].sentence
    assert "вверх и вниз" in found["migrations"].sentence
    assert (found["dump"].ok, found["verified"].ok) == (True, False)
    assert dumps.SCRATCH not in databases(loaded)


def test_migrations_are_rehearsed_on_a_host_that_has_no_flights_yet(database: Database) -> None:
    asyncio.run(release_check.rehearse_migrations(database.uri()))
    assert (
        database.cluster.sql("SELECT version_num FROM core.alembic_version", database.name).strip() == SCHEMA_REVISION
    )
