"""New secrets by their command: the database's roles really get them, files and services follow, no value is shown."""

import base64
import hashlib
import hmac
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from fly_potato.database import set_passwords
from fly_potato.stack.postgres import find_postgres
from hosting import environment, new_secrets, prepare, secret_ages
from tests.conftest import HOSTILE_PASSWORD, ROLES, Database
from tests.hosting.test_release import checkout_with
from tests.stack.test_files import ROOT, compose

ENGINE = f"""#!{sys.executable}
import os, subprocess, sys
words = sys.argv[1:]
open("engine.log", "a").write(" ".join(words) + "\\n")
if "psql" in words:
    sys.exit(subprocess.run(["psql", os.environ["OWNER"], *words[words.index("psql") + 1:-4]]).returncode)
if "keycloak" in words and "exec" in words:
    sys.exit(1)
if "migration" in words:
    given = dict(os.environ, MIGRATE_URI=os.environ["OWNER"], PYTHONPATH="{ROOT}")
    for name in ("POSTGRES_URI", "PROCESS__POSTGRES_URI", "FP_DATALENS_PASSWORD", "FP_MONITOR_PASSWORD"):
        given[name] = open("data/prod/secrets/" + name).read()
    sys.exit(subprocess.run(["{sys.executable}", "-m", "hosting.migration"], env=given).returncode)
"""
_ROLES = {
    "POSTGRES_URI": "fp_api",
    "PROCESS__POSTGRES_URI": "fp_ingest",
    "FP_DATALENS_PASSWORD": "fp_datalens",
    "FP_MONITOR_PASSWORD": "fp_monitor",
    "POSTGRES_PASSWORD": "app_user",
    "KC_DB_PASSWORD": "keycloak",
}


@pytest.fixture
def host(database: Database, tmp_path: Path) -> Iterator[Path]:
    """Give a checkout with a host's settings, and the two roles that a host's cluster has besides ours."""
    checkout = checkout_with(ENGINE, tmp_path)
    for role in ("app_user", "keycloak"):
        database.cluster.sql(f"CREATE ROLE {role} LOGIN")
    yield checkout
    for role in ("app_user", "keycloak"):
        database.cluster.sql(f"DROP ROLE {role}")
    # Roles are the cluster's, and other tests' too.
    set_passwords(database.uri(), dict.fromkeys(ROLES, HOSTILE_PASSWORD))


def typed(host: Path, database: Database, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    found = find_postgres()
    assert found is not None
    environment = {
        "PATH": f"{host}/bin:{found.directory}:{os.environ['PATH']}",
        "LANG": "C.UTF-8",
        "OWNER": database.uri(),
    }
    command = [sys.executable, "-m", "hosting.new_secrets", *words]
    return subprocess.run(command, cwd=host, env=environment, input=given, capture_output=True, text=True, check=False)


def holds(database: Database, role: str, password: str) -> bool:
    """Tell whether a role's password is this one, by its verifier (RFC 5802)."""
    verifier = database.cluster.sql(f"SELECT rolpassword FROM pg_authid WHERE rolname = '{role}'")  # noqa: S608 - a name of this file
    found = re.fullmatch(r"SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)", verifier)
    assert found is not None, role
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(found[2]), int(found[1]))
    key = hmac.new(salted, b"Client Key", "sha256").digest()
    return base64.b64encode(hashlib.sha256(key).digest()).decode() == found[3]


def test_roles_of_the_database_get_new_passwords_and_nobody_sees_them(host: Path, database: Database) -> None:
    before = environment.read(host / ".env.prod")
    done = typed(host, database, *_ROLES)
    assert done.returncode == 0, done.stderr
    after = environment.read(host / ".env.prod")
    assert {name for name in after if after[name] != before[name]} == set(_ROLES)
    assert (host / ".env.prod").stat().st_mode & 0o777 == 0o600
    shown = done.stdout + done.stderr + (host / "engine.log").read_text()
    for name, role in _ROLES.items():
        value = after[name]
        password = urlsplit(value).password if "@" in value else value
        assert password
        assert holds(database, role, password), role
        assert password not in shown
        assert (host / "data/prod/secrets" / name).read_text() == value
        assert secret_ages.read(host / "data/prod/timers/secrets.json")
    assert "up -d --no-build --no-deps --force-recreate --wait backend" in (host / "engine.log").read_text()


def test_a_server_that_does_not_hear_of_it_leaves_the_old_secret(host: Path, database: Database) -> None:
    before = (host / ".env.prod").read_bytes()
    done = typed(host, database, "OAUTH2_CLIENT_SECRET")
    assert done.returncode == 1
    assert "--already" in done.stderr
    assert (host / ".env.prod").read_bytes() == before
    # Changed by hand in the console, and then said here.
    value = "f0e1d2c3b4a59687" * 2
    assert typed(host, database, "OAUTH2_CLIENT_SECRET", "--already", given=f"{value}\n").returncode == 0
    assert environment.read(host / ".env.prod")["OAUTH2_CLIENT_SECRET"] == value
    # What the check of settings refuses is refused before anybody hears of it.
    assert "короче" in typed(host, database, "POSTGRES_PASSWORD", "--stdin", given="abc\n").stderr
    assert not list(host.glob(".env.prod.*"))
    # What somebody else issues is never made up here.
    assert typed(host, database, "GRAFANA_CLOUD_TOKEN").returncode == 2


def test_every_secret_with_an_age_has_its_way_and_names_who_uses_it() -> None:
    assert set(new_secrets.REPLACEMENTS) == {*environment.SECRETS, *environment.ROLES, *prepare.ONLY_AGES}
    services = compose("compose.prod.yaml")["services"]
    for name, replacement in new_secrets.REPLACEMENTS.items():
        files = {"POSTGRES_PASSWORD": "MIGRATE_URI", "FP_MONITOR_PASSWORD": "DATA_SOURCE_NAME"}
        users = {
            service
            for service, settings in services.items()
            if {name, files.get(name, name)} & set(settings.get("secrets", []))
        }
        # Those that read it at their first start alone, and the job that is run anew each time.
        first = {"postgres", "migration", "grafana"} | (
            {"keycloak"} if name.startswith(("OAUTH2", "KC_BOOT")) else set()
        )
        assert users - first == set(replacement.services), name
