"""Readings as the process that wants their rows sees them: pid, pipes and end of a process that is no child of it."""

import atexit
import fcntl
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from io import FileIO
from typing import Final

from shared.workbooks.protocol import END, PID, REQUEST

_PIPE_BYTES: Final = 1 << 20
_LEAVE_SECONDS: Final = 2.0
_lock = threading.Lock()


class ForkedReading:
    """A process that reads one workbook; as a ``subprocess.Popen`` as far as it goes."""

    def __init__(self, task_pipe: FileIO, frames_pipe: FileIO, control: socket.socket) -> None:
        """Take over the pipes to and from it, and the socket on which it tells its pid and its keeper its end."""
        self.stdin = task_pipe
        self.stdout = frames_pipe
        self.returncode: int | None = None
        self.peak_rss = 0
        """As ``ru_maxrss`` tells it, after the end."""
        self.cpu_seconds = 0.0
        """After the end."""
        self._control = control
        self._received = b""
        self._end_requested = False

    @property
    def pid(self) -> int | None:
        """Tell the number of the process and of its group; None where it has not been forked yet."""
        if self.returncode is None:
            self._receive(PID.size, socket.MSG_DONTWAIT)
        return PID.unpack_from(self._received)[0] if len(self._received) >= PID.size else None

    def kill(self) -> None:
        """End the process and what it has started; where there is none yet, there will be none."""
        if self.returncode is not None:
            return
        if (pid := self.pid) is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        else:
            end_fork_server()
            self._ended(-signal.SIGKILL)

    def poll(self) -> int | None:
        """Tell how the process ended, None while it runs."""
        return self._end(socket.MSG_DONTWAIT)

    def wait(self) -> int:
        """Wait for the end and tell how it was: the exit status, or minus the signal's number."""
        status = self._end(0)
        if status is None:
            raise RuntimeError("the keeper of a reading is silent")
        return status

    def _end(self, flags: int) -> int | None:
        if self.returncode is not None:
            return self.returncode
        if not self._end_requested:
            self._end_requested = True
            with suppress(BrokenPipeError):
                self._control.send(b"?")
        size = PID.size + END.size
        if self._receive(size, flags):
            if len(self._received) == size:
                status, self.peak_rss, self.cpu_seconds = END.unpack_from(self._received, PID.size)
                self._ended(os.waitstatus_to_exitcode(status))
            else:
                # A keeper without a word was killed from outside; without a pid there never was a process.
                self._ended(-signal.SIGKILL if self._received else 1)
        return self.returncode

    def _receive(self, size: int, flags: int) -> bool:
        """Receive from the socket up to a size; False while so much has not come."""
        while len(self._received) < size:
            try:
                piece = self._control.recv(size - len(self._received), flags)
            except BlockingIOError:
                return False
            except ConnectionResetError:
                return True
            if not piece:
                return True
            self._received += piece
        return True

    def _ended(self, status: int) -> None:
        self.returncode = status
        self._control.close()


class ForkServer:
    """The fork server of this process, asked by one thread at a time."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start it; ``OSError`` where no process can be started."""
        with ExitStack() as kept:
            ours, theirs = socket.socketpair()
            kept.enter_context(ours)
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603  our own interpreter and our own module
                    command,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=environment,
                    cwd="/",
                    start_new_session=True,
                )
            kept.pop_all()
        self._socket = ours
        self.command = tuple(command)
        self.of_process = os.getpid()

    def reading(self) -> ForkedReading:
        """Ask for a process. ``ConnectionError`` where the server is gone; one that does not come ends its pipes."""
        with ExitStack() as kept:
            # What is given away is closed here, so that its end can be seen.
            with ExitStack() as given:
                task, task_pipe = _pipe(given, kept)
                frames_pipe, frames = _pipe(kept, given)
                control, keeper = socket.socketpair()
                kept.enter_context(control)
                given.enter_context(keeper)
                with suppress(OSError, AttributeError):  # Linux alone; a frame then takes few turns
                    fcntl.fcntl(frames, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
                socket.send_fds(self._socket, [REQUEST], [task.fileno(), frames.fileno(), keeper.fileno()])
            kept.pop_all()
        return ForkedReading(task_pipe, frames_pipe, control)

    def close(self) -> None:
        """End it; readings that it has forked go on."""
        self._socket.close()
        if self.of_process != os.getpid():
            return
        try:
            self._process.wait(_LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _pipe(reader: ExitStack, writer: ExitStack) -> tuple[FileIO, FileIO]:
    out, into = os.pipe()
    return reader.enter_context(FileIO(out, "rb")), writer.enter_context(FileIO(into, "wb"))


_servers: list[ForkServer] = []
"""The one of this process, once a workbook has come."""


def forked(command: Sequence[str], environment: Mapping[str, str]) -> ForkedReading:
    """Give a process that waits for its task, forked from the server that ``command`` starts.

    Raises:
        OSError: the server cannot be started.
    """
    with _lock:
        server = _server(command, environment)
        try:
            return server.reading()
        except ConnectionError:  # it was killed since the last workbook came
            _discard(server)
            return _server(command, environment).reading()


def end_fork_server() -> None:
    """End the fork server of this process, if it has one."""
    with _lock:
        for server in tuple(_servers):
            _discard(server)


def _server(command: Sequence[str], environment: Mapping[str, str]) -> ForkServer:
    if _servers and (_servers[0].command, _servers[0].of_process) != (tuple(command), os.getpid()):
        _discard(_servers[0])
    if not _servers:
        _servers.append(ForkServer(command, environment))
    return _servers[0]


def _discard(server: ForkServer) -> None:
    _servers.remove(server)
    server.close()


atexit.register(end_fork_server)
