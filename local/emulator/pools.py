"""The functions with the limits and settings each has in the cloud, and the instances that run them.

Instances are processes started on demand, one call at a time each, killed when a call takes too long. Between calls an
instance is frozen, as in the cloud: its threads stand still and its idle connections may die.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic_settings import BaseSettings

from local.emulator.instance import LENGTH, pack_message, parse_message
from local.emulator.settings import FUNCTION_JSON_BYTES
from shared.settings import (
    AppSettings,
    AuthSettings,
    DatabaseSettings,
    EmbedKeyDates,
    EmbedSettings,
    IngestSettings,
    MetricsSettings,
    RetentionSettings,
    StorageSettings,
    UploadSettings,
    variables,
)

PLATFORM_PATH = "/usr/local/bin:/usr/bin:/bin"
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Function:
    """One function: its module, limits, and the environment variables it may see."""

    name: str
    module: str
    timeout_seconds: float
    memory_mb: int
    variables: tuple[str, ...]
    instances: int = 2
    directory: Path = ROOT
    interpreter: tuple[str, ...] = (sys.executable,)
    """The Python that runs it, with its options."""

    def environment(self, source: Mapping[str, str]) -> dict[str, str]:
        """Pick this function's variables; ``PROCESS__POSTGRES_URI`` goes before ``POSTGRES_URI`` for ``process``."""
        path = f"{self.directory.resolve()}:{ROOT}"
        chosen = {"PATH": PLATFORM_PATH, "LANG": "C.UTF-8", "TZ": "UTC", "PYTHONPATH": path}
        for name in self.variables:
            # A value left empty counts as not set.
            value = source.get(f"{self.name.upper()}__{name}") or source.get(name)
            if value is not None:
                chosen[name] = value
        return chosen


def _function(name: str, seconds: float, memory_mb: int, *settings: type[BaseSettings]) -> Function:
    groups: tuple[type[BaseSettings], ...] = (AppSettings, *settings)
    names = tuple(variable for group in groups for variable in variables(group))
    return Function(name, f"functions.{name}.handler", seconds, memory_mb, names)


# terraform/functions.tf says the same; a test holds them together.
FUNCTIONS: tuple[Function, ...] = (
    _function("upload", 27, 512, AuthSettings, DatabaseSettings, StorageSettings, UploadSettings),
    _function(
        "process", 600, 2048, DatabaseSettings, StorageSettings, IngestSettings, RetentionSettings, UploadSettings
    ),
    _function("embed_token", 15, 256, AuthSettings, EmbedSettings),
    _function(
        "health",
        15,
        256,
        DatabaseSettings,
        StorageSettings,
        MetricsSettings,
        UploadSettings,
        IngestSettings,
        EmbedKeyDates,
    ),
    _function("stats", 27, 1024, AuthSettings, DatabaseSettings, StorageSettings),
)


def present(process_instances: int) -> dict[str, Function]:
    """Give the functions whose code is there, by name."""
    functions = {function.name: function for function in FUNCTIONS if _exists(function.module)}
    if "process" in functions:
        functions["process"] = replace(functions["process"], instances=process_instances)
    return functions


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


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
