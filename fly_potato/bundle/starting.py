"""Start a bundle as the platform would: its own files, a Python of the cloud's version, and nothing else.

Bytecode is only good for the version that wrote it, so bundles are made with such a Python too.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fly_potato.bundle import reproducible_zip
from fly_potato.bundle.contents import BundleError

_SCRIPT = Path(__file__).with_name("_platform.py")
VERSION = (3, 12)
VARIABLE = "FLY_POTATO_CLOUD_PYTHON"
_ASK = "import sys; print(sys.implementation.name, *sys.version_info[:2])"


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


def _candidates() -> Iterator[str]:
    number = "{}.{}".format(*VERSION)
    if configured := os.environ.get(VARIABLE):
        yield configured
        return
    yield sys.executable
    if on_path := shutil.which(f"python{number}"):
        yield on_path
    for installed in sorted(Path.home().glob(f".pyenv/versions/{number}.*/bin/python{number}"), reverse=True):
        yield str(installed)
    if uv := find_uv():
        # A managed one that is here already; nothing is fetched.
        listed = subprocess.run(  # noqa: S603
            [uv, "python", "find", "--offline", number], capture_output=True, text=True, check=False
        )
        if listed.returncode == 0:
            yield listed.stdout.strip()


def find_python() -> Path:
    """Find a CPython of the cloud's version.

    Raises:
        BundleError: ``BUNDLE_PYTHON_MISSING``.
    """
    expected = "cpython {} {}".format(*VERSION)
    for candidate in _candidates():
        try:
            reported = subprocess.run(  # noqa: S603
                [candidate, "-I", "-S", "-c", _ASK], capture_output=True, text=True, check=False
            )
        except OSError:
            continue
        if reported.returncode == 0 and reported.stdout.strip() == expected:
            return Path(candidate)
    number = "{}.{}".format(*VERSION)
    sentence = (
        f"Для сборки нужен CPython {number}, как в облаке: установите его (например, uv python install {number}) "
        f"или назовите в {VARIABLE}."
    )
    raise BundleError("BUNDLE_PYTHON_MISSING", sentence)


def find_uv() -> str | None:
    """Find uv beside this interpreter or on the path."""
    beside = Path(sys.executable).with_name("uv")
    return str(beside) if beside.exists() else shutil.which("uv")
