"""Whatever a database refuses to a command is a sentence with a code and never a traceback."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from click.testing import CliRunner, Result

from fly_potato.main import COMMANDS, main
from shared.api.probes import SCHEMA_REVISION
from tests.conftest import Database
from tests.unit.commands.test_russian import commands

WORDS = {
    "migrate": [],
    "verify": [],
    "forget": [],
    "audit": [],
    "maintenance show": [],
    "maintenance pause": [],
    "maintenance resume": [],
    "maintenance lanes": ["1"],
    "maintenance announce": ["x"],
    "maintenance feature": ["reports", "off"],
    "export flights": ["flights.csv"],
    "export regions": ["regions.csv"],
    "regions check": [],
    "regions load": [],
    "regions list": [],
    "regions diff": ["1", "2"],
    "regions use": ["1"],
    "regions export": ["1", "--output", "set.geojson"],
    "regions remove": ["1"],
    "regions locate": ["-"],
    "backup dump": [],
    "backup base": [],
    "backup verify": [],
    "datalens check": [],
    "datalens narrow": ["fp_datalens_mow", "--region", "RU-MOW"],
}
"""What each command that takes an address needs besides."""
TELLS_OF_IT_IN_ITS_LIST = {"release check"}
NEEDS_NO_DATABASE_FIRST = {"backup base", "backup verify", "regions locate"}
"""They look at something else before, or ask by a program of PostgreSQL, whose last line is repeated."""


def taking_an_address() -> Iterator[str]:
    """Name every command with ``--uri``."""
    for name in COMMANDS:
        found = main.get_command(click.Context(main), name)
        assert found is not None
        for path, command in commands(found, name):
            if any("--uri" in parameter.opts for parameter in command.params):
                yield path


def invoke(path: str, uri: str, directory: Path) -> Result:
    words = [*path.split(), "--uri", uri, *WORDS[path]]
    environment = {"BACKUP_DIRECTORY": str(directory), "POSTGRES_URI": None, "MIGRATE_URI": None}
    return CliRunner().invoke(main, words, env=environment, input="Иванов Иван\n")


def is_a_sentence(done: Result) -> bool:
    """Tell whether a command ended by itself, with a code and words."""
    return isinstance(done.exception, SystemExit) and done.exit_code == 1 and ": " in done.stderr


def test_every_command_that_takes_an_address_is_tried() -> None:
    assert set(taking_an_address()) == set(WORDS) | TELLS_OF_IT_IN_ITS_LIST


@pytest.mark.parametrize("path", WORDS)
def test_a_server_that_is_away(path: str, tmp_path: Path) -> None:
    done = invoke(path, "postgresql://fp_ingest:secret-word@127.0.0.1:9/float_mode", tmp_path)
    assert is_a_sentence(done), done.output
    if path not in NEEDS_NO_DATABASE_FIRST:
        assert "DATABASE_UNAVAILABLE" in done.stderr
    assert "secret-word" not in done.output


@pytest.mark.parametrize("path", ["migrate", "verify", "audit", "maintenance show", "export regions", "backup dump"])
def test_addresses_that_are_wrong(path: str, database: Database, tmp_path: Path) -> None:
    parts = urlsplit(database.uri())
    wrong_password = parts._replace(netloc=f"fp_api:wrong-word@{parts.hostname}:{parts.port}")
    for uri, code in (
        (wrong_password.geturl(), "DATABASE_LOGIN_REFUSED"),
        (parts._replace(path="/no_such_database").geturl(), "DATABASE_NOT_FOUND"),
        ("float_mode", "DATABASE_ADDRESS_INVALID"),
    ):
        done = invoke(path, uri, tmp_path)
        assert is_a_sentence(done), done.output
        assert done.stderr.startswith(f"{code}: ")
        assert "wrong-word" not in done.output


@pytest.mark.parametrize("path", ["migrate", "verify", "forget", "regions remove", "backup dump"])
def test_a_role_that_may_not(path: str, database: Database, tmp_path: Path) -> None:
    done = invoke(path, database.uri("fp_api"), tmp_path)
    assert is_a_sentence(done), done.output
    assert "DATABASE_ROLE_MAY_NOT: " in done.stderr


def test_a_database_without_a_schema(database: Database, tmp_path: Path) -> None:
    parts = urlsplit(database.uri())
    for path in ("verify", "audit", "maintenance show"):
        done = invoke(path, parts._replace(path="/postgres").geturl(), tmp_path)
        assert is_a_sentence(done), done.output
        assert done.stderr.startswith("SCHEMA_OUTDATED: ")


def test_versions_of_the_schema(database: Database) -> None:
    uri = database.uri()
    done = CliRunner().invoke(main, ["migrate", "--uri", uri])
    assert (done.exit_code, done.output) == (0, f"схема: {SCHEMA_REVISION}\n")
    for version, code in (("0001", "SCHEMA_NEWER"), ("no-such", "SCHEMA_VERSION_UNKNOWN")):
        done = CliRunner().invoke(main, ["migrate", "--uri", uri, version])
        assert is_a_sentence(done), done.output
        assert done.stderr.startswith(f"{code}: ")
    assert CliRunner().invoke(main, ["migrate", "--uri", uri, "--check"]).exit_code == 0
    database.cluster.sql("ALTER TABLE core.switches ADD COLUMN stray int", database.name)
    done = CliRunner().invoke(main, ["migrate", "--uri", uri, "--check"])
    assert is_a_sentence(done), done.output
    assert done.stderr.startswith("SCHEMA_DIFFERS: ")


def test_a_directory_that_is_not_there(database: Database) -> None:
    done = CliRunner().invoke(main, ["export", "regions", "/no-such-directory/r.csv", "--uri", database.uri("fp_api")])
    assert is_a_sentence(done), done.output
    assert done.stderr == "FILE_REFUSED: /no-such-directory/r.csv: нет такого файла или каталога.\n"
