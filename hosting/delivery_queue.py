"""What the trigger has still to deliver, in a file that survives restarts, and what could not be delivered.

::

    new object ── add ──> waiting ── delivered ──────────────> done
                            │  ^
                   failed ──┘  └── next try, later and later
                            └───── given up ──────────────────> done, and a dead letter

A dead letter is a file of its own, as the platform's dead-letter queue keeps it.
"""

import json
import logging
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS deliveries (
    name TEXT NOT NULL,      -- the object's key, or the file of a dead letter that is delivered again
    version TEXT NOT NULL,   -- ETag and time of the object: another object under the same key is another delivery
    event TEXT,              -- the event as JSON; NULL once the delivery has ended
    first_at TEXT NOT NULL,
    next_at TEXT NOT NULL,
    failures TEXT NOT NULL DEFAULT '[]',
    PRIMARY KEY (name, version)
)
"""
_AGAIN = ".again"
LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """One try that failed: when (UTC), under which request id, and the kind of error, not its text."""

    at: datetime
    request_id: str
    error_type: str


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """When a failed delivery comes again: after ``first_seconds``, then ``factor`` times later each time.

    It waits ``longest_seconds`` at most, and is given up after ``tries`` tries or ``give_up_seconds`` after the first
    failure; None: no such end.
    """

    first_seconds: float
    factor: float
    longest_seconds: float
    tries: int | None = None
    give_up_seconds: float | None = None

    def next_try(self, failures: Sequence[Failure]) -> datetime | None:
        """Give the instant of the next try (UTC), or None where the delivery is given up."""
        number, last = len(failures), failures[-1].at
        if self.tries is not None and number >= self.tries:
            return None
        # 32 doublings are more than any longest delay; without a bound the power overflows after a thousand tries.
        seconds = min(self.longest_seconds, self.first_seconds * self.factor ** min(number - 1, 32))
        upcoming = last + timedelta(seconds=seconds)
        if self.give_up_seconds is not None and (upcoming - failures[0].at).total_seconds() > self.give_up_seconds:
            return None
        return upcoming


@dataclass(frozen=True, slots=True)
class QueuedEvent:
    """An event that waits for its next try."""

    name: str
    version: str
    event: dict[str, Any]
    failures: tuple[Failure, ...]


class Deliveries:
    """The table of deliveries; one process writes it, others may look."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Calls come from one thread at a time, not always the same one.
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute(_SCHEMA)

    def has(self, name: str, version: str) -> bool:
        """Tell whether this delivery waits or has ended."""
        statement = "SELECT 1 FROM deliveries WHERE name = ? AND version = ?"
        return self._database.execute(statement, (name, version)).fetchone() is not None

    def add(self, name: str, version: str, event: dict[str, Any]) -> None:
        """Put down an event that is to be delivered from now on; one that is there already stays as it is."""
        now = datetime.now(UTC).isoformat()
        statement = "INSERT OR IGNORE INTO deliveries (name, version, event, first_at, next_at) VALUES (?, ?, ?, ?, ?)"
        self._database.execute(statement, (name, version, json.dumps(event), now, now))

    def due(self, now: datetime) -> list[QueuedEvent]:
        """List what is to be tried at ``now`` (UTC), the longest waiting first."""
        statement = """
            SELECT name, version, event, failures FROM deliveries
            WHERE event IS NOT NULL AND next_at <= ? ORDER BY first_at
        """
        rows = self._database.execute(statement, (now.isoformat(),)).fetchall()
        return [QueuedEvent(name, version, json.loads(event), _failures(text)) for name, version, event, text in rows]

    def ended(self, delivery: QueuedEvent) -> None:
        """Put down that a delivery has come to its end, well or as a dead letter."""
        statement = "UPDATE deliveries SET event = NULL, failures = '[]' WHERE name = ? AND version = ?"
        self._database.execute(statement, (delivery.name, delivery.version))

    def put_off(self, delivery: QueuedEvent, failures: Sequence[Failure], until: datetime) -> None:
        """Put down the failures so far and when the next try is due (UTC)."""
        records = [[failure.at.isoformat(), failure.request_id, failure.error_type] for failure in failures]
        statement = "UPDATE deliveries SET failures = ?, next_at = ? WHERE name = ? AND version = ?"
        self._database.execute(statement, (json.dumps(records), until.isoformat(), delivery.name, delivery.version))

    def prune(self, present: Iterable[tuple[str, str]]) -> None:
        """Forget ended deliveries of objects that are no longer in the bucket."""
        ended = self._database.execute("SELECT name, version FROM deliveries WHERE event IS NULL").fetchall()
        self._database.executemany(
            "DELETE FROM deliveries WHERE name = ? AND version = ? AND event IS NULL", set(ended) - set(present)
        )

    def waiting(self) -> tuple[int, int, datetime | None]:
        """Count what waits and what of it has failed before, and give since when the oldest waits (UTC)."""
        statement = """
            SELECT count(*), count(*) FILTER (WHERE failures <> '[]'), min(first_at) FROM deliveries
            WHERE event IS NOT NULL
        """
        count, failed, oldest = self._database.execute(statement).fetchone()
        return count, failed, None if oldest is None else datetime.fromisoformat(oldest)

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def _failures(text: str) -> tuple[Failure, ...]:
    return tuple(Failure(datetime.fromisoformat(at), request, kind) for at, request, kind in json.loads(text))


class DeadLetters:
    """A directory of undelivered events."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def keep(self, event: dict[str, Any], failures: Sequence[Failure]) -> Path:
        """Write an event down with how its deliveries failed."""
        self._directory.mkdir(parents=True, exist_ok=True)
        event_id = event["messages"][0]["event_metadata"]["event_id"]
        tries = [
            {"at": failure.at.isoformat(), "request_id": failure.request_id, "error_type": failure.error_type}
            for failure in failures
        ]
        path = self._directory / f"{event_id}.json"
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps({"event": event, "failures": tries}, indent=2) + "\n")
        draft.replace(path)
        LOG.error("A delivery is given up.", extra={"event_id": event_id, "attempts": len(failures)})
        return path

    def kept(self) -> list[Path]:
        """List what is kept, oldest first."""
        return sorted(self._directory.glob("*.json"), key=lambda path: path.stat().st_mtime)

    def request_delivery(self, path: Path) -> None:
        """Have the trigger deliver a letter again; one that fails again is kept anew, with its new failures."""
        path.replace(path.with_suffix(_AGAIN))

    def requested(self) -> list[tuple[Path, dict[str, Any]]]:
        """List the letters that somebody wants delivered again, the oldest first, with their events."""
        paths = sorted(self._directory.glob(f"*{_AGAIN}"), key=lambda path: path.stat().st_mtime)
        letters = []
        for path in paths:
            try:
                letters.append((path, json.loads(path.read_text())["event"]))
            except (ValueError, KeyError, TypeError):
                LOG.exception("A dead letter that nobody can read is left alone.", extra={"event_id": path.stem})
                path.replace(path.with_suffix(".json"))
        return letters
