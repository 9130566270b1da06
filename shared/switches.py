"""What administrators set while the product runs: ingest paused or slowed, parts switched off, an announcement.

Each is a row of ``core.switches``; what has none is as it always was. Whoever changes one leaves a line in
``core.audit``.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.db import Connection

FEATURES = ("reports", "boundary_check")
"""What can be switched off by itself: reports to save, and the look at an outside address for newer boundaries."""
MOST_LANES = 10
MOST_ANNOUNCED = 500
"""How many characters an announcement may have: it stands above everything on each page."""

_READ = "SELECT name, value, changed_at FROM core.switches"
_SET = """
INSERT INTO core.switches (name, value, changed_by, changed_at) VALUES ($1, $2::jsonb, $3, now())
ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_by = excluded.changed_by, changed_at = now()
"""
_FORGET = """
WITH gone AS (DELETE FROM core.audit WHERE at < now() - $1::interval RETURNING 1) SELECT count(*) FROM gone
"""
_AUDIT = "INSERT INTO core.audit (who, action, details) VALUES ($1, $2, $3::jsonb)"


@dataclass(frozen=True, slots=True)
class MaintenanceState:
    """How things stand: ``lanes`` bounds workbooks loaded at a time (None: the host's own number), times are UTC."""

    paused: bool
    paused_at: datetime | None
    lanes: int | None
    announcement: str | None
    features_off: frozenset[str]

    def allows(self, feature: str) -> bool:
        """Tell whether a part is switched on."""
        return feature not in self.features_off


async def read_maintenance(conn: Connection) -> MaintenanceState:
    """Read the switches."""
    rows = {row["name"]: row for row in await conn.fetch(_READ)}
    switches = {name: json.loads(row["value"]) for name, row in rows.items()}
    paused = switches.get("ingest") == "paused"
    return MaintenanceState(
        paused=paused,
        paused_at=rows["ingest"]["changed_at"] if paused else None,
        lanes=switches.get("lanes"),
        announcement=switches.get("announcement"),
        features_off=frozenset(switches.get("features") or ()),
    )


async def set_switches(conn: Connection, who: str, values: Mapping[str, Any]) -> None:
    """Set switches by name, in one transaction with the line of who did it.

    ``ingest``: ``"paused"`` or ``"running"``; ``lanes``: a number or None; ``announcement``: a text or None;
    ``features``: a list of what is off.
    """
    async with conn.transaction():
        for name, value in values.items():
            await conn.execute(_SET, name, json.dumps(value, ensure_ascii=False), who)
        await audit(conn, who, "maintenance", dict(values))


async def audit(conn: Connection, who: str, action: str, details: Mapping[str, Any] | None = None) -> None:
    """Leave a line of who did what; ``details`` hold no personal data."""
    await conn.execute(_AUDIT, who, action, json.dumps(details, ensure_ascii=False) if details is not None else None)


async def forget_audit(conn: Connection, older_than: timedelta) -> int:
    """Delete lines of the audit that have had their time, as the owner, for no service may; gives how many."""
    async with conn.transaction():
        gone: int = await conn.fetchval(_FORGET, older_than)
        if gone:
            await audit(conn, "job audit-expire", "forget audit", {"lines": gone})
    return gone
