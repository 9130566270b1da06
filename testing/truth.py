"""The truth of a sample: what each flight is, told by its intention and never by a parser, and the sums of it all.

``OUT.truth.json`` is one JSON object: ``totals``, ``rows`` (where each row stands and what it is) and ``flights`` (what
all rows of a flight say together). A line is a row or a flight, so that large files can be read line by line.
"""

import json
import shutil
import tempfile
from collections import Counter
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from testing.fields import DrawnZone
from testing.invented_flights import InventedFlight
from testing.telegrams import ArcSeconds, as_read, degrees, to_minutes

Truth = dict[str, Any]
_encode: Final = json.JSONEncoder(ensure_ascii=False).encode
_STATES: Final = {"cancelled": "cancelled", "shr": "planned", "delayed": "planned"}


def truth_path(out: Path) -> Path:
    """Name the truth file of a workbook: ``a.xlsx`` has ``a.truth.json``."""
    return out.with_suffix(".truth.json")


def flight_truth(flight: InventedFlight) -> Truth:
    """Tell what a flight is, in the form that ``fly-potato parse`` has."""
    table = flight.telegrams == "table"
    planned = flight.telegrams not in ("dep_arr", "table")
    described = planned or table
    dep, arr = _points(flight)
    position, source = _position(flight, dep, arr)
    landing = None
    if flight.plan_dep is not None and flight.eet is not None:
        landing = flight.plan_dep + timedelta(minutes=flight.eet)
    return {
        "state": _STATES.get(flight.telegrams, "flown"),
        "center": flight.center,
        "sid": flight.sid,
        "callsign": flight.callsign if planned or flight.sid is None else None,
        "uav_type": flight.uav_type if described else None,
        "uav_count": flight.uav_count if described else None,
        "regs": list(flight.regs) if described or flight.marks_in_dep else [],
        "operator_kind": flight.operator_kind if described else "unknown",
        "dep": dep and list(degrees(dep)),
        "arr": arr and list(degrees(arr)),
        "dep_dt": _stamp(flight.dep_dt),
        "arr_dt": _stamp(flight.arr_dt),
        "duration_min": flight.duration,
        "plan_dep_dt": _stamp(flight.plan_dep) if planned else None,
        "plan_arr_dt": _stamp(landing) if planned else None,
        "plan_duration_min": flight.eet if planned or (not table and flight.dep_states_eet) else None,
        "level_m": list(flight.level_m) if planned and flight.level_m else None,
        "zone": _zone(flight.zone) if described else None,
        "position": position and list(degrees(position)),
        "position_source": source,
        "place": flight.site.kind,
        "region_iso": flight.site.region_iso if position else None,
        "region_name": flight.site.region_name if position else None,
        "outside": bool(position) and flight.outside,
    }


def _points(flight: InventedFlight) -> tuple[ArcSeconds | None, ArcSeconds | None]:
    """Give take-off and landing as a careful reader gets them: DEP and ARR first, then the plan."""
    if flight.plan_place in ("aerodrome", "zone_circle", "zone_named"):
        return None, None
    has_plan = flight.plan_place == "given" and flight.telegrams != "dep_arr"
    plan_dep = to_minutes(flight.dep_arc) if has_plan or flight.plan_place == "balloon" else None
    plan_arr = to_minutes(flight.arr_arc) if has_plan else None
    parts = flight.telegrams.split("_")
    dep = as_read(flight.dep_arc, flight.point) if "dep" in parts else None
    arr = as_read(flight.arr_arc, flight.point) if "arr" in parts else None
    return dep or plan_dep, arr or plan_arr


def _position(flight: InventedFlight, dep: ArcSeconds | None, arr: ArcSeconds | None) -> tuple[ArcSeconds | None, str]:
    if dep:
        return dep, "take_off"
    if arr:
        return arr, "landing"
    if flight.zone and flight.zone.kind == "circle" and flight.telegrams != "dep_arr":
        return flight.zone.points[0], "zone"
    return None, "none"


def _stamp(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None


def _zone(zone: DrawnZone | None) -> Truth | None:
    if zone is None:
        return None
    points = [list(degrees(point)) for point in zone.points]
    match zone.kind:
        case "named":
            return {"kind": "named", "names": list(zone.names)}
        case "circle":
            return {"kind": "circle", "radius_km": zone.radius_km, "center": points[0]}
    return {"kind": zone.kind, "points": points}


class TruthWriter:
    """Writes the truth file in one pass, with memory that does not grow with it."""

    def __init__(self, path: Path, facts: Truth, *, totals_only: bool = False) -> None:
        self._path = path
        self._facts = facts
        self._totals_only = totals_only
        self._files = ExitStack()
        self._flights = self._spool()
        self._rows = self._spool()
        self._begun: set[IO[str]] = set()
        self._counts: Counter[str] = Counter()
        self._rejected: Counter[str] = Counter()
        self._regions: dict[str, Counter[str]] = {}

    def __enter__(self) -> Self:
        """Give the writer itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put the file together, unless something failed."""
        with self._files:
            if kind is None:
                self._finish()

    def flight(self, truth: Truth) -> int:
        """Note a flight; give its number, by which rows refer to it."""
        number = self._counts["flights"]
        self._counts.update(["flights", truth["state"]])
        self._counts["outside"] += truth["outside"]
        if truth["region_name"]:
            region = self._regions.setdefault(truth["region_iso"] or truth["region_name"], Counter())
            region.update(["flights", truth["state"]])
        self._line(self._flights, {"flight": number} | truth)
        return number

    def row(
        self, sheet: str, number: int, *, flight: int | None = None, repeated: bool = False, reject: str | None = None
    ) -> None:
        """Note a row: one of a flight, a rejected one, or an empty one."""
        self._counts["rows"] += 1
        self._counts["repeated"] += repeated
        if reject:
            self._rejected[reject] += 1
        elif flight is None:
            self._counts["empty"] += 1
        row = {"sheet": sheet, "row": number, "flight": flight, "repeated": repeated, "reject": reject}
        self._line(self._rows, row)

    def totals(self) -> Truth:
        """Give the sums so far."""
        names = ("rows", "empty", "flights", "repeated", "flown", "planned", "cancelled", "outside")
        return {
            **{name: self._counts[name] for name in names},
            "rejected": dict(sorted(self._rejected.items())),
            "by_region": {name: dict(sorted(region.items())) for name, region in sorted(self._regions.items())},
        }

    def _spool(self) -> IO[str]:
        return self._files.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", dir=self._path.parent))

    def _line(self, file: IO[str], value: Truth) -> None:
        if not self._totals_only:
            file.write((",\n" if file in self._begun else "") + _encode(value))
            self._begun.add(file)

    def _finish(self) -> None:
        with self._path.open("w", encoding="utf-8") as out:
            head = self._facts | {"totals": self.totals()}
            out.write(json.dumps(head, ensure_ascii=False, indent=1)[:-2])
            for name, file in (("rows", self._rows), ("flights", self._flights)):
                out.write(f',\n "{name}": [\n')
                file.seek(0)
                shutil.copyfileobj(file, out, 1 << 20)
                out.write("\n]")
            out.write("\n}\n")
