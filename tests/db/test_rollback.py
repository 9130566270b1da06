"""The rollback that docs/operations/releases.ru.md gives for hosts, typed as it stands, with a host's own roles."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from fly_potato.database import check, migrate
from tests.conftest import Database
from tests.db.test_migrations import DATA_0001, REVISIONS, execute

ROOT = Path(__file__).resolve().parents[2]
BOOK = (ROOT / "docs/operations/releases.ru.md").read_text()


def documented(revision: str) -> list[str]:
    """Give the words of the book's command after the service, for some revision."""
    (line,) = re.findall(r"^\$PROD run --rm migration (alembic .+)$", BOOK, re.MULTILINE)
    assert "ВЕРСИЯ" in line
    return shlex.split(line.replace("ВЕРСИЯ", revision))


def typed(database: Database, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command as the service ``migration`` does: the owner's address beside the backend's, which owns nothing."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "MIGRATE_URI": database.uri(),
        "POSTGRES_URI": database.uri("fp_api"),
        "PROCESS__POSTGRES_URI": database.uri("fp_ingest"),
    }
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def version(database: Database) -> str:
    ((found,),) = execute(database, "SELECT version_num FROM core.alembic_version")
    return str(found)


def flights(database: Database) -> object:
    return execute(
        database,
        "SELECT count(*), md5(string_agg(key::text || state || coalesce(day::text, ''), ',' ORDER BY key))"
        " FROM core.flights",
    )


def test_the_documented_command_goes_one_version_back_and_up_again(database: Database) -> None:
    before = version(database)
    done = typed(database, *documented("-1"))
    assert done.returncode == 0, done.stderr
    assert version(database) == REVISIONS[REVISIONS.index(before) - 1]
    migrate(database.uri())
    check(database.uri())
    assert version(database) == before


@pytest.mark.parametrize("revision", REVISIONS[1:])
def test_each_version_goes_down_with_data_in_it_and_up_again(database: Database, revision: str) -> None:
    """Flights outlive each version's way back; what only the version knew may go with it."""
    execute(database, "DROP SCHEMA raw CASCADE; DROP SCHEMA core CASCADE; DROP SCHEMA mart CASCADE;")
    migrate(database.uri(), REVISIONS[0])
    execute(database, DATA_0001)
    migrate(database.uri(), revision)
    before = flights(database)
    done = typed(database, *documented("-1"))
    assert done.returncode == 0, done.stderr
    assert version(database) == REVISIONS[REVISIONS.index(revision) - 1]
    assert flights(database) == before
    migrate(database.uri())
    check(database.uri())
    assert flights(database) == before


def test_all_the_way_back_to_the_first_version(database: Database) -> None:
    done = typed(database, *documented(REVISIONS[0]))
    assert done.returncode == 0, done.stderr
    assert version(database) == REVISIONS[0]


def test_without_the_owners_address_nothing_is_changed(database: Database) -> None:
    before = version(database)
    words = documented("-1")
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    environment["POSTGRES_URI"] = database.uri("fp_api")
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert version(database) == before
