"""The host's journal as the guide has it: a real journald in a namespace of its own, and the guide's commands."""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from hosting import prepare
from tests.stack.test_files import ROOT

GUIDE = (ROOT / "docs/admin-guide.ru.md").read_text()
JOURNALD, REMOTE, UPLOAD = (
    Path(f"/usr/lib/systemd/systemd-{name}") for name in ("journald", "journal-remote", "journal-upload")
)
REQUEST = "6d9a1f0c-0000-4000-8000-00000000c0de"
ROOM = """
set -eu
mount -t tmpfs none /run && mkdir -p /run/systemd/journal /run/log/journal
mount -t tmpfs none /var/log && mkdir /var/log/journal
mount -t tmpfs none /etc/systemd && ip link set lo up
{install}
{journald} &
until [ -S /run/systemd/journal/socket ]; do sleep 0.1; done
kill -USR1 $!
"""


def in_a_room(tmp_path: Path, script: str) -> str:
    """Run a script beside a journald of its own, with the guide's configuration; gives what it printed."""
    if os.geteuid() or not JOURNALD.exists() or not Path("/etc/machine-id").exists():
        pytest.skip("a journald of one's own takes root and systemd's program")
    (tmp_path / "journald.conf").write_text(prepare.journal({"LOG_DAYS": "45"}))
    (line,) = re.findall(r"^sudo (install -D .*journald\.conf .*)$", GUIDE, re.MULTILINE)
    assert str(prepare.JOURNAL_CONFIGURATION) in line
    install = line.replace("data/prod/journald.conf", shlex.quote(str(tmp_path / "journald.conf")))
    (tmp_path / "room.sh").write_text(ROOM.format(install=install, journald=JOURNALD) + script)
    # What the script leaves running ends with its namespace.
    held = [
        "unshare",
        "--mount",
        "--net",
        "--pid",
        "--fork",
        "--kill-child",
        "--mount-proc",
        "--propagation",
        "private",
    ]
    command = [*held, "bash", str(tmp_path / "room.sh")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def write_as_the_engine(project: str, service: str, line: str) -> None:
    """Send an entry as the engine's driver does with the options that a host gives it."""
    labels = [name.upper().replace(".", "_") for name in prepare.JOURNAL_OPTIONS["labels"].split(",")]
    entry = {"MESSAGE": line, "PRIORITY": "6", "SYSLOG_IDENTIFIER": f"{project}-{service}-1"}
    entry |= dict(zip(labels, (project, service), strict=True))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.connect("/run/systemd/journal/socket")
        out.send("".join(f"{name}={value}\n" for name, value in entry.items()).encode())


def test_a_request_is_found_wherever_it_went_and_days_are_as_set(tmp_path: Path) -> None:
    writing = shlex.join([sys.executable, "-m", "tests.stack.test_journal"])
    told = in_a_room(
        tmp_path,
        f"""
        {writing}
        journalctl --sync
        echo backend; local/logs backend -o cat
        echo all; local/logs all -o cat -g {REQUEST}
        echo journald; journalctl -q -o cat _COMM=systemd-journal
        echo kept; ls /var/log/journal
        """,
    )
    backend, rest = told.removeprefix("backend\n").split("all\n")
    everywhere, rest = rest.split("journald\n")
    own, kept = rest.split("kept\n")
    assert [json.loads(line)["n"] for line in backend.splitlines()] == [1, 2]
    assert [json.loads(line)["n"] for line in everywhere.splitlines()] == [0, 2]
    # journald takes every word of the configuration, and keeps what it gets on disk.
    assert "Unknown" not in own
    assert "Failed to parse" not in own
    assert kept.strip()
    assert "MaxRetentionSec=45day" in (tmp_path / "journald.conf").read_text()


def test_another_hosts_lines_come_to_the_same_place(tmp_path: Path) -> None:
    if not (REMOTE.exists() and UPLOAD.exists()):
        pytest.skip("systemd-journal-remote is not installed")
    writing = shlex.join([sys.executable, "-m", "tests.stack.test_journal"])
    told = in_a_room(
        tmp_path,
        f"""
        {writing}
        journalctl --sync
        mkdir /run/collected
        {REMOTE} --listen-http=127.0.0.1:19532 --output=/run/collected/ --split-mode=host &
        until (exec 3<>/dev/tcp/127.0.0.1/19532) 2>/dev/null; do sleep 0.1; done
        {UPLOAD} --url=http://127.0.0.1:19532 --save-state=/run/state &
        for _ in $(seq 100); do
            [ "$(local/logs nginx -D /run/collected -o cat 2>/dev/null)" ] && break; sleep 0.2
        done
        local/logs nginx -D /run/collected -o cat
        """,
    )
    assert json.loads(told)["n"] == 0


if __name__ == "__main__":
    write_as_the_engine("fly-potato", "nginx", json.dumps({"n": 0, "request_id": REQUEST}))
    write_as_the_engine("fly-potato", "backend", json.dumps({"n": 1}))
    write_as_the_engine("fly-potato", "backend", json.dumps({"n": 2, "request_id": REQUEST}))
    write_as_the_engine("another", "backend", json.dumps({"n": 3, "request_id": REQUEST}))
