"""From a text to its telegrams: in the strict forms first, which nearly all have, then as people write them."""

from shared.telegrams import strict
from shared.telegrams.errors import NotATelegram, TooLong
from shared.telegrams.kinds import build
from shared.telegrams.model import Notes, Telegram
from shared.telegrams.repairs import repair, tidy
from shared.telegrams.scanner import Scan, scan

LONGEST = 100_000
"""Characters that are read at most; a cell of a workbook holds 32,767."""


def parse_all(text: str) -> list[Telegram]:
    """Read every telegram of a text, in order.

    Raises NotATelegram if none begins in it, TooLong if the text is longer than any cell, TooManyTelegrams if more
    begin in it than belong to a row.
    """
    telegram = strict.read(text) if len(text) <= LONGEST else None
    return [telegram] if telegram is not None else parse_loosely(text)


def parse_loosely(text: str) -> list[Telegram]:
    """Read every telegram of a text that is not in the strict forms as it stands; raises as ``parse_all`` does."""
    if len(text) > LONGEST:
        raise TooLong(len(text), LONGEST)
    tidied = tidy(text)
    if tidied != text and (telegram := strict.read(tidied)) is not None:
        return [telegram]
    repaired, notes = repair(text)
    telegrams = strict.read_all(repaired) if notes or ")\n(" in repaired else None
    if telegrams is not None:
        return [telegram._replace(notes=notes + telegram.notes) for telegram in telegrams]
    scans = scan(repaired)
    if not scans:
        raise NotATelegram(len(text))
    return [build(one, notes) for one in scans]


def scan_all(text: str) -> tuple[list[Scan], Notes]:
    """Find the telegrams and their fields without reading them, and give what was mended in the text as a whole.

    Raises as ``parse_all`` does.
    """
    if len(text) > LONGEST:
        raise TooLong(len(text), LONGEST)
    repaired, notes = repair(text)
    scans = scan(repaired)
    if not scans:
        raise NotATelegram(len(text))
    return scans, notes
