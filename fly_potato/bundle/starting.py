"""Start a bundle as the platform would: its own files, a Python of the cloud's version, and nothing else."""

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fly_potato.bundle import reproducible_zip
from fly_potato.bundle.recipes import BundleError

_SCRIPT = Path(__file__).with_name("_platform.py")


@dataclass(frozen=True, slots=True)
class InvocationResult:
    """What one event brought: the returned value, or the type and text of what was raised; milliseconds."""

    value: Any
    raised: str | None
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Started:
    """A start in a fresh process: import by the clock and by the processor in ms, peak memory in MiB, the answers."""

    import_milliseconds: float
    import_cpu_milliseconds: float
    import_mebibytes: float
    peak_mebibytes: float
    answers: tuple[InvocationResult, ...]
    log: str


def start(
    bundle: Path,
    python: Path,
    events: Sequence[Mapping[str, Any]] = (),
    environment: Mapping[str, str] | None = None,
    expected: Sequence[str] = (),
    timeout_seconds: float = 120.0,
) -> Started:
    """Unpack a bundle, import its entry in an empty environment, and hand it events one after another.

    ``expected`` names modules that must be found in the bundle, also those that are only imported later.

    Raises:
        BundleError: ``BUNDLE_DOES_NOT_START``.
    """
    with tempfile.TemporaryDirectory(prefix="fly-potato-start-") as directory:
        code, temporary = Path(directory) / "code", Path(directory) / "tmp"
        temporary.mkdir()
        reproducible_zip.unpack(bundle, code)
        task = {"code": str(code), "events": list(events), "expected": list(expected)}
        done = subprocess.run(  # noqa: S603
            [str(python), "-I", "-S", "-B", str(_SCRIPT)],
            input=json.dumps(task),
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TMPDIR": str(temporary), **(environment or {})},
            cwd=temporary,
            capture_output=True,
            text=True,
            timeout=timeout_seconds,
            check=False,
        )
    if done.returncode:
        raise BundleError("BUNDLE_DOES_NOT_START", f"{bundle.name}: {done.stderr.strip()[-4000:]}")
    report = json.loads(done.stdout.splitlines()[-1])
    answers = tuple(
        InvocationResult(answer["value"], answer["raised"], answer["milliseconds"]) for answer in report["answers"]
    )
    return Started(
        report["import_milliseconds"],
        report["import_cpu_milliseconds"],
        report["import_mebibytes"],
        report["peak_mebibytes"],
        answers,
        done.stderr,
    )
