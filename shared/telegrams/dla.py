"""DLA, a plan put off.

::

    (DLA-ZZZZZ-ZZZZ0930-ZZZZ-DOF/250101 RMK/… SID/7772251137)
         7     13: the NEW take-off       18
"""

from collections.abc import Mapping

from shared.telegrams.model import Kind, Notes, Plan
from shared.telegrams.plans import plan
from shared.telegrams.registry import layout
from shared.telegrams.shr import scan


@layout("DLA", scan)
def read(fields: Mapping[str, str], notes: Notes = ()) -> Plan:
    """Read a delay: the plan's number, its day and the new take-off."""
    kept = {name: raw for name, raw in fields.items() if name in ("7", "13", "13t", "16", "DOF", "SID", "REG")}
    return plan(Kind.DLA, kept, notes)
