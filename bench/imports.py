"""What a cold start costs: a handler's import against its heaviest dependency's, each in a fresh process."""

import statistics
import subprocess
import sys
from time import perf_counter

OWN = ("functions", "shared")


def handler_ratio(handler: str, runs: int = 7) -> float:
    """Divide a handler's import time by its heaviest third-party import's, bare interpreter start taken off both."""
    heaviest = max(dependencies(handler), key=lambda name: _seconds(f"import {name}", 1))
    bare, whole, dependency = [], [], []
    for _ in range(runs):
        bare.append(_seconds("pass", 1))
        whole.append(_seconds(f"import {handler}", 1))
        dependency.append(_seconds(f"import {heaviest}", 1))
    start = statistics.median(bare)
    return (statistics.median(whole) - start) / (statistics.median(dependency) - start)


def dependencies(handler: str) -> list[str]:
    """Name the third-party top-level packages that a handler's import brings in."""
    code = f"import sys, {handler}; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names = set(done.stdout.split()) - set(sys.stdlib_module_names) - set(OWN)
    return sorted(name for name in names if not name.startswith("_") and name.isidentifier())


def _seconds(code: str, runs: int) -> float:
    times = []
    for _ in range(runs):
        started = perf_counter()
        subprocess.run([sys.executable, "-c", code], check=False, stderr=subprocess.DEVNULL)
        times.append(perf_counter() - started)
    return statistics.median(times)
