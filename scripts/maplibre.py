#!/usr/bin/env python3
"""Take the files of MapLibre GL out of its npm package: ``scripts/maplibre.py VERSION SHA512`` (needs npm)."""

import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "fly_potato" / "site" / "maplibre"
FILES = {
    "dist/maplibre-gl.mjs": "maplibre-gl.js",
    "dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.js",
    "dist/maplibre-gl.css": "maplibre-gl.css",
    "LICENSE.txt": "LICENSE.txt",
}


def main() -> int:
    """Fetch, check the hash, and write the files."""
    version, expected = sys.argv[1:]
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(["npm", "pack", f"maplibre-gl@{version}"], cwd=directory, check=True, capture_output=True)
        [packed] = Path(directory).glob("*.tgz")
        if base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode() != expected:
            print("the package has another SHA-512", file=sys.stderr)
            return 1
        with tarfile.open(packed) as package:
            for source, name in FILES.items():
                member = package.extractfile(f"package/{source}")
                if member is None:
                    raise FileNotFoundError(source)
                lines = member.read().decode().splitlines(keepends=True)
                text = "".join(line for line in lines if not line.startswith("//# sourceMappingURL"))
                (OUT / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
