"""Dead letters: events that were tried to the end and could not be delivered. Seen, and sent again.

On a desk they are files of the emulator, in the cloud messages of a queue.
"""

from fly_potato.letters.folder import Folder
from fly_potato.letters.letter import Letter, LetterBox, LetterError
from fly_potato.letters.queue import Queue

__all__ = ["Folder", "Letter", "LetterBox", "LetterError", "Queue"]
