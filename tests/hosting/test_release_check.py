"""Each line of a release's checklist turns red by what it is about, and by nothing else."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fly_potato.release_check import CheckedHost, check
from hosting import secret_ages
from tests.stack.test_files import ROOT

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
OF_FILES = {"dump", "verified", "base", "rehearsed", "secrets", "images", "git", "files"}
AWAY = "http://127.0.0.1:9"


def put(path: Path, text: str, age: timedelta) -> None:
    """Write a file of some age."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    at = (NOW - age).timestamp()
    os.utime(path, (at, at))


def know(state: Path, **facts: object) -> None:
    """Put down what ``make all-prod`` knows of the host."""
    known = {"unpinned_images": [], "tracked_settings": [], "changed_files": 0}
    put(state / "host.json", json.dumps(known | facts), timedelta())


def notice(state: Path, age: timedelta) -> None:
    """Put down a secret of some age."""
    (state / "secrets.json").unlink(missing_ok=True)
    secret_ages.put_down({"KC_DB_PASSWORD": "some-long-word"}, state / "secrets.json", NOW - age)


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """Lay out a host on which all is well."""
    fresh = timedelta(hours=1)
    put(tmp_path / "float_20260601.dump", "", fresh)
    put(tmp_path / "float_20260601.json", "{}", fresh)
    put(tmp_path / "float_20260601.verified", "{}", fresh)
    put(tmp_path / "base_20260530/base.tar.gz", "", timedelta(days=2))
    put(tmp_path / "rehearsals.tsv", "", timedelta(days=2))
    know(tmp_path)
    notice(tmp_path, timedelta(days=30))
    return tmp_path


def red(host: Path) -> dict[str, str]:
    """Give the red lines of what files tell."""
    looked = CheckedHost("postgresql://x:y@127.0.0.1:9/x", host, host, AWAY, AWAY)
    findings = [each for each in asyncio.run(check(looked, NOW)) if each.name in OF_FILES]
    assert {each.name for each in findings} >= OF_FILES - {"git", "files"}
    return {each.name: each.sentence for each in findings if not each.ok}


def test_all_is_well(host: Path) -> None:
    assert red(host) == {}


def test_images_that_were_brought_by_hand_are_not_red_for_ever(host: Path) -> None:
    know(host, unpinned_images=["nginx:1"], images_by_hand=True)
    assert red(host) == {}


@pytest.mark.parametrize(
    ("name", "spoil", "said"),
    [
        ("dump", lambda host: put(host / "float_20260601.dump", "", timedelta(hours=37)), "37 ч назад"),
        ("dump", lambda host: (host / "float_20260601.json").unlink(), "Новейший дамп: нет."),
        ("verified", lambda host: put(host / "float_20260601.verified", "", timedelta(hours=37)), "37 ч назад"),
        ("base", lambda host: put(host / "base_20260530/base.tar.gz", "", timedelta(days=11)), "264 ч назад"),
        ("base", lambda host: shutil.rmtree(host / "base_20260530"), "нет"),
        ("rehearsed", lambda host: put(host / "rehearsals.tsv", "", timedelta(days=11)), "264 ч назад"),
        ("secrets", lambda host: notice(host, timedelta(days=91)), "KC_DB_PASSWORD"),
        ("secrets", lambda host: (host / "secrets.json").unlink(), "make all-prod"),
        ("images", lambda host: know(host, unpinned_images=["nginx:1"]), "nginx:1"),
        ("images", lambda host: (host / "host.json").unlink(), "make all-prod"),
        ("git", lambda host: know(host, tracked_settings=[".env.prod"]), ".env.prod"),
        ("files", lambda host: know(host, changed_files=2), "2"),
    ],
)
def test_one_thing_is_wrong(host: Path, name: str, spoil: Callable[[Path], object], said: str) -> None:
    spoil(host)
    found = red(host)
    assert found.keys() == {name}
    assert said in found[name]


def test_settings_that_git_holds_and_files_that_differ_are_seen(tmp_path: Path) -> None:
    for name in ("hosting", "local"):
        shutil.copytree(ROOT / name, tmp_path / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".env.example", ".gitignore"):
        shutil.copy(ROOT / name, tmp_path)

    def git(*words: str) -> None:
        command = ["git", "-c", "user.name=x", "-c", "user.email=x@example.invalid", *words]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    def facts() -> dict[str, object]:
        script = (
            "import datetime, json; from hosting import prepare;"
            "print(json.dumps(prepare.host_facts({}, datetime.datetime.now(datetime.timezone.utc))))"
        )
        done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True, capture_output=True)
        known: dict[str, object] = json.loads(done.stdout)
        return known

    assert facts()["tracked_settings"] is None
    (tmp_path / ".env.prod").write_text("A=1\n")
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "one")
    assert (facts()["tracked_settings"], facts()["changed_files"]) == ([], 0)
    git("add", "-f", ".env.prod")
    git("commit", "-qm", "two")
    (tmp_path / ".env.example").write_text("")
    assert (facts()["tracked_settings"], facts()["changed_files"]) == ([".env.prod"], 1)
