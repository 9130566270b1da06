"""``python -m tests.stack.run``: the whole system, for real, from the compose files; ends with a report.

``--check`` runs the part of it that continuous integration has time for, and after a failure the same once more from
nothing; ``--prepare`` gets ready what that part needs and ends; ``--limit SECONDS`` cuts everything off by then,
whatever hangs; ``--core`` runs what administrators do to the inner half of a host, which needs few images; ``--keep``
leaves everything running and ``--stop`` stops what a run left; what follows goes to pytest.
Exit status 0: what ran held. 3: no engine or no images can be had on this machine, and why stands on the last line.
4: cut off by the limit. Otherwise something did not hold.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from types import FrameType

from tests.stack import engine, programs, report, standins

CANNOT, LATE = 3, 4
CHECK = [
    "tests/stack/test_development.py::test_one_command_brings_everything_up_healthy",
    "tests/stack/test_development.py::test_the_ports_are_the_guides",
    "tests/stack/test_development.py::test_every_target_is_up",
    "tests/stack/test_development.py::test_nobody_comes_in_without_a_session",
    "tests/stack/test_development.py::test_a_workbook_goes_from_the_page_to_the_numbers",
    "tests/stack/test_development.py::test_every_query_of_the_dashboards_is_answered",
    "tests/stack/test_development.py::test_logs_hold_no_query_token_or_name",
    "tests/stack/test_development.py::test_containers_run_as_nobody_special_and_cannot_write",
    "tests/stack/test_faults.py::test_bucket_away",
]


CORE = "tests/stack/test_inner_host.py"


class CutOffError(Exception):
    """The time is over, or somebody asked to stop."""


def main() -> int:
    """Prepare, run, clean up and give the exit status."""
    arguments, wanted = _arguments()
    if arguments.stop:
        engine.stop()
        return 0
    reason = engine.obstacle()
    if reason:
        return _cannot(reason)
    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _cut)
    began = time.monotonic()
    report.clear()
    try:
        page = not (arguments.check or arguments.prepare)
        if (status := _prepare(arguments.limit, page=page, core=arguments.core)) is not None:
            return status
        if arguments.prepare:
            return 0
        report.note("engine and images", time.monotonic() - began)
        signal.alarm(max(1, round(arguments.limit - (time.monotonic() - began))) if arguments.limit else 0)
        status = _tests(wanted or (CHECK if arguments.check else [CORE] if arguments.core else ["tests/stack"]))
        verdict = ""
        if status and arguments.check and not wanted:
            verdict = f", at the second try (first failed: {', '.join(report.failed()) or 'pytest itself'})"
            _say("Something did not hold; the same once more, from nothing.")
            status = _tests(CHECK)
        signal.alarm(0)
        verdict = ("everything held" if status == 0 else "something did not hold") + verdict
        _say(report.write(verdict, time.monotonic() - began))
    except CutOffError:
        _say(report.write("cut off before its end", time.monotonic() - began))
        return LATE
    else:
        return status
    finally:
        signal.alarm(0)
        if not arguments.keep:
            engine.stop()


def _arguments() -> tuple[argparse.Namespace, list[str]]:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0], allow_abbrev=False)
    parser.add_argument("--check", action="store_true", help="the part that continuous integration has time for")
    parser.add_argument("--core", action="store_true", help="the inner half of a host alone, which needs few images")
    parser.add_argument("--prepare", action="store_true", help="get the engine and the images ready for that part")
    parser.add_argument("--limit", type=int, default=0, metavar="SECONDS", help="cut everything off by then")
    parser.add_argument("--keep", action="store_true", help="leave everything running")
    parser.add_argument("--stop", action="store_true", help="stop what a run left")
    return parser.parse_known_args()


def _prepare(limit: int, *, page: bool, core: bool) -> int | None:
    """Get the engine and the images; an exit status where they are not to be had."""
    try:
        # Without a limit of its own: a package manager that is cut off leaves the machine worse than it was.
        engine.install()
        signal.alarm(limit)
        engine.start()
        standins.main(page=page, core=core)
    except CutOffError:
        return _cannot("the engine and its images were not ready in time")
    except (SystemExit, OSError, subprocess.CalledProcessError) as error:
        return _cannot(f"the engine or its images cannot be had: {error}")
    return None


def _tests(wanted: list[str]) -> int:
    """Run pytest so that nothing of it outlives it: its processes have a namespace that ends with it."""
    held = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-v", f"--junitxml={report.RESULTS}", *wanted]
    environment = {**os.environ, "FLY_POTATO_LIVE_STACK": "1", "PYTHONUNBUFFERED": "1"}
    return subprocess.run(engine.inside(*held, *command), cwd=programs.ROOT, env=environment, check=False).returncode


def _cut(number: int, frame: FrameType | None) -> None:
    raise CutOffError


def _cannot(reason: str) -> int:
    _say(f"The stack test did not run: {reason}.")
    return CANNOT


def _say(text: str) -> None:
    """Write a line at once, for what follows writes to the same place."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
