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

from fly_potato.sample.arcs import as_read, degrees, to_minutes
from fly_potato.sample.intent import Arc, Intent, ZoneIntent

Truth = dict[str, Any]
_encode: Final = json.JSONEncoder(ensure_ascii=False).encode
_FLOWN: Final = frozenset({"shr_dep_arr", "shr_dep", "shr_arr", "dep_arr", "table"})


def flight_truth(intent: Intent) -> Truth:
    """Tell what a flight is, in the form that ``fly-potato parse`` has."""
    table = intent.telegrams == "table"
    planned = intent.telegrams not in ("dep_arr", "table")
    dep, arr = _points(intent)
    position, source = _position(intent, dep, arr)
    landing = intent.plan_dep is not None and intent.eet is not None
    return {
        "state": _state(intent),
        "center": intent.center,
        "sid": intent.sid,
        "callsign": intent.callsign if planned or intent.sid is None else None,
        "uav_type": intent.uav_type if planned or table else None,
        "uav_count": intent.uav_count if planned or table else None,
        "regs": list(intent.regs) if planned or table or intent.marks_in_dep else [],
        "operator_kind": intent.operator_kind if planned or table else "unknown",
        "dep": dep and list(degrees(dep)),
        "arr": arr and list(degrees(arr)),
        "dep_dt": _stamp(intent.dep_dt),
        "arr_dt": _stamp(intent.arr_dt),
        "duration_min": intent.duration,
        "plan_dep_dt": _stamp(intent.plan_dep) if planned else None,
        "plan_arr_dt": _stamp(_planned_landing(intent)) if planned and landing else None,
        "plan_duration_min": intent.eet if planned or (not table and intent.dep_states_eet) else None,
        "level_m": list(intent.level_m) if planned and intent.level_m else None,
        "zone": _zone(intent.zone) if planned or table else None,
        "position": position and list(degrees(position)),
        "position_source": source,
        "region_iso": intent.place.region_iso if position else None,
        "region_name": intent.place.region_name if position else None,
        "outside": bool(position) and intent.place.is_outside,
    }


def _state(intent: Intent) -> str:
    if intent.telegrams == "cancelled":
        return "cancelled"
    return "flown" if intent.telegrams in _FLOWN else "planned"


def _points(intent: Intent) -> tuple[Arc | None, Arc | None]:
    """Give take-off and landing as a careful reader gets them: DEP and ARR first, then the plan."""
    has_plan = intent.plan_place == "given" and intent.telegrams != "dep_arr"
    plan_dep = to_minutes(intent.dep_arc) if has_plan or intent.plan_place == "balloon" else None
    plan_arr = to_minutes(intent.arr_arc) if has_plan else None
    if intent.plan_place in ("aerodrome", "zone_circle", "zone_named"):
        return None, None
    dep = as_read(intent.dep_arc, intent.point) if "dep" in intent.telegrams.split("_") else None
    arr = as_read(intent.arr_arc, intent.point) if "arr" in intent.telegrams.split("_") else None
    return dep or plan_dep, arr or plan_arr


def _position(intent: Intent, dep: Arc | None, arr: Arc | None) -> tuple[Arc | None, str]:
    if dep:
        return dep, "take_off"
    if arr:
        return arr, "landing"
    if intent.zone and intent.zone.kind == "circle" and intent.telegrams != "dep_arr":
        return intent.zone.points[0], "zone"
    return None, "none"


def _planned_landing(intent: Intent) -> datetime:
    if intent.plan_dep is None or intent.eet is None:
        raise ValueError(intent)
    return intent.plan_dep + timedelta(minutes=intent.eet)


def _stamp(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None


def _zone(zone: ZoneIntent | None) -> Truth | None:
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
        self._counts["flights"] += 1
        self._counts[truth["state"]] += 1
        self._counts["outside"] += truth["outside"]
        if truth["region_name"]:
            region = self._regions.setdefault(truth["region_iso"] or truth["region_name"], Counter())
            region["flights"] += 1
            region[truth["state"]] += 1
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
        self._line(
            self._rows, {"sheet": sheet, "row": number, "flight": flight, "repeated": repeated, "reject": reject}
        )

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
