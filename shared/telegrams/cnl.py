"""CNL, a plan taken back.

::

    (CNL-ZZZZZ-ZZZZ0700-ZZZZ-DOF/250101 RMK/… SID/7772251137)
         7     13: planned take-off       18

    -TITLE ICNL                                             the same in keys and values
    -SID 7772251137
"""

from collections.abc import Mapping

from shared.telegrams import keyed
from shared.telegrams.model import Kind, Notes, Plan
from shared.telegrams.plans import plan
from shared.telegrams.registry import layout
from shared.telegrams.shr import scan


@layout("CNL", scan)
@layout("ICNL", keyed.scan)
def read(fields: Mapping[str, str], notes: Notes = ()) -> Plan:
    """Read a cancellation: which plan it takes back."""
    kept = {name: raw for name, raw in fields.items() if name in ("7", "13", "13t", "16", "DOF", "SID", "REG")}
    return plan(Kind.CNL, kept, notes)
