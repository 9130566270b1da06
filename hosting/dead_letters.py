"""What could not be delivered: one file a message, as the platform's dead-letter queue keeps it."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hosting.delivery_queue import Failure

_AGAIN = ".again"
LOG = logging.getLogger(__name__)


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

    def ask_again(self, path: Path) -> None:
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
