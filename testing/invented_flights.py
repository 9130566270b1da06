"""Invented flights: what each is meant to be and how its telegrams write that, drawn by stated shares.

The same seed draws the same flights. What was never met in a real workbook but is in the rules, or is wrong in a way
that must be caught, has a small share of its own.
"""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from testing import fields
from testing.fields import DrawnZone, telegraph
from testing.gazetteer import OUTSIDE, Site, Weights, pick_site
from testing.telegrams import ArcSeconds, hhmm, items, minutes, movement_2025, plan, point, short

TELEGRAMS: Final = Weights(
    shr_dep_arr=86.0,
    shr_dep=5.5,
    shr_arr=4.5,
    shr=2.0,
    dep_arr=0.8,
    cancelled=0.6,
    delayed=0.2,
    empty=0.2,
    nothing_readable=0.2,
)
"""Which telegrams a row holds."""
POINTS: Final = Weights(
    minutes=78.0,
    seconds=16.5,
    cyrillic_minutes=0.8,
    cyrillic_seconds=0.7,
    look_alike=0.3,
    blank_inside=0.6,
    named_place=1.2,
    mixed_precision=0.8,
    broken_line=0.2,
    impossible=0.2,
    in_adep=0.2,
    missing=0.5,
)
"""How DEP and ARR of 2025 write their points; of mixed_precision and impossible the plan's point counts instead."""
PLAN_PLACES: Final = Weights(given=98.2, aerodrome=0.8, zone_circle=0.4, zone_named=0.3, balloon=0.3)
"""Plans without a point: an aerodrome, a zone alone, a tethered balloon with DLE/."""
TIMES: Final = Weights(
    plain=89.0, all_day=7.0, midnight=3.0, plan_2400=0.3, contradiction=0.2, impossible=0.3, no_date=0.2
)
"""all_day is 0000 with 2359; midnight a landing on the next day."""
FRAMES: Final = Weights(plain=93.0, one_line=2.0, indented=1.0, no_bracket=0.5, trailing_break=3.5)
"""How a telegram stands in its cell."""
ENVELOPE: Final = 0.35
"""Telegrams of 2024 that stand in their AFTN envelope."""

_FIRS: Final = {
    "Тюменский": ("USTV0001 USRR0002", "USTR0001"),
    "Санкт-Петербургский": ("ULLL0001",),
    "Московский": ("UUWV0001",),
    "Калининградский": ("UMKK0001",),
    "Ростовский": ("URRV0001",),
    "Самарский": ("UWWW0001",),
    "Екатеринбургский": ("USSS0001", "USSV0001"),
    "Новосибирский": ("UNNT0001", "UNNT0000"),
    "Красноярский": ("UNKL0001", "UNKU0001 UNKL0001"),
    "Иркутский": ("UIII0001",),
    "Якутский": ("UEEE0001",),
    "Хабаровский": ("UHHH0001",),
    "Магаданский": ("UHMM0001",),
    "Симферопольский": ("URFV0001",),
}
_AERODROMES: Final = {"Санкт-Петербургский": "ULSF", "Московский": "UUBW", "Ростовский": "URRP"}
_FIRST_SIDS: Final = {"2024": 6_770_000_000, "2025": 7_770_000_000}
_DAY_MINUTES: Final = 1_440
_DURATIONS: Final = (12, 25, 40, 56, 75, 120, 180, 240, 360, 540, 720)


@dataclass(slots=True)
class InventedFlight:
    """One flight as it is meant and written; ``None`` is what its telegrams do not say. Times are UTC."""

    layout: str
    center: str
    site: Site
    telegrams: str
    """A name of ``TELEGRAMS``, or ``table``."""
    callsign: str
    sid: str | None
    uav_type: str | None
    uav_count: int | None
    written_type: str | None
    regs: tuple[str, ...]
    written_regs: str
    operator: str
    operator_kind: str
    remark: str
    zone: DrawnZone | None
    written_level: str
    level_m: tuple[int, int] | None
    point: str
    """A name of ``POINTS``: how DEP and ARR write the place."""
    plan_place: str
    """A name of ``PLAN_PLACES``."""
    dep_arc: ArcSeconds
    arr_arc: ArcSeconds
    aerodrome: str | None
    plan_written: str
    """hhmm of field 13."""
    plan_day: str
    """YYMMDD of DOF/, empty if it is left out."""
    plan_dep: datetime | None
    eet: int | None
    """Planned duration in minutes."""
    dep_day: str
    dep_written: str
    dep_dt: datetime | None
    arr_day: str
    arr_written: str
    arr_dt: datetime | None
    duration: int | None
    delayed_to: str | None
    """hhmm of a DLA."""
    frame: str
    marks_in_dep: bool
    place_name: str
    status: str | None
    envelope: bool
    fir: str
    dep_states_eet: bool
    """A DEP of 2024 whose destination is followed by hhmm: the planned duration."""

    @property
    def outside(self) -> bool:
        """Tell whether the place lies in no region."""
        return self.site.kind in OUTSIDE

    def with_landing_at(self, landing: datetime) -> "InventedFlight":
        """Give the flight with a corrected landing, duration included; both times must be known."""
        if self.dep_dt is None:
            raise ValueError("a flight without a take-off has no duration")
        return replace(
            self,
            arr_dt=landing,
            arr_day=f"{landing:%y%m%d}",
            arr_written=f"{landing:%H%M}",
            duration=(landing - self.dep_dt) // timedelta(minutes=1),
        )


class FlightMaker:
    """Draws flights of a layout (``2024`` or ``2025``), each with a number of its own."""

    def __init__(self, seed: int, layout: str) -> None:
        self.chance = random.Random(f"fly-potato {layout} {seed}")  # noqa: S311  invented data, no secret
        """Everything of this sample draws from it."""
        self._layout = layout
        self._first_day = datetime(int(layout), 1, 1, tzinfo=UTC)
        self._days = 366 if layout == "2024" else 181
        # Further apart than any workbook is long: samples of other seeds hold other flights.
        self._first_sid = _FIRST_SIDS[layout] + (seed % 900) * 1_100_000
        self._number = 0

    def draw_telegrams(self) -> str:
        """Draw which telegrams a row of a flight holds."""
        while (drawn := TELEGRAMS.pick(self.chance)) in ("empty", "nothing_readable"):
            pass
        return drawn

    def flight(self, center: str, telegrams: str) -> InventedFlight:
        """Draw one flight of a centre with telegrams of a name of ``TELEGRAMS``."""
        chance = self.chance
        self._number += 1
        site = pick_site(chance, center)
        plan_place, style = self._points(center, telegrams, site)
        zone_kinds = {"balloon": "none", "zone_circle": "circle", "zone_named": "named_six", "aerodrome": "named_six"}
        zone = fields.draw_zone(chance, site, zone_kinds.get(plan_place))
        balloon = plan_place == "balloon"
        aircraft = fields.Aircraft("SHAR", 1, "SHAR") if balloon else fields.draw_aircraft(chance)
        regs, written_regs = fields.draw_marks(chance, self._number, aircraft.number or 1)
        operator, kind = fields.draw_operator(chance)
        written_level, level_m = fields.draw_level(chance)
        arc = site.lat, site.lon
        return InventedFlight(
            layout=self._layout,
            center=center,
            site=site,
            telegrams=telegrams,
            callsign=self._callsign(regs),
            # Telegrams of 2024 without a plan carry no number.
            sid=None if telegrams == "dep_arr" and self._layout == "2024" else str(self._first_sid + self._number),
            uav_type=aircraft.name,
            uav_count=aircraft.number,
            written_type=aircraft.written,
            regs=regs,
            written_regs=written_regs,
            operator=operator,
            operator_kind=kind,
            remark=fields.draw_remark(chance, zone.remark if zone else "", " ".join(regs)),
            zone=zone,
            written_level=written_level,
            level_m=level_m,
            point=style,
            plan_place=plan_place,
            dep_arc=arc,
            arr_arc=self._landing(arc),
            aerodrome=_AERODROMES[center] if plan_place == "aerodrome" else None,
            frame=FRAMES.pick(chance),
            marks_in_dep=chance.random() < 0.6 or self._layout == "2024",
            place_name=chance.choice(fields.PLACE_NAMES),
            status=chance.choice(("SAR", "FFR", "STATE")) if chance.random() < 0.04 else None,
            envelope=self._layout == "2024" and chance.random() < ENVELOPE,
            dep_states_eet=self._layout == "2024" and chance.random() < 0.3,
            fir=chance.choice(_FIRS[center]),
            **self._times(telegrams, has_eet=not balloon),
        )

    def _points(self, center: str, telegrams: str, site: Site) -> tuple[str, str]:
        plan_place, style = PLAN_PLACES.pick(self.chance), POINTS.pick(self.chance)
        missing_aerodrome = plan_place == "aerodrome" and center not in _AERODROMES
        if missing_aerodrome or telegrams == "dep_arr" or site.kind in OUTSIDE or self._layout == "2024":
            plan_place = "given"
        if self._layout == "2024" or (telegrams == "dep_arr" and style not in ("seconds", "named_place")):
            style = "minutes"
        return plan_place, style

    def _callsign(self, regs: tuple[str, ...]) -> str:
        if self.chance.random() < 0.86 or not regs:
            return "ZZZZZ"
        first = regs[0].replace("-", "")
        return first if 4 <= len(first) <= 7 else "ZZZZZ"

    def _landing(self, arc: ArcSeconds) -> ArcSeconds:
        if self.chance.random() < 0.85:
            return arc
        # Far enough to differ in whole minutes.
        return arc[0] + self.chance.choice((-120, 120)), arc[1] + self.chance.choice((-60, 60))

    def _times(self, telegrams: str, *, has_eet: bool) -> dict[str, Any]:
        """Draw the times of a flight, as fields of an InventedFlight."""
        chance, layout = self.chance, self._layout
        kind = TIMES.pick(chance)
        day = self._first_day + timedelta(days=chance.randrange(self._days))
        if telegrams in ("cancelled", "delayed", "shr") or (layout == "2024" and kind in ("contradiction", "no_date")):
            kind = "plain"
        start, planned, late, duration = self._drawn_minutes(kind)
        if layout == "2024" and telegrams == "dep_arr":
            # Without a plan nothing tells that hhmm is of the next day.
            late = min(late, _DAY_MINUTES - 1 - start % _DAY_MINUTES)
        plan_dep = day + timedelta(minutes=start)
        dep = plan_dep + timedelta(minutes=late)
        arr = dep + timedelta(minutes=duration)
        times: dict[str, Any] = {
            **{"plan_written": f"{plan_dep:%H%M}", "plan_day": f"{plan_dep:%y%m%d}", "plan_dep": plan_dep},
            **{"dep_written": f"{dep:%H%M}", "dep_day": f"{dep:%y%m%d}", "dep_dt": dep},
            **{"arr_written": f"{arr:%H%M}", "arr_day": f"{arr:%y%m%d}", "arr_dt": arr},
            **{"eet": planned if has_eet else None, "duration": None, "delayed_to": None},
        }
        self._spoil(kind, times, day)
        _drop_unsaid(times, telegrams, layout)
        if telegrams == "delayed":
            put_off = min(start + 90, _DAY_MINUTES - 1)
            times |= {"delayed_to": hhmm(put_off), "plan_dep": day + timedelta(minutes=put_off)}
        return times

    def _drawn_minutes(self, kind: str) -> tuple[int, int, int, int]:
        """Draw the planned minute of the day, planned duration, delay and actual duration, in minutes."""
        chance = self.chance
        if kind == "all_day":
            return 0, _DAY_MINUTES - 1, 0, chance.choice((_DAY_MINUTES - 1, 720, 610))
        planned, late = 10 * chance.randrange(3, 114), chance.choice((0, 0, 0, 7, 13, 23, 55))
        if kind == "midnight":
            # Some take off behind midnight, which the hhmm of a DEP of 2024 cannot say.
            return chance.randrange(1_260, 1_440, 10), 360, late, chance.randrange(200, 360)
        if kind == "plan_2400":
            return _DAY_MINUTES, planned, late, min(planned, chance.choice(_DURATIONS))
        start = 10 * chance.randrange(0, 120)
        duration = min(planned, chance.choice(_DURATIONS) + chance.randrange(20))
        return start, planned, late, max(1, min(duration, _DAY_MINUTES - 1 - start - late))

    def _spoil(self, kind: str, times: dict[str, Any], day: datetime) -> None:
        """Write a time in one of the ways that must be caught."""
        if kind == "plan_2400":
            times |= {"plan_written": "2400", "plan_day": f"{day:%y%m%d}", "plan_dep": day + timedelta(days=1)}
        elif kind == "no_date":
            times |= {"plan_day": "", "plan_dep": None}
        elif kind == "impossible":
            if self.chance.random() < 0.5 and self._layout == "2025":
                times |= {"dep_day": self.chance.choice(("251301", "250230")), "dep_dt": None}
            else:
                times |= {"arr_written": self.chance.choice(("2530", "0860")), "arr_dt": None}
        elif kind == "contradiction":
            arr = times["dep_dt"] - timedelta(minutes=60)
            times |= {"arr_day": f"{arr:%y%m%d}", "arr_written": f"{arr:%H%M}", "arr_dt": arr}


def _drop_unsaid(times: dict[str, Any], telegrams: str, layout: str) -> None:
    """Drop what the telegrams at hand do not say, then give the duration."""
    if telegrams in ("shr", "cancelled", "delayed"):
        times |= {"dep_dt": None, "arr_dt": None}
    elif telegrams == "shr_dep":
        times["arr_dt"] = None
    elif telegrams == "shr_arr" and layout == "2025":
        # ARR of 2024 repeats the take-off, the one of 2025 does not.
        times["dep_dt"] = None
    if times["dep_dt"] and times["arr_dt"] and times["arr_dt"] >= times["dep_dt"]:
        times["duration"] = (times["arr_dt"] - times["dep_dt"]) // timedelta(minutes=1)


def write_shr(flight: InventedFlight) -> str:
    """Write the plan, a DLA behind it if it was put off."""
    place = flight.aerodrome or "ZZZZ"
    take_off_point = minutes(flight.dep_arc) if flight.plan_place in ("given", "balloon") else None
    balloon = flight.plan_place == "balloon"
    field18 = items(
        (
            ("DEP", take_off_point),
            ("DLE", f"{take_off_point}0700" if balloon else None),
            ("DEST", minutes(flight.arr_arc) if take_off_point and not balloon else None),
            ("DOF", flight.plan_day),
            ("EET", None if balloon else flight.fir),
            ("OPR", telegraph(flight.operator)),
            ("REG", flight.written_regs),
            ("STS", flight.status),
            ("TYP", flight.written_type),
            ("RMK", telegraph(flight.remark)),
            ("SID", flight.sid),
        )
    )
    field15 = " ".join(part for part in (flight.written_level, flight.zone and flight.zone.written) if part)
    field16 = f"{place}{hhmm(flight.eet)}" if flight.eet is not None else ""
    text = plan("SHR", flight.callsign, f"{place}{flight.plan_written}", field15, field16, field18)
    if flight.delayed_to:
        text += "\n\n" + short("DLA", flight.callsign, f"{place}{flight.delayed_to}", place, _which_plan(flight))
    return text


def write_cnl(flight: InventedFlight) -> str:
    """Write the cancellation."""
    field13 = f"{flight.aerodrome or 'ZZZZ'}{flight.plan_written}"
    return short("CNL", flight.callsign, field13, "ZZZZ", _which_plan(flight))


def _which_plan(flight: InventedFlight) -> str:
    return items((("DOF", flight.plan_day), ("RMK", "ПО ЗАЯВКЕ"), ("SID", flight.sid)))


def write_dep(flight: InventedFlight) -> str:
    """Write the take-off in the form of the flight's year."""
    if flight.layout == "2025":
        return _write_2025(flight, is_dep=True)
    field16 = f"ZZZZ{hhmm(flight.eet) if flight.dep_states_eet else ''}"
    return short("DEP", flight.callsign, f"ZZZZ{flight.dep_written}", field16, _movement_items(flight))


def write_arr(flight: InventedFlight) -> str:
    """Write the landing in the form of the flight's year; that of 2024 repeats the take-off."""
    if flight.layout == "2025":
        return _write_2025(flight, is_dep=False)
    field13, field17 = f"ZZZZ{flight.dep_written}", f"ZZZZ{flight.arr_written}"
    return short("ARR", flight.callsign, field13, field17, _movement_items(flight))


def _movement_items(flight: InventedFlight) -> str:
    dep, dest = ("DEP", minutes(flight.dep_arc)), ("DEST", minutes(flight.arr_arc))
    marks, day = ("REG", " ".join(flight.regs)), ("DOF", flight.plan_day)
    remark = ("RMK", (flight.zone.remark if flight.zone else "") or "СОГЛАСОВАНО")
    return items((dep, dest, day, marks, remark) if flight.dep_states_eet else (marks, day, remark, dep, dest))


def _write_2025(flight: InventedFlight, *, is_dep: bool) -> str:
    day, time, arc = (
        (flight.dep_day, flight.dep_written, flight.dep_arc)
        if is_dep
        else (flight.arr_day, flight.arr_written, flight.arr_arc)
    )
    aerodrome: str | None = flight.aerodrome or "ZZZZ"
    place: str | None = None
    if flight.point == "missing" or flight.plan_place in ("zone_circle", "zone_named"):
        aerodrome = flight.aerodrome
    elif flight.aerodrome is None:
        zzzz_place = point(arc, flight.point, telegraph(flight.place_name))
        aerodrome, place = (zzzz_place, None) if flight.point == "in_adep" else ("ZZZZ", zzzz_place)
    marks = " ".join(flight.regs) if flight.marks_in_dep else ""
    return movement_2025(is_dep, flight.sid, day, time, aerodrome, place, marks)
