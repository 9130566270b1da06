"""A detached process with a pid file and a log, found again by later commands."""

import contextlib
import json
import os
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

LOG_BYTES = 20 * 1024 * 1024
SAME_START_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Daemon:
    """One such process; what it is called names its files."""

    name: str
    state: Path

    @property
    def log(self) -> Path:
        """Name its log."""
        return self.state / "log" / f"{self.name}.log"

    @property
    def pid_file(self) -> Path:
        """Name the file that remembers it."""
        return self.state / "run" / f"{self.name}.json"

    def pid(self) -> int | None:
        """Give its process id if it runs; a number that now belongs to another program does not count."""
        process = self._process()
        return None if process is None else process.pid

    def start(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start it in a session of its own, so that it outlives the terminal."""
        for directory in (self.log.parent, self.pid_file.parent):
            directory.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        opened = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        pid = os.posix_spawn(
            command[0],
            list(command),
            dict(environment),
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(self.log), opened, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
        )
        started = psutil.Process(pid).create_time()
        self.pid_file.write_text(json.dumps({"pid": pid, "started": started}))

    def stop(self, seconds: float = 15) -> bool:
        """Ask it to end, insist after ``seconds``; tell whether it ran."""
        process = self._process()
        if process is not None:
            _signal(process, signal.SIGTERM)
            if not _ends(process, seconds):
                _signal(process, signal.SIGKILL)
                _ends(process, seconds)
        self.pid_file.unlink(missing_ok=True)
        return process is not None

    def last_words(self, lines: int = 5) -> str:
        """Give the end of its log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _process(self) -> psutil.Process | None:
        try:
            recorded = json.loads(self.pid_file.read_text())
            process = psutil.Process(recorded["pid"])
            same = abs(process.create_time() - recorded["started"]) < SAME_START_SECONDS
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except (OSError, ValueError, KeyError, psutil.Error):
            return None


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(number)


def _ends(process: psutil.Process, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(ChildProcessError):
            # It may be a child of this very process, and would stay a zombie.
            os.waitpid(process.pid, os.WNOHANG)
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False
