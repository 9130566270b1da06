"""DEP in brackets, the take-off (2024).

::

    (DEP-ZZZZZ-ZZZZ0900-ZZZZ1800
         7     13: take-off
                        16: destination; the hhmm, where given, is the planned DURATION
    -REG/07C4935 DOF/240101 RMK/MR11608 DEP/5509N03737E DEST/5509N03737E)
     18: DEP/ and DEST/ may follow RMK/
"""

from collections.abc import Mapping

from shared.telegrams.model import Movement, Notes
from shared.telegrams.movements import departure, scan
from shared.telegrams.registry import layout


@layout("DEP", scan)
def read(fields: Mapping[str, str], notes: Notes = ()) -> Movement:
    """Read a take-off from its fields."""
    return departure(fields, notes)
