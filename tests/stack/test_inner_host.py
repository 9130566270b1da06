"""The inner half of a host, running: disks of its own, timers, pause, the schema back, new secrets, a rehearsal.

Five services without log-in and monitoring come up in a minute or two, so that what administrators do to them can be
done for real and often. Commands are typed as docs/operations gives them.
"""

import json
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from hosting import environment
from tests.stack import hosts, report
from tests.stack.compose import HOSTS, live, wait
from tests.stack.compose import Compose as ComposeCommand
from tests.stack.conftest import OURS, Host, Variants, claim
from tests.stack.test_files import ROOT
from tests.stack.test_hosts_backups import typed

pytestmark = live

CORE = ("postgres", "migration", "s3", "backend", "backups")
RELEASES = (ROOT / "docs/operations/releases.ru.md").read_text()
LOADS = (ROOT / "docs/operations/loads.ru.md").read_text()
SEND = """
import os, pathlib, sys
os.environ.update(AUTH_TRUST_GATEWAY="True", S3_PUBLIC_ENDPOINT_URL=os.environ["S3_ENDPOINT_URL"])
from fly_potato.client import Client
from fly_potato.deploy.cloud import HandlerTransport
from fly_potato.deploy.smoke import write_workbook
from functions.upload.handler import handler
workbook = pathlib.Path("/tmp/sent.xlsx")
write_workbook(workbook)
with Client("http://127.0.0.1", transport=HandlerTransport(handler, {"sub": "the test", "roles": "operator"})) as api:
    announced = api.announce(workbook)
    api.send(announced, workbook)
    sys.stderr.write(announced["id"])
"""
ASK = "import sys, urllib.request as u; sys.stdout.write(u.urlopen(sys.argv[1]).read().decode())"


@dataclass(frozen=True, slots=True)
class CoreHost(Host):
    """The inner half, with the directories that stand for its disks."""

    disks: Path


@contextmanager
def on_the_inner_host() -> Iterator[CoreHost]:
    """Start the inner half from nothing, database and backups each on a directory of its own."""
    settings = ROOT / ".env.prod"
    claim(settings)
    compose = ComposeCommand(*HOSTS, "--profile", "all")
    with tempfile.TemporaryDirectory() as directory:
        tls, disks = Path(directory) / "tls", Path(directory) / "disks"
        Path(directory).chmod(0o755)
        hosts.certificate(tls, days=10)
        values = hosts.settings(tls, POSTGRES_DISK=str(disks / "postgres"), BACKUP_DISK=str(disks / "backups"))
        hosts.write(settings, values)
        settings.write_text(OURS + settings.read_text())
        try:
            hosts.prepare()
            compose("down", "-v", "--remove-orphans", "-t", "5")
            with report.timed("inner host: images of our own"):
                compose("build", *CORE[1:])
            with report.timed("inner host: up"):
                compose("up", "-d", "--wait", *CORE)
            yield CoreHost(compose, tls, values, disks)
        finally:
            compose("down", "-v", "--remove-orphans", "-t", "5", check=False)
            settings.unlink()
            shutil.rmtree(ROOT / "data" / "prod", ignore_errors=True)


@pytest.fixture(scope="module")
def core(variants: Variants) -> CoreHost:
    """Give the inner half, running."""
    return variants.use(on_the_inner_host)


def code(text: str, beginning: str) -> str:
    """Give the one line of a page's code that begins so."""
    found = {line for block in text.split("```\n")[1::2] for line in block.splitlines() if line.startswith(beginning)}
    (line,) = found
    return line


def numbers(core: CoreHost) -> dict[str, float]:
    """Read the metrics of the service ``backups``: a sample by its name with labels."""
    text = core.compose("exec", "-T", "backend", "python", "-c", ASK, "http://backups:8001/metrics")
    lines = [line.rsplit(" ", 1) for line in text.splitlines() if line.startswith("fly_potato_")]
    return {name: float(value) for name, value in lines}


def is_ready(core: CoreHost) -> bool:
    """Tell whether the backend says of itself that it is ready."""
    return '"ready"' in core.compose(
        "exec", "-T", "backend", "python", "-c", ASK, "http://127.0.0.1/healthz", check=False
    )


def send(core: CoreHost) -> str:
    """Send a workbook of one row from beside the backend, for nobody logs in here; gives the number of the upload."""
    sending = core.compose("exec", "-T", "backend", "with-secrets", "python", "-c", SEND)
    return re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$", sending.strip())[0]


def test_data_and_backups_lie_on_disks_of_their_own(core: CoreHost) -> None:
    assert (core.disks / "postgres/data/PG_VERSION").read_text().strip() == "17"
    last = core.compose("logs", "--no-color", "--no-log-prefix", "migration").splitlines()[-1]
    assert json.loads(last)["message"] == "The database is as this release needs it."
    assert is_ready(core)


def test_timers_run_by_themselves_and_tell_of_it(core: CoreHost) -> None:
    wait(lambda: list((core.disks / "backups/backups").glob("float_*.verified")), 300, "the first trial restore")
    jobs = ("backup-dump", "backup-base", "backup-verify", "backup-expire", "audit-expire")
    ended = [f'fly_potato_job_last_success_timestamp_seconds{{name="{job}"}}' for job in jobs]
    wait(lambda: set(ended) <= set(numbers(core)), 300, "the first run of every job")
    assert {numbers(core)[f'fly_potato_job_overdue_seconds{{name="{job}"}}'] for job in jobs} == {0.0}
    assert "fly_potato_images_asked_timestamp_seconds" in numbers(core)


def answer_of(core: CoreHost, statement: str) -> str:
    """Ask the database as its owner."""
    psql = ("psql", "-U", "app_user", "-d", "float_mode", "-Atc", statement)
    return core.compose("exec", "-T", "postgres", *psql).strip()


def has_ended(core: CoreHost, upload: str) -> bool:
    """Tell whether an upload has come to its end."""
    return upload in answer_of(core, "SELECT id FROM core.uploads WHERE outcome IN ('loaded', 'duplicate')")


def test_a_workbook_waits_while_ingest_is_paused_and_goes_on(core: CoreHost) -> None:
    ingest = code(LOADS, "INGEST=")
    switch = "$INGEST 'POSTGRES_URI=$PROCESS__POSTGRES_URI fly-potato maintenance"
    typed(core, f"{ingest}\n{code(LOADS, f'{switch} pause')}")
    upload = send(core)
    # The trigger looks each second, and each second again at what it has to leave.
    time.sleep(10)
    assert not has_ended(core, upload)
    typed(core, f"{ingest}\n{code(LOADS, f'{switch} resume')}")
    wait(lambda: has_ended(core, upload), 60, "the end of what waited")
    lines = typed(core, "$PROD run --rm -T migration fly-potato audit --json").splitlines()
    done = [json.loads(line)["action"] for line in lines if line.startswith("{")]
    assert done.count("maintenance") == 2
    assert "upload" in done


def test_the_schema_goes_back_and_comes_again(core: CoreHost) -> None:
    newest = answer_of(core, "SELECT version_num FROM core.alembic_version")
    typed(core, code(RELEASES, "$PROD stop backend"))
    typed(core, code(RELEASES, "$PROD run --rm migration alembic").replace("ВЕРСИЯ", "-1"))
    assert answer_of(core, "SELECT version_num FROM core.alembic_version") < newest
    typed(core, "$PROD up -d --wait --no-deps backend && $PROD run --rm -T migration")
    assert answer_of(core, "SELECT version_num FROM core.alembic_version") == newest
    wait(lambda: is_ready(core), 60, "a ready backend")


def test_new_secrets_are_taken_by_one_command(core: CoreHost) -> None:
    names = ("POSTGRES_URI", "PROCESS__POSTGRES_URI", "POSTGRES_PASSWORD", "S3_SECRET_ACCESS_KEY")
    typed(core, f"python3 -m hosting.new_secrets {' '.join(names)}")
    # Connections that were opened by the old passwords are no proof of the new ones.
    answer_of(core, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename LIKE 'fp_%'")
    wait(lambda: is_ready(core), 60, "a ready backend")
    upload = send(core)
    wait(lambda: has_ended(core, upload), 60, "the end of a load by new passwords")
    old = core.values["POSTGRES_URI"]
    refused = core.compose("exec", "-T", "postgres", "psql", old, "-c", "SELECT 1", check=False)
    assert "password authentication failed" in refused


def test_a_restore_is_rehearsed_beside_the_living_database(core: CoreHost) -> None:
    assert "полётов" in typed(core, "make rehearse-restore")
    assert (core.disks / "backups/backups/rehearsals.tsv").read_text().count("\n") == 2


def test_no_line_holds_a_secret_a_signature_or_a_file_name(core: CoreHost) -> None:
    lines = core.compose("logs", "--no-color", "--no-log-prefix")
    for name in (*environment.SECRETS, *environment.ROLES):
        assert core.values[name] not in lines, name
    for word in ("X-Amz-Signature", ".xlsx", "Проверка после развёртывания"):
        assert word not in lines, word
