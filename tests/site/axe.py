"""axe-core, the checker of accessibility: one pinned file out of its npm package, kept from run to run."""

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

VERSION = "4.14.1"
INTEGRITY = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
"""SHA-512 of the package, as its registry and any lock file write it."""


class Missing(Exception):
    """There is no way to get it here."""


def source() -> str:
    """Give the script; raises Missing where there is neither a kept copy nor npm."""
    kept = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "fly-potato" / f"axe-core-{VERSION}.tgz"
    if not kept.is_file():
        _fetch(kept)
    if base64.b64encode(hashlib.sha512(kept.read_bytes()).digest()).decode() != INTEGRITY:
        kept.unlink()
        raise RuntimeError(f"{kept} was not axe-core {VERSION}")
    with tarfile.open(kept) as package:
        member = package.extractfile("package/axe.min.js")
        assert member is not None
        return member.read().decode()


def _fetch(kept: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise Missing("npm is not installed, so axe-core cannot be had")
    with tempfile.TemporaryDirectory() as directory:
        ended = subprocess.run([npm, "pack", f"axe-core@{VERSION}"], cwd=directory, capture_output=True, text=True)
        if ended.returncode != 0:
            raise Missing(f"npm could not fetch axe-core: {ended.stderr[-200:]}")
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(next(Path(directory).glob("*.tgz")), kept)
