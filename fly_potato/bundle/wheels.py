"""Pinned wheels for the cloud's Python and glibc, without what a function never reads."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from fly_potato.bundle.interpreter import VERSION, find_uv
from fly_potato.bundle.recipes import ROOT, BundleError, Recipe

GLIBC = (2, 35)
"""That of Ubuntu 22.04, which the cloud's runtimes are built on."""

PLATFORM = "x86_64-manylinux_{}_{}".format(*GLIBC)
PYTHON = "{}.{}".format(*VERSION)

# botocore describes 400 services of another cloud; the product speaks to one of them.
_BOTOCORE_KEPT = {
    "s3",
    "_retry.json",
    "endpoints.json",
    "partitions.json",
    "sdk-default-configuration.json",
}
_SOURCES = {".c", ".h", ".pxd", ".pxi", ".pyi", ".pyx"}
# Licences go with the code; METADATA is what importlib.metadata answers from.
_KEPT_METADATA = re.compile(r"^(METADATA|entry_points\.txt)$|^(LICEN[CS]E|COPYING|NOTICE|AUTHORS)", re.IGNORECASE)
_GLIBC_SYMBOL = re.compile(rb"GLIBC_(\d+)\.(\d+)")


def lock(recipe: Recipe, root: Path = ROOT, out: Path | None = None) -> None:
    """Pin the packages of a function with hashes, at the versions that the tests ran with."""
    target = out or recipe.requirements(root)
    _uv(
        "pip", "compile", "pyproject.toml", "--extra", recipe.name, "--constraint", "requirements/dev.txt",
        "--python-version", PYTHON, "--python-platform", PLATFORM, "--only-binary", ":all:",
        "--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "--output-file", str(target),
        cwd=root,
    )  # fmt: skip


def install(recipe: Recipe, target: Path, root: Path = ROOT) -> None:
    """Put the pinned packages of a function into a folder and take out what it never reads.

    Raises:
        BundleError: ``BUNDLE_TOOL_FAILED``, ``BUNDLE_LOCK_MISSING`` or ``BUNDLE_GLIBC_TOO_NEW``.
    """
    requirements = recipe.requirements(root)
    if not requirements.exists():
        sentence = f"Нет {requirements.name}: закрепите зависимости командой fly-potato bundle --lock."
        raise BundleError("BUNDLE_LOCK_MISSING", sentence)
    _uv(
        "pip", "install", "--target", str(target), "--python-version", PYTHON, "--python-platform", PLATFORM,
        "--only-binary", ":all:", "--no-deps", "--require-hashes", "--link-mode", "copy",
        "--requirement", str(requirements), cwd=root,
    )  # fmt: skip
    prune(target)
    for library in sorted(target.rglob("*.so*")):
        glibc = newest_glibc(library)
        if glibc > GLIBC:
            sentence = f"{library.name} требует glibc {glibc[0]}.{glibc[1]}, в облаке {GLIBC[0]}.{GLIBC[1]}."
            raise BundleError("BUNDLE_GLIBC_TOO_NEW", sentence)


def newest_glibc(library: Path) -> tuple[int, int]:
    """Read the newest glibc whose symbols a shared library asks for; (0, 0) if it asks for none."""
    versions = _GLIBC_SYMBOL.findall(library.read_bytes())
    return max(((int(major), int(minor)) for major, minor in versions), default=(0, 0))


def prune(target: Path) -> None:
    """Take tests, sources of extensions, scripts, foreign services and most metadata out of installed packages."""
    for path in list(_superfluous(target)):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _superfluous(target: Path) -> Iterator[Path]:
    yield from (path for path in (target / "bin", target / ".lock") if path.exists())
    for path in sorted(target.rglob("*")):
        inside = path.relative_to(target).parts
        if path.is_dir():
            if path.name == "__pycache__" or (path.name in ("tests", "test") and (path / "__init__.py").exists()):
                yield path
        elif (
            path.suffix in _SOURCES
            or path.suffix == ".pyc"
            or (inside[0].endswith(".dist-info") and not _KEPT_METADATA.match(path.name))
        ):
            yield path
    for package, needed in (("botocore", _BOTOCORE_KEPT), ("boto3", {"s3"})):
        data = target / package / "data"
        if data.is_dir():
            yield from (path for path in sorted(data.iterdir()) if path.name not in needed)
    if (target / "boto3" / "examples").is_dir():
        yield target / "boto3" / "examples"


def _uv(*arguments: str, cwd: Path) -> None:
    uv = find_uv()
    if uv is None:
        raise BundleError("BUNDLE_TOOL_MISSING", "Для сборки нужен uv: он ставится вместе с make setup.")
    done = subprocess.run(  # noqa: S603
        [uv, *arguments, "--quiet"], cwd=cwd, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BundleError("BUNDLE_TOOL_FAILED", f"uv {' '.join(arguments[:2])}: {done.stderr.strip()[-2000:]}")
