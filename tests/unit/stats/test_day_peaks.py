"""The peaks of a day equal what asking at every moment gives."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from shared.stats.peaks import ALL_TYPES, COUNTRY, ClockPart, DayTimes, PartPeaks, PeakLevel, day_peaks

DAY, NEXT = date(2025, 1, 10), date(2025, 1, 11)
PARTS = (ClockPart(0, DAY, DAY), ClockPart(43_200, DAY, NEXT), ClockPart(75_600, NEXT, NEXT))
SECONDS = st.one_of(st.integers(0, 1_439).map(lambda minute: minute * 60), st.sampled_from([0, 43_199, 43_200, 86_399]))


class CountedFlight(NamedTuple):
    region_id: int
    uav_type: str
    begins: int | None
    flown: bool
    rises: int | None
    lands: int | None


def by_region_and_type(counted: list[CountedFlight]) -> dict[tuple[int, str], DayTimes]:
    groups: dict[tuple[int, str], list[CountedFlight]] = {}
    for each in counted:
        groups.setdefault((each.region_id, each.uav_type), []).append(each)
    return {
        key: DayTimes(
            [each.begins // 60 for each in alike if each.begins is not None],
            [each.begins // 60 for each in alike if each.begins is not None and each.flown],
            [each.rises for each in alike if each.rises is not None],
            [each.lands for each in alike if each.lands is not None],
        )
        for key, alike in groups.items()
    }


@st.composite
def flights(draw: st.DrawFn) -> CountedFlight:
    begins = draw(st.one_of(SECONDS, st.integers(86_400, 89_999), st.none()))
    rises = lands = None
    if begins is None or (begins < 86_400 and draw(st.booleans())):
        rises = begins or 0
        lands = min(86_400, rises + draw(st.integers(60, 80_000)))
    flown = begins is None or draw(st.integers(0, 3)) > 0
    return CountedFlight(draw(st.integers(1, 2)), draw(st.sampled_from(["BLA", "AER"])), begins, flown, rises, lands)


def _largest(levels: Sequence[tuple[int, int]], first: int, end: int) -> PeakLevel | None:
    inside = [(-level, second) for level, second in levels if level and first <= second < end]
    if not inside:
        return None
    level, second = min(inside)
    return PeakLevel(-level, second)


def _queried(counted: list[CountedFlight], place: int) -> PartPeaks:
    first, end = [*(part.begins for part in PARTS), 86_400][place : place + 2]

    def hour(begins: list[int]) -> PeakLevel | None:
        hours = range(0, 86_400, 3_600)
        return _largest([(sum(at <= each < at + 3_600 for each in begins), at) for at in hours], first, end)

    def sliding(begins: list[int]) -> PeakLevel | None:
        minutes = {each // 60 * 60 for each in begins}
        return _largest([(sum(at <= each < at + 3_600 for each in begins), at) for at in minutes], first, end)

    begins = [each.begins for each in counted if each.begins is not None]
    flown = [each.begins for each in counted if each.begins is not None and each.flown]
    aloft = [(each.rises, each.lands) for each in counted if each.rises is not None and each.lands is not None]
    moments = {rise for rise, _ in aloft} | {first}
    air = [(sum(rise <= at < land for rise, land in aloft), at) for at in moments]
    return PartPeaks(hour(begins), sliding(begins), _largest(air, first, end), hour(flown), sliding(flown))


@given(st.lists(flights(), max_size=12))
def test_each_part_has_the_largest_of_its_moments(counted: list[CountedFlight]) -> None:
    found = {
        (region, kind, part): peaks
        for region, kind, part, peaks in day_peaks(by_region_and_type(counted), dict.fromkeys((-1, 1, 2), PARTS))
    }
    for region in (1, 2, COUNTRY):
        for kind in ("BLA", "AER", ALL_TYPES):
            alike = [
                each for each in counted if region in (each.region_id, COUNTRY) and kind in (each.uav_type, ALL_TYPES)
            ]
            for place, part in enumerate(PARTS):
                queried = _queried(alike, place)
                expected = queried if queried.hour or queried.sliding or queried.airborne else None
                assert found.get((region, kind, part)) == expected
    some = day_peaks(by_region_and_type(counted), dict.fromkeys((-1, 1, 2), PARTS), {2, COUNTRY})
    assert {key[:3]: key[3] for key in some} == {key: peaks for key, peaks in found.items() if key[0] != 1}


def test_who_lands_at_the_second_in_which_another_rises_is_down() -> None:
    counted = [CountedFlight(1, "BLA", 0, True, 0, 600), CountedFlight(1, "BLA", 600, True, 600, 1_200)]
    peaks = {
        (region, kind): each
        for region, kind, part, each in day_peaks(by_region_and_type(counted), {-1: PARTS, 1: PARTS})
        if part.begins == 0
    }
    assert peaks[1, "BLA"].airborne == PeakLevel(1, 0)
    assert peaks[COUNTRY, ALL_TYPES].sliding == PeakLevel(2, 0)
