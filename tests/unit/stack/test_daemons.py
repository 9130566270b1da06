"""Detached processes: found again by another command, never confused with a stranger, gone when they are told to be."""

import json
import os
import sys
import time
from pathlib import Path

import psutil
import pytest

from fly_potato.stack.daemons import Daemon
from fly_potato.stack.settings import StackPaths, embed_key, secrets_of, stack_paths
from shared.errors import ConfigurationError

WAIT = [sys.executable, "-c", "import time; print('started', flush=True); time.sleep(600)"]
STUBBORN = [
    sys.executable, "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)",
]  # fmt: skip


def _until_logged(daemon: Daemon) -> None:
    deadline = time.monotonic() + 20
    while not daemon.last_words():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_daemon_is_found_again_and_stopped(tmp_path: Path) -> None:
    Daemon("one", tmp_path).start(WAIT, {"PATH": os.environ["PATH"]})
    found = Daemon("one", tmp_path)
    _until_logged(found)
    pid = found.pid()
    assert pid is not None
    assert os.getsid(pid) == pid, "it has a session of its own"
    assert found.last_words() == "started"
    assert found.stop()
    assert not psutil.pid_exists(pid)
    assert not found.stop()
    assert found.pid() is None


def test_one_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    daemon = Daemon("deaf", tmp_path)
    daemon.start(STUBBORN, {})
    _until_logged(daemon)
    assert daemon.stop(seconds=0.3)
    assert daemon.pid() is None


def test_a_number_that_went_to_another_program_is_left_alone(tmp_path: Path) -> None:
    daemon = Daemon("one", tmp_path)
    daemon.pid_file.parent.mkdir(parents=True)
    daemon.pid_file.write_text(json.dumps({"pid": os.getpid(), "started": 1.0}))
    assert daemon.pid() is None
    assert not daemon.stop()
    daemon.pid_file.write_text("half a fi")
    assert daemon.pid() is None


def test_a_process_that_ended_by_itself_does_not_run(tmp_path: Path) -> None:
    daemon = Daemon("brief", tmp_path)
    daemon.start([sys.executable, "-c", "print('bye')"], {})
    _until_logged(daemon)
    deadline = time.monotonic() + 20
    while daemon.pid() is not None:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_large_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fly_potato.stack.daemons.LOG_BYTES", 10)
    daemon = Daemon("one", tmp_path)
    daemon.log.parent.mkdir(parents=True)
    daemon.log.write_text("old" * 10)
    daemon.start(WAIT, {})
    _until_logged(daemon)
    assert daemon.last_words() == "started"
    assert daemon.log.with_suffix(".log.1").read_text() == "old" * 10
    daemon.stop()


def test_secrets_are_made_once_and_are_private(tmp_path: Path) -> None:
    first, key = secrets_of(tmp_path / "state"), embed_key(tmp_path / "state")
    assert secrets_of(tmp_path / "state") == first
    assert embed_key(tmp_path / "state").read_bytes() == key.read_bytes()
    assert len(set(first.passwords().values())) == 4
    for path in (tmp_path / "state").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600


def test_ports_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("FLY_POTATO_S3_PORT", "FLY_POTATO_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FLY_POTATO_STATE", str(tmp_path))
    monkeypatch.setenv("FLY_POTATO_PG_PORT", "5544")
    assert stack_paths() == StackPaths(tmp_path, postgres_port=5544)
    monkeypatch.setenv("FLY_POTATO_PG_PORT", "many")
    with pytest.raises(ConfigurationError, match=r"PORT_INVALID.*FLY_POTATO_PG_PORT"):
        stack_paths()
