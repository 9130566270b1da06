"""How often Python looks for garbage while a workbook is read."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG, _MIDDLE, _OLD = 200_000, 50, 50


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Look for cycles once in a few thousand rows.

    Reading makes a hundred values a row and no cycles; at the usual pace the collector takes a quarter of the time.
    """
    usual = gc.get_threshold()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
