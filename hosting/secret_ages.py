"""``python3 -m hosting.secret_ages``: since when each secret of a host is what it is.

``hosting.prepare`` puts down when a secret is first seen and when it changes; ``backups`` tells ages as metrics, and
an alert asks for a new one after ninety days. A secret is known by twelve characters of a keyed hash: enough to see
that it changed and nothing else. Standard library alone, for it runs on a host where nothing is installed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

NOTHING_KNOWN = "Ничего не известно: сначала make all-prod."
LONGEST = timedelta(days=90)
"""After so long a secret is to be replaced."""
_DEFAULT = Path(__file__).resolve().parents[1] / "data" / "prod" / "timers" / "secrets.json"


@dataclass(frozen=True)
class SecretAge:
    """A secret by its name, what it is known by, and since when it is so (UTC)."""

    name: str
    fingerprint: str
    since: datetime


def read(path: Path) -> list[SecretAge]:
    """Give what is put down, the oldest first; nothing where nothing is."""
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))["secrets"]
    except (FileNotFoundError, ValueError, KeyError):
        return []
    ages = [SecretAge(name, each["known_by"], datetime.fromisoformat(each["since"])) for name, each in noted.items()]
    return sorted(ages, key=lambda age: (age.since, age.name))


def put_down(values: Mapping[str, str], path: Path, now: datetime) -> list[str]:
    """Compare secrets with what is known, put down what is new since ``now`` (aware), and name what has changed."""
    try:
        key = str(json.loads(path.read_text(encoding="utf-8"))["key"])
    except (FileNotFoundError, ValueError, KeyError):
        key = secrets.token_hex(16)
    before = {age.name: age for age in read(path)}
    notes, changed = {}, []
    for name, value in sorted(values.items()):
        if not value:
            continue
        fingerprint = hmac.new(key.encode(), value.encode(), hashlib.sha256).hexdigest()[:12]
        old = before.get(name)
        since = old.since if old and old.fingerprint == fingerprint else now
        if old and old.fingerprint != fingerprint:
            changed.append(name)
        notes[name] = {"known_by": fingerprint, "since": since.isoformat()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"key": key, "secrets": notes}, indent=1) + "\n", encoding="utf-8")
    return changed


def status(path: Path, now: datetime) -> tuple[list[str], bool]:
    """Give a line a secret, the oldest first, and whether one is too old; ``now`` is aware."""
    ages = read(path)
    lines = [
        f"{age.name:32}{(now - age.since).days:>5} сут.  {age.fingerprint}"
        f"{'  пора сменить' if now - age.since > LONGEST else ''}"
        for age in ages
    ]
    return lines, any(now - age.since > LONGEST for age in ages)


def main() -> int:
    """Print the ages; 1 if a secret is too old or none is known."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else _DEFAULT
    lines, late = status(path, datetime.now(timezone.utc))
    sys.stdout.write("\n".join([*(lines or [NOTHING_KNOWN]), ""]))
    return 1 if late or not lines else 0


if __name__ == "__main__":
    sys.exit(main())
