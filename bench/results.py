"""How a measurement is told: what was promised and what came of it, as docs/performance.md has it, and as JSON.

Each measurement leaves ``NAME.md``, what it printed, and ``NAME.json``. ``python -m bench.plot`` puts the first into
docs/performance.md, between two lines that name it, and draws the second.
"""

import json
import os
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(".local/bench")
"""Where measurements work and leave what they found, unless they are told another folder."""


@dataclass(frozen=True, slots=True)
class Target:
    """A promise: a figure's name, the most it may be, and what it came to."""

    name: str
    at_most: float
    measured: float

    @property
    def met(self) -> bool:
        """Tell whether it holds."""
        return self.measured <= self.at_most


def target_table(targets: Iterable[Target]) -> Iterator[str]:
    """Write promises, each with what it came to."""
    yield "| target | at most | measured | met |"
    yield "|---|---:|---:|---|"
    for each in targets:
        yield f"| {each.name} | {each.at_most:g} | {each.measured:.2f} | {yes_or_no(met=each.met)} |"


def yes_or_no(*, met: bool) -> str:
    """Write whether a promise is kept; a broken one stands out."""
    return "yes" if met else "**no**"


def circumstances() -> str:
    """Say when, of which commit and on which machine something is measured, as the line above a table."""
    commit = _git("rev-parse", "--short", "HEAD") + ("" if not _git("status", "--porcelain") else " with changes")
    load = os.getloadavg()[1]
    return f"{datetime.now(UTC).date()}, {commit}, {os.cpu_count()} processors, load before {load:.1f}"


def keep(folder: Path, name: str, results: Any, lines: Iterable[str]) -> str:
    """Write what a measurement found to ``name.json`` and ``name.md``; give the second."""
    text = "\n".join(lines)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(results, ensure_ascii=False), encoding="utf-8")
    (folder / f"{name}.md").write_text(text + "\n", encoding="utf-8")
    return text


def put_in(document: Path, name: str, text: str) -> bool:
    """Put printed tables between ``<!-- name -->`` and ``<!-- end of name -->``; tell whether these are there."""
    before, begin, rest = document.read_text(encoding="utf-8").partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- end of {name} -->")
    if end:
        document.write_text(f"{before}{begin}\n{text.strip()}\n\n{end}{after}", encoding="utf-8")
    return bool(end)


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], capture_output=True, text=True, check=False)
    return done.stdout.strip()
