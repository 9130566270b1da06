"""The instances of a function: processes started on demand, one call at a time each, killed when a call takes too long.

Between calls an instance is frozen, as in the cloud: its threads stand still and its idle connections may die.
"""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from local.emulator.functions import Function
from local.emulator.instance import LENGTH, pack_message, parse_message
from local.emulator.limits import FUNCTION_JSON_BYTES


class CallFailed(Exception):
    """A call that gave no answer: the status that the platform would send and what it would say."""

    def __init__(self, status: int, error: Mapping[str, Any]) -> None:
        super().__init__(str(error.get("errorType", status)))
        self.status = status
        self.error = error


class Pool:
    """All instances of one function; a call waits while every one of them is busy."""

    def __init__(self, function: Function, source: Mapping[str, str], *, enforce_memory: bool = False) -> None:
        self.function = function
        self._environment = function.environment(source)
        self._enforce_memory = enforce_memory
        self._free = asyncio.Semaphore(function.instances)
        self._idle: list[asyncio.subprocess.Process] = []
        self._all: set[asyncio.subprocess.Process] = set()

    async def call(self, event: dict[str, Any], request_id: str | None = None) -> Any:
        """Run the function once and give back what it returned; waiting for a free instance takes none of its time.

        Raises ``CallFailed``: 413 for an event over 3.5 MB, 504 after the time-out, 502 for a crash, an exception or an
        answer over 3.5 MB.
        """
        seconds = self.function.timeout_seconds
        if len(pack_message(event)) > FUNCTION_JSON_BYTES:
            raise CallFailed(413, {"errorType": "PayloadTooLarge", "errorMessage": "The event is over 3.5 MB of JSON"})
        async with self._instance() as process:
            call = {"event": event, "context": self._context(request_id or str(uuid4()))}
            try:
                answer = await asyncio.wait_for(_exchange(process, pack_message(call)), seconds)
            except TimeoutError:
                self._drop(process)
                raise CallFailed(504, {"errorType": "Timeout", "errorMessage": f"No answer in {seconds:g} s"}) from None
            except (asyncio.IncompleteReadError, OSError):
                self._drop(process)
                raise CallFailed(
                    502, {"errorType": "Crash", "errorMessage": "The instance ended in the call"}
                ) from None
        return _value(answer)

    async def warm(self) -> None:
        """Start one instance ahead of need, as the platform may."""
        async with self._instance():
            pass

    async def close(self) -> None:
        """Kill every instance and wait for their ends."""
        ended = list(self._all)
        for process in ended:
            self._drop(process)
        await asyncio.gather(*(process.wait() for process in ended))

    def _context(self, request_id: str) -> dict[str, Any]:
        return {
            "function_name": self.function.name,
            "memory_limit_in_mb": self.function.memory_mb,
            "request_id": request_id,
            "deadline_ms": int((time.time() + self.function.timeout_seconds) * 1000),
        }

    @asynccontextmanager
    async def _instance(self) -> AsyncIterator[asyncio.subprocess.Process]:
        async with self._free:
            process = self._take() or await self._start()
            try:
                yield process
            except asyncio.CancelledError:
                # Half an exchange is in the pipe: the next caller would read this one's answer.
                self._drop(process)
                raise
            finally:
                if process in self._all:
                    self._idle.append(process)

    def _take(self) -> asyncio.subprocess.Process | None:
        while self._idle:
            process = self._idle.pop()
            if process.returncode is None:
                return process
            self._all.discard(process)
        return None

    async def _start(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *self.function.interpreter,
            "-m",
            "local.emulator.instance",
            self.function.module,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=self.function.directory,
            env=self._environment
            | {
                "EMULATOR_PARENT": str(os.getpid()),
                "EMULATOR_MEMORY_MB": str(self.function.memory_mb if self._enforce_memory else 0),
            },
        )
        self._all.add(process)
        return process

    def _drop(self, process: asyncio.subprocess.Process) -> None:
        self._all.discard(process)
        with contextlib.suppress(ProcessLookupError):
            process.kill()


async def _exchange(process: asyncio.subprocess.Process, frame: bytes) -> dict[str, Any]:
    if process.stdin is None or process.stdout is None:
        raise OSError("the instance has no pipes")
    process.send_signal(signal.SIGCONT)
    process.stdin.write(frame)
    await process.stdin.drain()
    answer = await _receive(process.stdout)
    process.send_signal(signal.SIGSTOP)
    return answer


def _value(answer: dict[str, Any]) -> Any:
    if "raised" in answer:
        raise CallFailed(502, answer["raised"])
    if len(pack_message(answer)) > FUNCTION_JSON_BYTES:
        raise CallFailed(502, {"errorType": "PayloadTooLarge", "errorMessage": "The answer is over 3.5 MB of JSON"})
    return answer["value"]


async def _receive(stream: asyncio.StreamReader) -> dict[str, Any]:
    """Read one message; raises ``asyncio.IncompleteReadError`` when the other side is gone."""
    head = await stream.readexactly(LENGTH.size)
    return parse_message(await stream.readexactly(LENGTH.unpack(head)[0]))
