"""The process that readings are forked from: it has the reader loaded, so that a workbook pays for its own rows alone.

::

    worker ──one byte and three descriptors a workbook──> fork server ──fork──> keeper ──fork──> reading
       │  task ─────────────────────────────────────────────────────────────────────────────────> │
       │  <───────────────────────────────────────────────────────────────────────── frames ───── │
       └──control: <── pid of the reading; end of it? ──> keeper; <── status, memory, time

The keeper is the reading's parent: the pid is nobody else's until the worker has asked how the reading ended. The fork
server is a fresh interpreter with nothing but the reader: no thread, no connection, no secret, one socket.
"""

import gc
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from shared.workbooks.protocol import END, PID, REQUEST, REQUEST_DESCRIPTORS


def serve(work: Callable[[], None]) -> None:
    """Fork a process for ``work`` at each request on the socket that is standard input, until its other end is closed.

    ``work`` finds the task on standard input and writes its frames to standard output.
    """
    server = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.close(nothing)
    gc.collect()
    gc.freeze()
    while True:
        request, descriptors, _, _ = socket.recv_fds(server, len(REQUEST), REQUEST_DESCRIPTORS)
        if not request:
            _reap()
            return
        with suppress(OSError):  # no process to be had: the control socket's end tells it
            if os.fork() == 0:
                server.close()
                _leaving(_keep, work, *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        _reap()


def _reap() -> None:
    """Let keepers that have ended go; their processor time, and that of their readings, becomes this process'."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _keep(work: Callable[[], None], task: int, frames: int, control: int) -> None:
    pid = os.fork()
    if pid == 0:
        _leaving(_read, work, task, frames, control)
    os.close(task)
    os.close(frames)
    os.read(control, 1)  # asked how it ends, or nobody is there any more
    _, status, usage = os.wait4(pid, 0)
    os.write(control, END.pack(status, usage.ru_maxrss, usage.ru_utime + usage.ru_stime))


def _read(work: Callable[[], None], task: int, frames: int, control: int) -> None:
    os.setsid()
    os.write(control, PID.pack(os.getpid()))
    os.dup2(task, 0)
    os.dup2(frames, 1)
    for descriptor in (task, frames, control):
        os.close(descriptor)
    work()


def _leaving(part: Callable[..., None], *arguments: object) -> NoReturn:
    """End this process after its part, whatever comes of it; nothing that it was forked from runs again."""
    status = 1
    try:
        part(*arguments)
        status = 0
    finally:
        os._exit(status)
