"""The analyses worked out once more from the flights, as docs/statistics.md defines them, by loops over days.

Nothing here knows of roll-ups, SQL or the product's own functions.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import sqrt
from statistics import median
from typing import Any, NamedTuple

from tests.db.stats import invented
from tests.db.stats.invented import InventedFlight

Days = tuple[date, date]


class Workbook(NamedTuple):
    """A load: the days it speaks of (none: it has no date), whether it was withdrawn, rows and rejects by centre."""

    days: Days | None
    centers: dict[str, tuple[int, int]]
    withdrawn: bool = False


class Narrowed(NamedTuple):
    """What an answer is narrowed to; ``uav_type`` empty is a type not told."""

    clock: str = "moscow"
    state: str | None = None
    uav_type: str | None = None
    region: int | None = None


@dataclass(frozen=True, eq=False)
class Recount:
    """All flights and workbooks, which stay as they are."""

    flights: Sequence[InventedFlight]
    workbooks: Sequence[Workbook]

    @cache  # noqa: B019 - one recount a process, and the flights stay as they are
    def bounds(self, clock: str) -> Days:
        """Give the first and the last day with a flight or a cancelled plan."""
        days = [day for f in self.flights if (day := f.day_by(clock)) is not None]
        return min(days), max(days)

    @cache  # noqa: B019 - one recount a process, and the flights stay as they are
    def with_data(self, clock: str) -> set[date]:
        """Give the days of the data that a finished workbook speaks of, or on which a flight was meant to begin."""
        first, last = self.bounds(clock)
        spoken = [book.days for book in self.workbooks if book.days and not book.withdrawn]
        known = {day for days in spoken for day in invented.days_of(*days)}
        known.update(day for f in self.flights if (day := f.day_by(clock)) is not None)
        return {day for day in known if first <= day <= last}

    def within(self, days: Days, clock: str) -> Days:
        """Cut a period to the days of the data."""
        first, last = self.bounds(clock)
        return max(days[0], first), min(days[1], last)

    @cache  # noqa: B019 - one recount a process, and the flights stay as they are
    def chosen(self, narrowed: Narrowed) -> list[InventedFlight]:
        """Pick what is counted: no cancelled plans."""
        picked = invented.alike(self.flights, narrowed.region, narrowed.uav_type, narrowed.state)
        return [f for f in picked if f.counted and f.moment is not None]

    @cache  # noqa: B019 - one recount a process, and the flights stay as they are
    def a_day(self, narrowed: Narrowed) -> Counter[date]:
        """Count flights by day."""
        return Counter(day for f in self.chosen(narrowed) if (day := f.day_by(narrowed.clock)) is not None)

    def side(self, days: Days, narrowed: Narrowed) -> dict[str, Any]:
        """Tell one of two periods; without any day with data its flights are unknown."""
        counts, known = self.a_day(narrowed), self.with_data(narrowed.clock)
        period = invented.days_of(*days)
        told = sum(day in known for day in period)
        flights = sum(counts[day] for day in period)
        return {
            "first": days[0].isoformat(), "last": days[1].isoformat(), "days": len(period),
            "days_without_data": len(period) - told, "flights": flights if told else None,
            "mean_a_day": invented.rounded(Fraction(flights, told)) if told else None,
        }  # fmt: skip

    def odd_days(self, days: Days, narrowed: Narrowed, k: float) -> tuple[set[tuple[str, int, float]], int]:
        """Judge each day of a period against its weekday; give the odd ones, and how many could be judged."""
        counts, known = self.a_day(narrowed), self.with_data(narrowed.clock)
        odd, judged = set(), 0
        for day in invented.days_of(*days):
            past = [day - timedelta(days=7 * weeks) for weeks in range(1, 9)]
            numbers = [counts[each] for each in past if each in known]
            if day not in known or len(numbers) < 4:
                continue
            judged += 1
            middle = median(numbers)
            mad = max(median([abs(n - middle) for n in numbers]), 0.6745 * sqrt(max(middle, 1)))
            if abs(counts[day] - middle) > k * mad:
                odd.add((day.isoformat(), counts[day], float(middle)))
        return odd, judged

    def months(self, narrowed: Narrowed) -> list[tuple[str, int, int, bool]]:
        """List the months of the data: name, flights, days, whether each day has data."""
        counts, known = self.a_day(narrowed), self.with_data(narrowed.clock)
        first, last = self.bounds(narrowed.clock)
        listed, month = [], first.replace(day=1)
        while month <= last:
            end = month.replace(day=monthrange(month.year, month.month)[1])
            days = invented.days_of(month, end)
            listed.append(
                (f"{month:%Y-%m}", sum(counts[day] for day in days), len(days), all(day in known for day in days))
            )
            month = end + timedelta(days=1)
        return listed

    def centers(self, days: Days, narrowed: Narrowed) -> dict[str | None, dict[str, Any]]:
        """Give each centre's parts and wholes, and its score: a hundred less the mean of the shares."""
        with_data = self.with_data(narrowed.clock)
        known = [day for day in invented.days_of(*days) if day in with_data]
        every = [
            f
            for f in invented.alike(self.flights, narrowed.region, None, narrowed.state)
            if f.moment is not None and days[0] <= (f.day_by(narrowed.clock) or date.min) <= days[1]
        ]
        rows = self._rows(days) if narrowed.region is None and narrowed.state is None else None
        found = {}
        for center in {f.center for f in every} | {name or None for name in rows or ()}:
            live = [f for f in every if f.center == center and f.counted]
            flown = [f for f in live if f.state == "flown"]
            shares = {
                "with_problems": (sum(bool(f.problems) for f in live), len(live)),
                "no_landing": (sum(f.arr is None for f in flown), len(flown)),
                "silent_days": (len(known) - len({f.day_by(narrowed.clock) for f in live}), len(known)),
            }
            if rows is not None:
                sent, rejected = rows.get(center or "", (0, 0))
                shares["rejected"] = (rejected, sent)
            percents = [Fraction(100 * part, whole) for part, whole in shares.values() if whole]
            score = invented.rounded(100 - sum(percents) / len(percents)) if percents else None
            found[center] = {"flights": len(live), "score": score, **shares}
        return found

    def _rows(self, days: Days) -> dict[str, tuple[int, int]]:
        sums: dict[str, tuple[int, int]] = {}
        for book in self.workbooks:
            if book.withdrawn or (book.days and not (book.days[0] <= days[1] and book.days[1] >= days[0])):
                continue
            for center, (rows, rejected) in book.centers.items():
                before = sums.get(center, (0, 0))
                sums[center] = (before[0] + rows, before[1] + rejected)
        return sums


def growth(now: dict[str, Any], before: dict[str, Any]) -> float | None:
    """Give the growth of the sum; unknown where a day of either period has no data, or there was nothing before."""
    if now["days_without_data"] or before["days_without_data"] or not before["flights"]:
        return None
    return invented.rounded(Fraction(100 * (now["flights"] - before["flights"]), before["flights"]))


def daily_growth(now: dict[str, Any], before: dict[str, Any]) -> float | None:
    """Give the growth of the mean of a day with data."""
    if now["flights"] is None or not before["flights"]:
        return None
    means = [Fraction(side["flights"], side["days"] - side["days_without_data"]) for side in (now, before)]
    return invented.rounded(100 * (means[0] / means[1] - 1))


class Foretold(NamedTuple):
    """A forecast: the months it rests on, the mean a day, and the flights of each month ahead with its band."""

    method: str | None
    history: list[str]
    left_out: list[str]
    months: list[tuple[str, float, float, float]]
    mape: float | None
    mase: float | None


def foretell(months: Sequence[tuple[str, int, int, bool]]) -> Foretold:
    """Do what the method says, and try it at each month of the past with what was known then."""
    last = max((n for n, month in enumerate(months) if month[3]), default=-1)
    first = last + 1
    while first and months[first - 1][3]:
        first -= 1
    run = months[first : last + 1]
    names, left_out = [m[0] for m in run], [m[0] for m in months if m not in run]
    series = [flights / days for _, flights, days, _ in run]
    if len(series) < 9:
        return Foretold(None, names, left_out, [], None, None)
    name, ahead, earliest, back = (
        ("seasonal_naive", _year_ago_grown, 15, 12) if len(series) >= 18 else ("drift", _last_and_step, 6, 1)
    )
    errors: dict[int, list[tuple[float, float]]] = {1: [], 2: [], 3: []}
    for known in range(earliest, len(series)):
        for h in (1, 2, 3):
            if known + h <= len(series):
                actual = series[known + h - 1]
                errors[h].append((ahead(series[:known], h) - actual, actual))
    every = [each for each in errors.values() for each in each]
    of_actual = [abs(error) / actual for error, actual in every if actual]
    steps = [abs(series[n] - series[n - back]) for n in range(back, len(series))]
    naive = sum(steps) / len(steps)
    spread, told = 0.0, []
    year, month = (int(part) for part in names[-1].split("-"))
    for h in (1, 2, 3):
        spread = max(spread, sqrt(sum(error**2 for error, _ in errors[h]) / len(errors[h])))
        mean, number = ahead(series, h), 12 * year + month - 1 + h
        days = monthrange(number // 12, number % 12 + 1)[1]
        low, middle, high = (days * max(0.0, mean + side * 1.2816 * spread) for side in (-1, 0, 1))
        told.append((f"{number // 12}-{number % 12 + 1:02d}", low, middle, high))
    return Foretold(
        name, names, left_out, told,
        100 * sum(of_actual) / len(of_actual) if of_actual else None,
        sum(abs(error) for error, _ in every) / len(every) / naive if naive else None,
    )  # fmt: skip


def _year_ago_grown(series: Sequence[float], h: int) -> float:
    latest = min(12, len(series) - 12)
    now, before = sum(series[-latest:]), sum(series[-latest - 12 : -12])
    return series[len(series) - 12 + h - 1] * (now / before if before else 1)


def _last_and_step(series: Sequence[float], h: int) -> float:
    steps = [later - earlier for earlier, later in pairwise(series)]
    return max(0.0, series[-1] + h * sum(steps) / len(steps))


def shared_out(points: Iterable[float], exact: Iterable[Fraction], growth: float) -> None:
    """Check that points are exact ones rounded so that they add up: up went those that lost most by rounding down."""
    told = [Fraction(round(100 * point), 100) for point in points]
    assert sum(told) == Fraction(round(100 * growth), 100)
    lost = [(value - point) * 100 for point, value in zip(told, exact, strict=True)]
    assert all(-1 < each < 1 for each in lost)
    raised = [1 + each for each in lost if each < 0]
    kept = [each for each in lost if each >= 0]
    assert not raised or not kept or min(raised) >= max(kept)
