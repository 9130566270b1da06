"""IDEP, the take-off in keys and values (2025).

::

    -TITLE IDEP
    -SID 7772251137           number of the plan
    -ADD 250124               day of the take-off, YYMMDD UTC
    -ATD 0600                 time of the take-off, hhmm UTC
    -ADEP ZZZZ                aerodrome; sometimes a coordinate
    -ADEPZ 440846N0430829E    place where there is no aerodrome, names may stand beside it
    -PAP 0                    persons on board
    -REG 0J02194 00Q2171      marks; may be missing, as may the places
"""

from collections.abc import Mapping

from shared.telegrams.keyed import movement, scan
from shared.telegrams.model import Kind, Movement, Notes
from shared.telegrams.registry import layout


@layout("IDEP", scan)
def read(fields: Mapping[str, str], notes: Notes = ()) -> Movement:
    """Read a take-off from its fields."""
    return movement(Kind.DEP, fields, notes)
