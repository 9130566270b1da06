"""Make the bundle of one function: its modules, its packages, bytecode for both, one zip.

Packages are pinned wheels for the cloud's Python and glibc, without what a function never reads.
"""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fly_potato.bundle import reproducible_zip
from fly_potato.bundle.contents import ROOT, BundleError, Recipe, needs
from fly_potato.bundle.starting import VERSION, Started, find_uv, start

MOST_ZIPPED = 128 * 1024**2
MOST_UNPACKED = 680 * 1024**2
# Where the platform unpacks a bundle; tracebacks name files by it.
CODE = "/function/code"
ENTRY = "main.py"
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


@dataclass(frozen=True, slots=True)
class Bundle:
    """A zip and what it weighs, in bytes."""

    name: str
    path: Path
    sha256: str
    zipped: int
    unpacked: int


def build(recipe: Recipe, python: Path, out: Path, root: Path = ROOT) -> Bundle:
    """Make the bundle of a function in the folder ``out``; ``python`` is a CPython of the cloud's version.

    A bundle of the same inputs that is there already is taken as it is.

    Raises:
        BundleError: a tool is missing or failed, or the bundle is over a limit of the platform.
    """
    files = sorted(needs((recipe.entry, *recipe.packages), root).files)
    target, note = out / f"{recipe.name}.zip", out / f"{recipe.name}.inputs"
    inputs = _inputs(recipe, python, files, root)
    if target.exists() and note.exists() and note.read_text("utf-8") == inputs:
        return _weighed(recipe, target)
    note.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="fly-potato-bundle-") as directory:
        # mkdtemp's 0700 matters to nobody, its random name does: bytecode must not carry it.
        folder = Path(directory) / "code"
        folder.mkdir()
        install(recipe, folder, root)
        _copy_own(recipe, folder, files, root)
        _compile(python, folder)
        reproducible_zip.pack(folder, target)
    bundle = _weighed(recipe, target)
    note.write_text(inputs, "utf-8")
    return bundle


def _weighed(recipe: Recipe, target: Path) -> Bundle:
    digest = reproducible_zip.digest(target)
    bundle = Bundle(recipe.name, target, digest, target.stat().st_size, reproducible_zip.unpacked_size(target))
    check_limits(bundle)
    return bundle


def _inputs(recipe: Recipe, python: Path, files: Sequence[str], root: Path) -> str:
    """Digest everything that a bundle is made of, this code included."""
    version = subprocess.run([python, "-I", "-S", "-VV"], capture_output=True, check=True).stdout  # noqa: S603
    digest = hashlib.sha256(version + zlib.ZLIB_RUNTIME_VERSION.encode())
    own = sorted(Path(__file__).parent.glob("*.py"))
    for path in [*own, recipe.requirements(root), *(root / name for name in files)]:
        digest.update(f"\0{path.name}\0".encode() + (path.read_bytes() if path.exists() else b""))
    return digest.hexdigest()


def build_and_start(recipe: Recipe, python: Path, out: Path, root: Path = ROOT) -> tuple[Bundle, Started]:
    """Make a bundle and import it in an empty environment, where everything its modules name must be found.

    Raises:
        BundleError: it cannot be made, or ``BUNDLE_DOES_NOT_START``.
    """
    bundle = build(recipe, python, out, root)
    outside = needs((recipe.entry, *recipe.packages), root).outside - recipe.uncalled
    return bundle, start(bundle.path, python, expected=sorted(outside))


def _copy_own(recipe: Recipe, folder: Path, files: Sequence[str], root: Path) -> None:
    for name in files:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / name, target)
    # The platform wants a file in the root, and a name without a dot.
    entry = f'"""What the platform calls."""\n\nfrom {recipe.entry} import handler\n\n__all__ = ["handler"]\n'
    (folder / ENTRY).write_text(entry, encoding="utf-8")


def _compile(python: Path, folder: Path) -> None:
    # One worker, one seed and no time stamps, for the order of sets and shared constants gets into bytecode.
    command = [
        str(python), "-I", "-S", "-m", "compileall", "-q", "-q", "-j", "1",
        "--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", CODE, str(folder),
    ]  # fmt: skip
    environment = {"PATH": os.defpath, "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(  # noqa: S603
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BundleError("BUNDLE_COMPILE_FAILED", f"Байт-код не собран: {done.stdout[-2000:]}")


def check_limits(bundle: Bundle) -> None:
    """Refuse what the platform would refuse.

    Raises:
        BundleError: ``BUNDLE_TOO_LARGE``.
    """
    for size, most, what in (
        (bundle.zipped, MOST_ZIPPED, "архив"),
        (bundle.unpacked, MOST_UNPACKED, "распакованный архив"),
    ):
        if size > most:
            sentence = f"{bundle.name}: {what} занимает {size} байт, платформа принимает {most}."
            raise BundleError("BUNDLE_TOO_LARGE", sentence)


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
