"""Plays the platform inside a bundle's Python; run by ``starting``, never imported.

Reads a task from standard input, writes one JSON line. Only the standard library is here, and ``-S`` keeps
site-packages out, so whatever imports comes from the bundle.
"""

import importlib
import importlib.util
import json
import os
import sys
import time
from typing import Any


class PlatformContext:
    """What the platform hands to a handler beside the event."""

    function_name = "d4e00000000000000000"
    function_version = "d4e00000000000000001"
    memory_limit_in_mb = 2048
    request_id = aws_request_id = "00000000-0000-4000-8000-000000000001"
    invoked_function_arn = log_group_name = log_stream_name = function_name
    token = None

    def __init__(self, seconds: float) -> None:
        self.deadline_ms = int((time.time() + seconds) * 1000)

    def get_remaining_time_in_millis(self) -> int:
        """Give the milliseconds until the platform ends the call."""
        return max(0, self.deadline_ms - int(time.time() * 1000))


def _mebibytes() -> float:
    # getrusage would count what the parent had when it forked.
    with open("/proc/self/status", encoding="ascii") as status:
        peak = next(line for line in status if line.startswith("VmHWM:"))
    return round(int(peak.split()[1]) / 1024, 1)


def _call(handler: Any, event: dict[str, Any]) -> dict[str, Any]:
    began = time.perf_counter()
    value, raised = None, None
    try:
        value = handler(event, PlatformContext(60))
        json.dumps(value)
    except Exception as error:
        raised = f"{type(error).__name__}: {error}"
    return {"value": value, "raised": raised, "milliseconds": round((time.perf_counter() - began) * 1000, 1)}


def _play(task: dict[str, Any]) -> dict[str, Any]:
    sys.path.insert(0, task["code"])
    began, spent = time.perf_counter(), time.process_time()
    entry = importlib.import_module("main")
    imported = round((time.perf_counter() - began) * 1000, 1)
    worked = round((time.process_time() - spent) * 1000, 1)
    memory = _mebibytes()
    missing = [name for name in task["expected"] if importlib.util.find_spec(name) is None]
    if missing:
        raise SystemExit(f"not in the bundle: {', '.join(missing)}")
    answers = [_call(entry.handler, event) for event in task["events"]]
    return {
        "import_milliseconds": imported,
        "import_cpu_milliseconds": worked,
        "import_mebibytes": memory,
        "peak_mebibytes": _mebibytes(),
        "answers": answers,
    }


if __name__ == "__main__":
    report = _play(json.loads(sys.stdin.read()))
    sys.stdout.write("\n" + json.dumps(report) + "\n")
    sys.stdout.flush()
    # Threads of the runtime that are still open must not keep the process.
    os._exit(0)
