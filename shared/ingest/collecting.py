"""How often Python looks for garbage while a workbook is read."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_SELDOM = (200_000, 50, 50)
_lock = Lock()
_usual = gc.get_threshold()
_reading = 0


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Look for cycles once in a few thousand rows; the usual pace comes back after the last reader.

    Reading makes a hundred values a row and no cycles; at the usual pace the collector takes a quarter of the time.
    """
    _begin()
    try:
        yield
    finally:
        _end()


def _begin() -> None:
    global _usual, _reading
    with _lock:
        if not _reading:
            _usual = gc.get_threshold()
            gc.set_threshold(*_SELDOM)
        _reading += 1


def _end() -> None:
    global _reading
    with _lock:
        _reading -= 1
        if not _reading:
            gc.set_threshold(*_usual)
