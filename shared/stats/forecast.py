"""The next three months, by the plainest method that knows of the seasons, with what it would have missed before.

Everything is reckoned in flights a day, so that the length of a month does not move it. Months that the data tell in
part are left out. The method is chosen by the number of months alone and never by its error, so that the error of the
back-test is not a flattering one: at every month of the past from which the method could have been used it is used with
what was known then, and held against the three months that followed (rolling origin).
"""

from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date
from itertools import accumulate
from math import sqrt
from statistics import fmean
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from shared.db import Connection
from shared.stats import queries
from shared.stats.answers import head
from shared.stats.models import Answer, Count, Model, Month
from shared.stats.queries import ReportedMonthRow
from shared.stats.selection import Facts, Selection

HORIZON = 3
"""Months ahead."""
BAND_PERCENT = 80
_BAND = 1.2816
"""Standard deviations of a normal error to each side that hold 80 of 100."""
_YEAR = 12

MethodName = Literal["seasonal_naive", "drift"]


class BackTest(Model):
    """How far off the method would have been, over all its forecasts of the past; errors of flights a day."""

    origins: Annotated[int, Field(ge=1, description="months of the past from which three months were forecast")]
    forecasts: Annotated[int, Field(ge=1)]
    mape_percent: Annotated[float | None, Field(description="mean of |error| / actual; null where nothing was flown")]
    mase: Annotated[
        float | None,
        Field(description="mean |error| by the mean change to the value that the naive forecast would take"),
    ]


class MonthReported(Model):
    """A month that the data hold whole."""

    month: Month
    flights: Count
    mean_a_day: float


class MonthForecast(Model):
    """A month ahead; in 80 of 100 cases the flights should lie between low and high."""

    month: Month
    flights: Count
    low: Count
    high: Count
    mean_a_day: float


class Forecast(Answer):
    """The next three months after the last whole one, and what that rests on."""

    method: Annotated[MethodName | None, Field(description="null: there are too few whole months in a row")]
    method_title: Annotated[str, Field(examples=["Тот же месяц год назад, умноженный на рост последних месяцев"])]
    band_percent: Annotated[int, Field(examples=[BAND_PERCENT])]
    back_test: BackTest | None
    history: Annotated[list[MonthReported], Field(description="the whole months in a row that it rests on")]
    left_out: Annotated[list[Month], Field(description="months reported in part, or before such a one")]
    months: Annotated[list[MonthForecast], Field(max_length=HORIZON)]


class Method(NamedTuple):
    """A way to go on with a series, from how many months on it can, and how far back its naive value lies."""

    name: MethodName
    title: str
    least: int
    lag: int
    ahead: Callable[[Sequence[float], int], list[float]]


def seasonal_naive(series: Sequence[float], months: int) -> list[float]:
    """Give the value of a year ago times the growth of the latest months (a year at most) to the same a year before."""
    shared = min(_YEAR, len(series) - _YEAR)
    before = sum(series[len(series) - _YEAR - shared : len(series) - _YEAR])
    growth = sum(series[-shared:]) / before if before else 1.0
    return [series[len(series) - _YEAR + n % _YEAR] * growth for n in range(months)]


def drift(series: Sequence[float], months: int) -> list[float]:
    """Go on from the last value by the mean step of the series; never below nothing."""
    step = (series[-1] - series[0]) / (len(series) - 1)
    return [max(0.0, series[-1] + step * (n + 1)) for n in range(months)]


METHODS = (
    Method("seasonal_naive", "Тот же месяц год назад, умноженный на рост последних месяцев", 15, _YEAR, seasonal_naive),
    Method("drift", "Последний месяц и средний прирост за месяц", 6, 1, drift),
)
"""The first that can be tried at one month of the past and held against the three that followed is taken."""
_NONE = "Мало целых месяцев подряд: прогноз строится от девяти"


async def forecast(conn: Connection, selection: Selection, facts: Facts) -> Forecast:
    """Forecast the flights of a selection; its period does not matter."""
    reported: list[ReportedMonthRow] = []
    if facts.first is not None and facts.last is not None:
        reported = await queries.months_reported(conn, selection, facts.first, facts.last)
    history = whole_in_a_row(reported)
    series = [month.flights / month.days for month in history]
    method = next((each for each in METHODS if len(series) >= each.least + HORIZON), None)
    errors = [] if method is None else back_test(method, series)
    return Forecast(
        **dict(head(selection, facts)),
        method=None if method is None else method.name,
        method_title=_NONE if method is None else method.title,
        band_percent=BAND_PERCENT,
        back_test=None if method is None else judged(method, series, errors),
        history=[_reported(month) for month in history],
        left_out=[f"{month.month:%Y-%m}" for month in reported if month not in history],
        months=[] if method is None else _months(method, series, errors, history[-1].month),
    )


def whole_in_a_row(reported: Sequence[ReportedMonthRow]) -> list[ReportedMonthRow]:
    """Give the last whole month, and the whole ones right before it."""
    last = max((n for n, month in enumerate(reported) if month.whole), default=-1)
    first = max((n for n in range(last) if not reported[n].whole), default=-1) + 1
    return list(reported[first : last + 1])


class Miss(NamedTuple):
    """A forecast of the past: how many months ahead, what came, forecast less what came."""

    ahead: int
    actual: float
    error: float


def back_test(method: Method, series: Sequence[float]) -> list[Miss]:
    """Forecast at every month of the past what followed, with what was known then."""
    return [
        Miss(n + 1, actual, foretold - actual)
        for origin in range(method.least, len(series))
        for n, (foretold, actual) in enumerate(
            zip(method.ahead(series[:origin], HORIZON), series[origin : origin + HORIZON], strict=False)
        )
    ]


def judged(method: Method, series: Sequence[float], misses: Sequence[Miss]) -> BackTest:
    """Sum up what a back-test found."""
    flown = [abs(miss.error) / miss.actual for miss in misses if miss.actual]
    naive = fmean(abs(now - before) for before, now in zip(series, series[method.lag :], strict=False))
    return BackTest(
        origins=len(series) - method.least,
        forecasts=len(misses),
        mape_percent=round(100 * fmean(flown), 2) if flown else None,
        mase=round(fmean(abs(miss.error) for miss in misses) / naive, 2) if naive else None,
    )


def _months(method: Method, series: Sequence[float], misses: Sequence[Miss], last: date) -> list[MonthForecast]:
    # The farther month is never the surer one, whatever few errors say.
    spreads = accumulate((_spread(misses, ahead + 1) for ahead in range(HORIZON)), max)
    months = []
    for n, (mean, spread) in enumerate(zip(method.ahead(series, HORIZON), spreads, strict=True), 1):
        year, month = divmod(12 * last.year + last.month - 1 + n, 12)
        days = monthrange(year, month + 1)[1]
        low, flights, high = (round(days * max(0.0, mean + side * spread)) for side in (-_BAND, 0, _BAND))
        months.append(
            MonthForecast(
                month=f"{year}-{month + 1:02d}", flights=flights, low=low, high=high, mean_a_day=round(mean, 2)
            )
        )
    return months


def _spread(misses: Sequence[Miss], ahead: int) -> float:
    return sqrt(fmean(miss.error**2 for miss in misses if miss.ahead == ahead))


def _reported(month: ReportedMonthRow) -> MonthReported:
    return MonthReported(
        month=f"{month.month:%Y-%m}", flights=month.flights, mean_a_day=round(month.flights / month.days, 2)
    )
