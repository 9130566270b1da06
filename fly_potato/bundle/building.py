"""Make the bundle of one function: its modules, its packages, bytecode for both, one zip."""

import hashlib
import os
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fly_potato.bundle import reproducible_zip, wheels
from fly_potato.bundle.imports import needs
from fly_potato.bundle.recipes import ROOT, BundleError, Recipe
from fly_potato.bundle.starting import Started, start

MOST_ZIPPED = 128 * 1024**2
MOST_UNPACKED = 680 * 1024**2
# Where the platform unpacks a bundle; tracebacks name files by it.
CODE = "/function/code"
ENTRY = "main.py"


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
        wheels.install(recipe, folder, root)
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
