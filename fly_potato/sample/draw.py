"""Draws a flight: what it is meant to be, by the shares."""

import random
from datetime import UTC, datetime
from typing import Any, Final

from fly_potato.sample import people, shares
from fly_potato.sample.intent import Intent
from fly_potato.sample.marks import draw_marks, draw_type
from fly_potato.sample.places import pick_outside, pick_place
from fly_potato.sample.times import Days, draw_times
from fly_potato.sample.zones import draw_level, draw_zone

FIRS: Final = {
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
_FIRST_SIDS: Final = {"2024": 6_770_000_000, "2025": 7_770_000_000}
AERODROMES: Final = {"Санкт-Петербургский": "ULSF", "Московский": "UUBW", "Ростовский": "URRP"}


class Drawer:
    """Draws flights, each with a number of its own."""

    def __init__(self, seed: int, layout: str) -> None:
        self._layout = layout
        self._source = random.Random(f"fly-potato {layout} {seed}")  # noqa: S311  invented data, no secret
        self._days = Days(datetime(int(layout), 1, 1, tzinfo=UTC), 366 if layout == "2024" else 181)
        # Further apart than any workbook is long: samples of other seeds hold other flights.
        self._first_sid = _FIRST_SIDS[layout] + (seed % 900) * 1_100_000
        self._number = 0

    @property
    def source(self) -> random.Random:
        """Give the source of chance that everything of this sample draws from."""
        return self._source

    def flight(self, center: str, telegrams: str) -> Intent:
        """Draw one flight of a centre with the telegrams asked for."""
        source = self._source
        self._number += 1
        outside = source.random() < shares.OUTSIDE
        place = pick_outside(source) if outside else pick_place(source, center)
        plan_place, point = self._points(center, telegrams, outside)
        zone = draw_zone(source, place, plan_place)
        craft = draw_type(source, "SHAR" if plan_place == "balloon" else None)
        regs, written_regs = draw_marks(source, self._number, craft.count or 1)
        times = draw_times(source, self._days, telegrams, has_eet=plan_place != "balloon", layout=self._layout)
        level = draw_level(source)
        operator, kind = people.operator(source)
        dep_arc = (place.lat, place.lon)
        needs_number = telegrams == "dep_arr" and self._layout == "2024"
        return Intent(
            center=center,
            place=place,
            telegrams=telegrams,
            callsign=self._callsign(regs),
            sid=None if needs_number else str(self._first_sid + self._number),
            uav_type=craft.name,
            uav_count=craft.count,
            written_type=craft.written,
            regs=regs,
            written_regs=written_regs,
            operator=operator,
            operator_kind=kind,
            remark=people.remark(source, zone.remark if zone else "", " ".join(regs)),
            zone=zone,
            written_level=level[0],
            level_m=level[1],
            point=point,
            plan_place=plan_place,
            dep_arc=dep_arc,
            arr_arc=self._landing(dep_arc),
            aerodrome=AERODROMES[center] if plan_place == "aerodrome" else None,
            **self._manner(center),
            **times,
        )

    def _manner(self, center: str) -> dict[str, Any]:
        """Draw how a flight is written down, as fields of an Intent."""
        source = self._source
        return {
            "frame": shares.FRAMES.pick(source),
            "marks_in_dep": source.random() < 0.6 or self._layout == "2024",
            "place_name": source.choice(people.PLACE_NAMES),
            "status": source.choice(("SAR", "FFR", "STATE")) if source.random() < 0.04 else None,
            "envelope": self._layout == "2024" and source.random() < shares.ENVELOPE,
            "dep_states_eet": self._layout == "2024" and source.random() < 0.3,
            "fir": source.choice(FIRS[center]),
        }

    def _points(self, center: str, telegrams: str, outside: bool) -> tuple[str, str]:
        plan_place = shares.NO_POINT.pick(self._source)
        point = shares.POINTS.pick(self._source)
        if plan_place == "aerodrome" and center not in AERODROMES:
            plan_place = "given"
        if telegrams == "dep_arr" or outside or self._layout == "2024":
            plan_place = "given"
        if self._layout == "2024" or (telegrams == "dep_arr" and point not in ("seconds", "named_place")):
            point = "minutes"
        return plan_place, point

    def _callsign(self, regs: tuple[str, ...]) -> str:
        draw = self._source.random()
        if draw < 0.86 or not regs:
            return "ZZZZZ"
        first = regs[0].replace("-", "")
        return first if 4 <= len(first) <= 7 else "ZZZZZ"

    def _landing(self, arc: tuple[int, int]) -> tuple[int, int]:
        if self._source.random() < 0.85:
            return arc
        # Far enough to differ in whole minutes, near enough to stay in the region.
        return arc[0] + self._source.choice((-120, 120)), arc[1] + self._source.choice((-60, 60))
