"""ARR in brackets, the landing (2024).

::

    (ARR-ZZZZZ-ZZZZ0900-ZZZZ1515
         7     13: take-off
                        17: LANDING hhmm, the next such time after the take-off
    -REG/07C4935 DOF/240101 RMK/MR11608 DEP/5509N03737E DEST/5509N03737E)
     18: DOF/ is the day of the take-off; DEP/ and DEST/ may follow RMK/
"""

from collections.abc import Mapping

from shared.telegrams.model import Movement, Notes
from shared.telegrams.movements import arrival, scan
from shared.telegrams.registry import layout


@layout("ARR", scan)
def read(fields: Mapping[str, str], notes: Notes = ()) -> Movement:
    """Read a landing from its fields."""
    return arrival(fields, notes)
