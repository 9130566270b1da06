"""A release on a host by its one command: a real database with data, real dumps and migrations, a checkout of git.

In the place of the engine stands a program that runs what ``compose`` would run in a container here, by the same
words, and puts down all of them. The second release brings a version of the schema that the first one knows nothing of,
as releases do: its dump is made by the code before it.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from fly_potato.stack.postgres import find_postgres
from tests.conftest import Database
from tests.db.test_migrations import DATA_0001, REVISIONS, execute
from tests.db.test_rollback import flights, version
from tests.stack import hosts
from tests.stack.compose import GATE, HOSTS

ROOT = Path(__file__).resolve().parents[2]
ENGINE = f"""#!{sys.executable}
import os, subprocess, sys
words = sys.argv[1:]
open("engine.log", "a").write(" ".join(words) + "\\n")
def run(*command, cwd="{ROOT}"):
    sys.exit(subprocess.run(command, cwd=cwd).returncode)
if "with-secrets" in words:
    command = words[words.index("with-secrets") + 1:]
    if "smoke" in command:
        head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()
        sys.exit(head == os.environ["BROKEN"])
    run("{sys.executable}", "-m", "fly_potato", *command[1:])
if "psql" in words:
    run("psql", os.environ["MIGRATE_URI"], *words[words.index("-Atc"):])
if "migration" in words:
    command = words[words.index("migration") + 1:] or "alembic -c migrations/alembic.ini upgrade head".split()
    run("{sys.executable}", "-m", *command, cwd=".")
"""
NEXT = "9999"
NEXT_VERSION = """
from alembic import op

revision, down_revision, branch_labels, depends_on = "NEXT", "BEFORE", None, None

def upgrade():
    op.execute("CREATE TABLE core.brought AS SELECT key FROM core.flights")

def downgrade():
    op.execute("DROP TABLE core.brought")
"""


@dataclass(frozen=True, slots=True)
class Host:
    """A checkout with two releases, the environment of its commands, and its database, of the first one's version."""

    checkout: Path
    environment: dict[str, str]
    database: Database
    commits: tuple[str, str]

    def release(self, *words: str, broken: str = "") -> subprocess.CompletedProcess[str]:
        """Type the command of the Makefile; the trial of the commit ``broken`` fails."""
        command = [sys.executable, "-m", "hosting.release", *words]
        environment = self.environment | {"BROKEN": broken}
        return subprocess.run(command, cwd=self.checkout, env=environment, capture_output=True, text=True, check=False)

    def head(self) -> str:
        return git(self.checkout, "rev-parse", "HEAD")

    def engine(self) -> list[str]:
        """Give what the engine was asked for, without what every call has."""
        lines = (self.checkout / "engine.log").read_text().splitlines()
        return [line.partition("data/prod/datalens.yaml ")[2] or line for line in lines]


def git(checkout: Path, *words: str) -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.invalid", *words]
    return subprocess.run(command, cwd=checkout, check=True, capture_output=True, text=True).stdout.strip()


def checkout_with(engine: str, directory: Path) -> Path:
    """Clone the project with a filled-in .env.prod, and put a program in the place of the engine into its ``bin``."""
    checkout = directory / "checkout"
    # The code as it is being worked on, so that what is not committed yet is tested too.
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(checkout)], check=True)
    for path in (ROOT / "hosting").glob("*.py"):
        (checkout / "hosting" / path.name).write_text(path.read_text())
    shutil.copytree(ROOT / "migrations", checkout / "migrations", dirs_exist_ok=True)
    (checkout / ".env.example").write_text((ROOT / ".env.example").read_text())
    (checkout / ".git/info/exclude").write_text("engine.log\nbin/\n")
    hosts.certificate(directory / "tls", days=90)
    hosts.write(checkout / ".env.prod", hosts.settings(directory / "tls", DATALENS_ADDRESSES="203.0.113.7"))
    (checkout / "bin").mkdir()
    (checkout / "bin/docker").write_text(engine)
    (checkout / "bin/docker").chmod(0o755)
    return checkout


@pytest.fixture
def host(database: Database, tmp_path: Path) -> Host:
    """Fill a database and make the two releases."""
    # A kind of match has another name since.
    execute(database, DATA_0001.replace("'coastal'", "'near_border'"))
    checkout = checkout_with(ENGINE, tmp_path)
    commits = []
    for name in ("one", "two"):
        if name == "two":
            (checkout / "migrations/versions/next.py").write_text(
                NEXT_VERSION.replace("NEXT", NEXT).replace("BEFORE", REVISIONS[-1])
            )
        git(checkout, "add", "-A")
        git(checkout, "commit", "-q", "--allow-empty", "-m", name)
        commits.append(git(checkout, "rev-parse", "HEAD"))
    git(checkout, "tag", "two")
    git(checkout, "checkout", "-q", commits[0])
    found = find_postgres()
    assert found is not None
    (tmp_path / "backups").mkdir()
    environment = {
        "PATH": f"{checkout}/bin:{found.directory}:{os.environ['PATH']}",
        "LANG": "C.UTF-8",
        "MIGRATE_URI": database.uri(),
        "BACKUP_DIRECTORY": str(tmp_path / "backups"),
        "HOSTING_STATE": str(tmp_path),
    }
    return Host(checkout, environment, database, (commits[0], commits[1]))


def test_a_release_is_backed_up_tried_and_gone_back_from(host: Host, tmp_path: Path) -> None:
    """One host through everything in turn, for each step leaves it as the next one wants it."""
    before, (old, new) = flights(host.database), host.commits

    stopped = host.release("two")
    assert stopped.returncode == 1
    assert "КРАСНЫЙ" in stopped.stdout
    assert "Ничего не изменено" in stopped.stderr
    assert (version(host.database), host.head()) == (REVISIONS[-1], old)

    # Its trial fails: the schema, the checkout and the very images that ran before come back.
    done = host.release("two", "--anyway", broken=new)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Прежний выпуск работает" in done.stderr
    assert (version(host.database), flights(host.database), host.head()) == (REVISIONS[-1], before, old)
    asked = host.engine()
    assert f"run --rm -T migration alembic -c migrations/alembic.ini downgrade {REVISIONS[-1]}" in asked
    assert "tag fly-potato/backend:before fly-potato/backend:0.1.0" in asked
    assert sum(line.startswith("build") for line in asked) == 1

    (host.checkout / "engine.log").unlink()
    done = host.release("two", "--anyway")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (version(host.database), flights(host.database), host.head()) == (NEXT, before, new)
    assert json.loads((host.checkout / "data/prod/release.json").read_text())["commit"] == new
    (dump,) = (tmp_path / "backups").glob("float_*.dump")
    assert json.loads(dump.with_suffix(".json").read_text())["tables"]
    steps = [line.split()[0] for line in host.engine() if not line.startswith("tag")]
    assert steps == ["exec", "exec", "exec", "build", "run", "up", "exec"]

    # Each call is the Makefile's own, with DataLens' gate.
    calls = (host.checkout / "engine.log").read_text().splitlines()
    beginning = f"compose {' '.join(HOSTS)} --profile all {' '.join(GATE)} "
    assert [call for call in calls if not call.startswith((beginning, "tag "))] == []

    # Neither the one nor the other lives.
    lost = host.release("--anyway", broken=new)
    assert lost.returncode == 2
    assert "backups.ru.md" in lost.stderr

    (host.checkout / "README.md").write_text("edited")
    assert host.release("two", "--anyway").returncode == 1
