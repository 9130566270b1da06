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
    if named := os.environ.get(VARIABLE):
        yield named
        return
    yield sys.executable
    if found := shutil.which(f"python{number}"):
        yield found
    for each in sorted(Path.home().glob(f".pyenv/versions/{number}.*/bin/python{number}"), reverse=True):
        yield str(each)
    if uv := find_uv():
        # A managed one that is here already; nothing is fetched.
        asked = subprocess.run(  # noqa: S603
            [uv, "python", "find", "--offline", number], capture_output=True, text=True, check=False
        )
        if asked.returncode == 0:
            yield asked.stdout.strip()


def find_python() -> Path:
    """Find a CPython of the cloud's version.

    Raises:
        BundleError: ``BUNDLE_PYTHON_MISSING``.
    """
    wanted = "cpython {} {}".format(*VERSION)
    for candidate in _candidates():
        try:
            told = subprocess.run(  # noqa: S603
                [candidate, "-I", "-S", "-c", _ASK], capture_output=True, text=True, check=False
            )
        except OSError:
            continue
        if told.returncode == 0 and told.stdout.strip() == wanted:
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
