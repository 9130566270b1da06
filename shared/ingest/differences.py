"""What taking rows back, or reading them anew, does to the flights: field by field and region by region."""

from collections import Counter
from dataclasses import dataclass, field

from shared.db import Connection
from shared.db.sql import load_sql

_SQL = load_sql("shared.ingest")
_NAMES = "SELECT region_id, name FROM mart.regions"


@dataclass(slots=True)
class Differences:
    """Flights that come, go and change, each counted once however many loads speak of it."""

    new: int = 0
    gone: int = 0
    changed: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    """How many flights change in each field of ``core.flights``."""
    regions: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By the region's name: how many flights it loses and gains."""
    _seen: set[bytes] = field(default_factory=set)

    async def collect(self, conn: Connection) -> None:
        """Compare the touched flights as they are with what is staged, before it is merged."""
        names = {row["region_id"]: row["name"] for row in await conn.fetch(_NAMES)}
        async for row in conn.cursor(_SQL["differences"], prefetch=5_000):
            key = row["key"].bytes
            if key in self._seen or (row["kind"] == "changed" and not row["fields"]):
                continue
            self._seen.add(key)
            setattr(self, row["kind"], getattr(self, row["kind"]) + 1)
            self.fields.update(row["fields"] or ())
            before, after = (names.get(row[side], "без региона") for side in ("region_before", "region_after"))
            if row["kind"] == "new":
                self._move(after, 0, 1)
            elif row["kind"] == "gone":
                self._move(before, 1, 0)
            elif before != after:
                self._move(before, 1, 0)
                self._move(after, 0, 1)

    def _move(self, region: str, lost: int, gained: int) -> None:
        losses, gains = self.regions.get(region, (0, 0))
        self.regions[region] = losses + lost, gains + gained
