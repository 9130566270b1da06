"""What a run of the stack test says of itself: what ran, how long each part took, what could not run."""

import json
import os
import platform
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from xml.etree import ElementTree

from tests.stack import programs

DIRECTORY = programs.ROOT / ".local/stack"
REPORT = DIRECTORY / "report.md"
PHASES = DIRECTORY / "phases.jsonl"
RESULTS = DIRECTORY / "results.xml"
NOT_RUN = (
    "Grafana, sql_exporter: older than pinned, the newest that the Go proxy has; nginx: one patch newer; every other"
    " program is the pinned one (0904)",
    "digests of the images themselves: no registry of images is reached; the command that asks was held against one of"
    " the test's own",
    "Grafana Cloud, DataLens, receivers of calls: nobody to talk to; configuration alone is checked",
)


@dataclass(slots=True)
class Part:
    """One file of tests: how long it took and how each test ended."""

    seconds: float = 0.0
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def note(what: str, seconds: float) -> None:
    """Keep how long something took besides the tests."""
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    with PHASES.open("a") as out:
        out.write(json.dumps([what, round(seconds)]) + "\n")


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Keep how long the block took."""
    began = time.monotonic()
    yield
    note(what, time.monotonic() - began)


def clear() -> None:
    """Forget the run before."""
    for path in (REPORT, PHASES, RESULTS):
        path.unlink(missing_ok=True)


def parts() -> dict[str, Part]:
    """Read what pytest has written of its tests, by file."""
    found: dict[str, Part] = {}
    if not RESULTS.exists():
        return found
    for case in ElementTree.parse(RESULTS).iter("testcase"):  # noqa: S314 - pytest's own file
        part = found.setdefault(case.attrib["classname"].rsplit(".", 1)[-1], Part())
        part.seconds += float(case.attrib["time"])
        if case.find("failure") is not None or case.find("error") is not None:
            part.failed.append(case.attrib["name"])
        elif (skipped := case.find("skipped")) is not None:
            part.skipped.append(f"{case.attrib['name']}: {skipped.attrib['message']}")
        else:
            part.passed += 1
    return found


def failed() -> list[str]:
    """Name the tests that failed in the run that ended last."""
    return [test for part in parts().values() for test in part.failed]


def _lines(verdict: str, seconds: float) -> Iterator[str]:
    revision = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=programs.ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    yield f"# Stack test: {verdict}"
    yield f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC, commit {revision}, {os.cpu_count()} processors,"
    kernel = platform.release().partition("-")[0]
    engine = _version("docker", "version", "--format", "{{.Server.Version}}")
    compose = _version("docker", "compose", "version", "--short")
    yield f"Linux {kernel}, engine {engine}, compose {compose};"
    yield f"{seconds:.0f} s in all."
    yield ""
    yield "| part | seconds | passed | failed | skipped |"
    yield "|---|---:|---:|---:|---:|"
    for line in PHASES.read_text().splitlines() if PHASES.exists() else []:
        what, took = json.loads(line)
        yield f"| {what} | {took} | | | |"
    for name, part in parts().items():
        yield f"| {name} | {part.seconds:.0f} | {part.passed} | {len(part.failed)} | {len(part.skipped)} |"
    yield ""
    for name, part in parts().items():
        yield from (f"- failed: {name}: {test}" for test in part.failed)
        yield from (f"- skipped: {name}: {test}" for test in part.skipped)
    yield from (f"- could not run: {what}." for what in NOT_RUN)


def _version(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return "of an unknown version"
    return done.stdout.strip() or "of an unknown version"


def write(verdict: str, seconds: float) -> str:
    """Write the report of a run that ended as ``told`` says, and give its text."""
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    text = "\n".join(_lines(verdict, seconds)) + "\n"
    REPORT.write_text(text)
    return text
