"""IARR, the landing in keys and values (2025).

::

    -TITLE IARR
    -SID 7772251137           number of the plan
    -ADA 250124               day of the landing, YYMMDD UTC
    -ATA 1250                 time of the landing, hhmm UTC
    -ADARR ZZZZ               aerodrome; sometimes a coordinate
    -ADARRZ 440846N0430829E   place where there is no aerodrome, names may stand beside it
    -PAP 0                    persons on board
    -REG 0J02194 00Q2171      marks; may be missing, as may the places
"""

from collections.abc import Mapping

from shared.telegrams.keyed import movement, scan
from shared.telegrams.model import Kind, Movement, Notes
from shared.telegrams.registry import layout


@layout("IARR", scan)
def read(fields: Mapping[str, str], notes: Notes = ()) -> Movement:
    """Read a landing from its fields."""
    return movement(Kind.ARR, fields, notes)
