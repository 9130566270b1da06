"""Find a Python of the cloud's version: bytecode is only good for the version that wrote it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from fly_potato.bundle.recipes import BundleError

VERSION = (3, 12)
VARIABLE = "FLY_POTATO_CLOUD_PYTHON"
_ASK = "import sys; print(sys.implementation.name, *sys.version_info[:2])"


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
