"""The emulator's dead letters: a file each, which its watcher takes back when asked to."""

import json
from collections.abc import Callable
from pathlib import Path

from fly_potato.letters.letter import Letter, LetterError, letter
from hosting.dead_letters import DeadLetters


class Folder:
    """A directory of dead letters beside a running emulator."""

    def __init__(self, directory: Path, unreadable: Callable[[str], None]) -> None:
        self._dead = DeadLetters(directory)
        self._unreadable = unreadable

    def letters(self) -> list[Letter]:
        """List the letters, the oldest first; one that cannot be read is named and left alone."""
        found = []
        for path in self._dead.kept():
            try:
                kept = json.loads(path.read_text())
                failures = kept["failures"]
                fault = failures[-1]["error_type"] if failures else ""
                event = json.dumps(kept["event"])
                found.append(letter(event, path.name, tries=len(failures), fault=fault, receipt=str(path)))
            except (ValueError, KeyError, TypeError):
                self._unreadable(f"{path.name}: не письмо")
            except LetterError as error:
                self._unreadable(error.sentence)
        return found

    def send_again(self, letter: Letter) -> str:
        """Lay a letter where the emulator takes it up."""
        self._dead.ask_again(Path(letter.receipt))
        return "передано эмулятору"
