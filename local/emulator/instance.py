"""One instance of a function: ``python -m local.emulator.instance MODULE`` answers calls from its standard input.

What the function prints goes to standard error, for the pipe carries answers only. Like in the cloud an instance dies
with its host: the kernel kills it when the emulator is gone.
"""

import ctypes
import importlib
import json
import os
import resource
import signal
import struct
import sys
import time
import traceback
from dataclasses import dataclass
from typing import Any, BinaryIO

PR_SET_PDEATHSIG = 1
LENGTH = struct.Struct(">I")
"""Emulator and instance talk in messages: a length of four bytes, then that much JSON."""


@dataclass(frozen=True, slots=True)
class FunctionContext:
    """What the platform hands over beside the event (https://yandex.cloud/docs/functions/lang/python/context)."""

    function_name: str
    memory_limit_in_mb: int
    request_id: str
    deadline_ms: int
    function_version: str = "local"
    invoked_function_arn: str = ""
    log_group_name: str = "local"
    log_stream_name: str = "local"
    token: None = None

    @property
    def aws_request_id(self) -> str:
        """Give the request's id under its other name."""
        return self.request_id

    def get_remaining_time_in_millis(self) -> int:
        """Give what is left until the instance would be killed."""
        return max(0, self.deadline_ms - int(time.time() * 1000))


def main() -> None:
    """Import the handler, say so, then answer call after call until the pipe closes."""
    _die_with_parent(int(os.environ.pop("EMULATOR_PARENT", "0")))
    _limit_memory(int(os.environ.pop("EMULATOR_MEMORY_MB", "0")))
    calls, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    handler = importlib.import_module(sys.argv[1]).handler
    while (call := read_message(calls)) is not None:
        answers.write(pack_message(_answer(handler, call)))
        answers.flush()


def pack_message(content: dict[str, Any]) -> bytes:
    """Write one message."""
    body = json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return LENGTH.pack(len(body)) + body


def read_message(stream: BinaryIO) -> dict[str, Any] | None:
    """Read one message, or None at the end of the stream."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    body = stream.read(LENGTH.unpack(head)[0])
    return parse_message(body)


def parse_message(body: bytes) -> dict[str, Any]:
    """Read the JSON of one message."""
    content: dict[str, Any] = json.loads(body.decode("utf-8", "surrogatepass"))
    return content


def _answer(handler: Any, call: dict[str, Any]) -> dict[str, Any]:
    try:
        value = handler(call["event"], FunctionContext(**call["context"]))
    except Exception as error:
        # The platform reports whatever a function raises.
        stack = [list(frame) for frame in traceback.extract_tb(error.__traceback__)]
        return {"raised": {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": stack}}
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        message = "Malformed serverless function response: not a valid json"
        return {"raised": {"errorMessage": message, "errorType": "ProxyIntegrationError"}}
    return {"value": value}


def _die_with_parent(parent: int) -> None:
    if sys.platform == "linux" and parent:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(0)


def _limit_memory(megabytes: int) -> None:
    if megabytes:
        resource.setrlimit(resource.RLIMIT_DATA, (megabytes << 20, megabytes << 20))


if __name__ == "__main__":
    main()
