"""Which message types are read, by the word that begins them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.telegrams.fields import Field
from shared.telegrams.model import Notes, Telegram

Scan = Callable[[str], list[Field]]
Build = Callable[[Mapping[str, str], Notes], Telegram]


@dataclass(frozen=True, slots=True)
class Layout:
    """A message type: its word, where its fields stand in a repaired text, what they say."""

    word: str
    scan: Scan
    build: Build


LAYOUTS: dict[str, Layout] = {}


def layout(word: str, scan: Scan) -> Callable[[Build], Build]:
    """Register the decorated function as the one that reads telegrams of this word."""

    def register(build: Build) -> Build:
        LAYOUTS[word] = Layout(word, scan, build)
        return build

    return register
