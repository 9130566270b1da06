#!/usr/bin/env python3
"""Fuzz a part: ``scripts/fuzz.py telegrams --seconds 60``.

``tests/fuzz/<part>_harness.py`` has ``fuzz_one(data)``; inputs that found something new are kept under
.local/fuzz/<part>, those of tests/fuzz/corpus/<part> are where it begins. A find ends with a traceback, its input
beside the kept ones and exit status 1. With atheris (extra ``fuzz``) branches guide the search; without it inputs are
mutated blindly, which is said. ``--merge`` writes the smallest inputs that reach what the kept ones reach back to
tests/fuzz/corpus/<part>.
"""

import argparse
import importlib
import importlib.util
import os
import random
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE))

HARNESSES = tuple((HERE / "tests" / "fuzz").glob("*_harness.py"))
Fuzz = Callable[[bytes], None]


def harness(part: str) -> Fuzz:
    """Import what feeds one input to a part."""
    fuzz: Fuzz = importlib.import_module(f"tests.fuzz.{part}_harness").fuzz_one
    return fuzz


def folders(part: str) -> tuple[Path, Path]:
    """Give the folder of kept inputs, made if need be, and that of the corpus."""
    inputs = HERE / ".local" / "fuzz" / part
    inputs.mkdir(parents=True, exist_ok=True)
    corpus = HERE / "tests" / "fuzz" / "corpus" / part
    return inputs, corpus


def guided(part: str, seconds: int, *, merge: bool) -> None:
    """Let atheris search; it ends the process."""
    import atheris

    with atheris.instrument_imports(include=["shared"]):
        fuzz = harness(part)
    inputs, corpus = folders(part)
    paths = [str(corpus), str(inputs)] if merge else [str(inputs), *([str(corpus)] if corpus.exists() else [])]
    options = ["-merge=1", "-max_len=900"] if merge else [f"-max_total_time={seconds}", "-timeout=20", "-max_len=4000"]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={inputs}{os.sep}find-", *paths], fuzz)
    atheris.Fuzz()


def blind(part: str, seconds: int) -> int:
    """Mutate the corpus at random; give the exit status."""
    print("atheris is not installed (extra fuzz): inputs are mutated blindly", file=sys.stderr)
    fuzz = harness(part)
    inputs, corpus = folders(part)
    seeds = [path.read_bytes() for path in sorted(corpus.glob("*"))] or [bytes([kind]) for kind in range(8)]
    seed = random.randrange(2**32)  # noqa: S311  not for secrets
    source, count, end = random.Random(seed), 0, time.monotonic() + seconds  # noqa: S311
    while time.monotonic() < end:
        data = mutated(source, seeds)
        count += 1
        try:
            fuzz(data)
        except Exception:
            find = inputs / f"find-{seed}-{count}"
            find.write_bytes(data)
            traceback.print_exc()
            print(f"the input is {find.relative_to(HERE)}", file=sys.stderr)
            return 1
    print(f"{part}: {count} inputs, nothing found (seed {seed})")
    return 0


def mutated(source: random.Random, seeds: list[bytes]) -> bytes:
    """Put pieces of one seed into another, or other bytes."""
    data, other = bytearray(source.choice(seeds)), source.choice(seeds)
    for _ in range(source.randrange(1, 8)):
        at, start = source.randrange(len(data) + 1), source.randrange(len(other) or 1)
        piece = other[start : start + source.randrange(16)] if source.random() < 0.7 else source.randbytes(2)
        data[at : at + source.randrange(8)] = piece
    return bytes(data)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=sorted(path.name[: -len("_harness.py")] for path in HARNESSES))
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--merge", action="store_true", help="shrink the kept inputs into the corpus (needs atheris)")
    options = parser.parse_args()
    if importlib.util.find_spec("atheris"):
        guided(options.part, options.seconds, merge=options.merge)
        return 0
    if options.merge:
        parser.error("--merge needs atheris: install the extra fuzz")
    return blind(options.part, options.seconds)


if __name__ == "__main__":
    sys.exit(main())
