"""How good a month was: availability with its error budget, latency, errors and loads, read out of Prometheus.

The numbers are those of ``local/prometheus/alert.rules.yaml``, over a whole month instead of an hour; a test holds the
expression of availability equal to the rules'.
"""

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx

from shared.errors import InputError, OutageError

ON_HOSTS = "http://prometheus:9090"
"""Where Prometheus is for the other services of a host."""
AVAILABILITY = 0.995
"""The share of answers and of time that has to be good; the rest is the error budget."""
_API = 'area="api"'
_UNAVAILABLE = (
    f'clamp_max((sum(rate(nginx_http_response_count_total{{{_API},status=~"5.."}}[SPAN]))'
    f" / (sum(rate(nginx_http_response_count_total{{{_API}}}[SPAN])) > 0) or vector(0))"
    ' + (1 - avg(avg_over_time(probe_success{job="perimeter"}[SPAN])) or vector(0)), 1)'
)
_LATENCY = f"histogram_quantile(0.95, sum by (le) (rate(nginx_http_response_time_seconds_hist_bucket{{{_API}}}[SPAN])))"
_ERRORS = (
    f'(sum(rate(nginx_http_response_count_total{{{_API},status=~"5.."}}[SPAN]))'
    f" or 0 * sum(rate(nginx_http_response_count_total{{{_API}}}[SPAN])))"
    f" / sum(rate(nginx_http_response_count_total{{{_API}}}[SPAN]))"
)
_P95 = 'max(fly_potato_ingest_duration_seconds{quantile="0.95"})'
_IN_TIME = f"{_P95} <= bool on () max(fly_potato_ingest_sync_response_seconds)"
_WATCHED = "count_over_time(max(up)[SPAN:1m]) * 60"
_FIRED = 'sum by (alertname, severity) (count_over_time(ALERTS{alertstate="firing"}[SPAN:1m]))'


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the report: what, by which expression over ``SPAN``, in which unit, and the aim it is held against.

    ``least`` tells whether the aim is the least that will do; else it is the most.
    """

    title: str
    expression: str
    unit: str
    aim: float
    least: bool = False


FIGURES = (
    Figure("Доля ответов 5xx на /api", _ERRORS, "%", 0.01),
    Figure("P95 ответа /api", _LATENCY, "с", 0.5),
    Figure(
        "Время, когда P95 ответа /api в норме",
        "avg_over_time((fly_potato:api_latency_p95_seconds <= bool 0.5)[SPAN:1m])",
        "%",
        0.95,
        least=True,
    ),
    Figure(
        "Время, когда обрывается не больше 5% загрузок",
        "avg_over_time((max(fly_potato_ingest_timeout_ratio) <= bool 0.05)[SPAN:1m])",
        "%",
        0.95,
        least=True,
    ),
    Figure(
        "Время, когда P95 загрузки не больше T_sync_response",
        f"avg_over_time(({_IN_TIME})[SPAN:1m])",
        "%",
        0.95,
        least=True,
    ),
    Figure("Наибольшая заполненность хранилища", "max(max_over_time(fly_potato_media_usage_ratio[SPAN]))", "%", 0.8),
)


@dataclass(frozen=True, slots=True)
class Firing:
    """An alert that fired: its name, severity, and for how many minutes, all its series together."""

    alert: str
    severity: str
    minutes: int


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """A month as Prometheus saw it; ``start`` and ``end`` are UTC, shares lie between 0 and 1, None is unknown.

    ``watched`` is the share of the month for which Prometheus has anything, ``bad_days`` are the days (the first second
    of each) whose availability was below the aim.
    """

    start: datetime
    end: datetime
    watched: float
    availability: float | None
    figures: tuple[tuple[Figure, float | None], ...]
    bad_days: tuple[tuple[datetime, float], ...]
    firings: tuple[Firing, ...]

    @property
    def budget_used(self) -> float | None:
        """Give the share of the error budget that is gone; above 1 the aim is missed."""
        return None if self.availability is None else (1 - self.availability) / (1 - AVAILABILITY)


def month_of(text: str, now: datetime) -> tuple[datetime, datetime]:
    """Give the first instant of a month written ``2026-10`` and its end, or ``now`` (aware) while it lasts; UTC.

    Raises:
        InputError: ``MONTH_UNREADABLE``, ``MONTH_AHEAD``.
    """
    try:
        start = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        raise InputError("MONTH_UNREADABLE", "Месяц пишется так: 2026-10.") from None
    if start >= now:
        raise InputError("MONTH_AHEAD", f"Месяц {text} ещё не начался.")
    days = calendar.monthrange(start.year, start.month)[1]
    return start, min(start + timedelta(days=days), now.astimezone(UTC))


class Prometheus:
    """Asks a Prometheus by a client that knows its address."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def query(
        self, expression: str, at: datetime, span: timedelta = timedelta(0)
    ) -> list[tuple[dict[str, str], float]]:
        """Give the labels and the value of each series at an instant (aware), ``span`` for SPAN; NaN is left out.

        Raises:
            OutageError: ``PROMETHEUS_UNREACHABLE``.
        """
        query = expression.replace("SPAN", f"{int(span.total_seconds())}s")
        try:
            answer = self._client.post("/api/v1/query", data={"query": query, "time": str(at.timestamp())})
            answer.raise_for_status()
            series = answer.json()["data"]["result"]
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise OutageError("PROMETHEUS_UNREACHABLE", f"Prometheus не отвечает: {type(error).__name__}.") from error
        values = [(each["metric"], float(each["value"][1])) for each in series]
        return [(labels, value) for labels, value in values if value == value]

    def number(self, expression: str, at: datetime, span: timedelta = timedelta(0)) -> float | None:
        """Give the first value, or None where there is none. Raises OutageError as ``query``."""
        series = self.query(expression, at, span)
        return series[0][1] if series else None


def measure(address: str, start: datetime, end: datetime) -> ServiceLevel:
    """Ask the Prometheus at an address how the time from ``start`` to ``end`` (aware) was.

    Raises:
        OutageError: ``PROMETHEUS_UNREACHABLE``; ``PROMETHEUS_EMPTY`` where it has nothing of that time.
    """
    with httpx.Client(base_url=address, timeout=120) as client:
        prometheus, span = Prometheus(client), end - start
        watched = prometheus.number(_WATCHED, end, span)
        if watched is None:
            raise OutageError("PROMETHEUS_EMPTY", f"У Prometheus нет ничего за {start:%m.%Y}: срок хранения прошёл.")
        return ServiceLevel(
            start,
            end,
            min(1.0, watched / span.total_seconds()),
            _available(prometheus, end, span),
            tuple((figure, prometheus.number(figure.expression, end, span)) for figure in FIGURES),
            tuple(_bad_days(prometheus, start, end)),
            tuple(_firings(prometheus, end, span)),
        )


def _available(prometheus: Prometheus, end: datetime, span: timedelta) -> float | None:
    # The expression takes what is not measured for good, which holds for an answer that nobody asked for alone.
    seen = prometheus.query('count_over_time(max(probe_success{job="perimeter"})[SPAN:1m])', end, span)
    unavailable = prometheus.number(_UNAVAILABLE, end, span)
    return 1 - unavailable if seen and unavailable is not None else None


def _bad_days(prometheus: Prometheus, start: datetime, end: datetime) -> list[tuple[datetime, float]]:
    days, day = [], start
    while day < end:
        until = min(day + timedelta(days=1), end)
        available = _available(prometheus, until, until - day)
        if available is not None and available < AVAILABILITY:
            days.append((day, available))
        day = until
    return days


def _firings(prometheus: Prometheus, end: datetime, span: timedelta) -> list[Firing]:
    firings = [
        Firing(labels["alertname"], labels.get("severity", ""), round(value))
        for labels, value in prometheus.query(_FIRED, end, span)
    ]
    return sorted(firings, key=lambda firing: (-firing.minutes, firing.alert))


def markdown(level: ServiceLevel) -> str:
    """Write the month as a document in Russian (Markdown)."""
    budget = (level.end - level.start) * (1 - AVAILABILITY)
    lines = [
        f"# Уровень обслуживания: {level.start:%m.%Y}",
        "",
        f"С {level.start:%d.%m.%Y %H:%M} по {level.end:%d.%m.%Y %H:%M} (UTC). {_watched(level)}",
        "",
        "| Показатель | Цель | За месяц | Выполнено |",
        "|---|---|---|---|",
        _line("Доступность API", f"не меньше {_percent(AVAILABILITY)}", level.availability, _percent, _reached(level)),
        _line("Израсходовано запаса недоступности", "не больше 100%", level.budget_used, _percent, _reached(level)),
        *(_figure(figure, value) for figure, value in level.figures),
        "",
        f"Запас недоступности за это время — {_minutes(round(budget.total_seconds() / 60))}"
        + (f", осталось {_percent(max(0.0, 1 - level.budget_used))}." if level.budget_used is not None else "."),
        "",
        "## Дни с доступностью ниже цели",
        "",
        *([f"- {day:%d.%m.%Y}: {_percent(share)}" for day, share in level.bad_days] or ["Таких дней нет."]),
        "",
        "## Алерты",
        "",
    ]
    if not level.firings:
        return "\n".join([*lines, "Ни один алерт не срабатывал.", ""])
    lines += ["| Алерт | Важность | Действовал |", "|---|---|---|"]
    lines += [f"| `{each.alert}` | {each.severity} | {_minutes(each.minutes)} |" for each in level.firings]
    return "\n".join([*lines, "", "Что значит каждый и что делать — `docs/operations/alerts.ru.md`.", ""])


def _watched(level: ServiceLevel) -> str:
    rest = ": остальное неизвестно и в числа не вошло." if level.watched < 0.999 else "."
    return f"Prometheus видел {_percent(level.watched)} времени{rest}"


def _reached(level: ServiceLevel) -> bool | None:
    return None if level.availability is None else level.availability >= AVAILABILITY


def _figure(figure: Figure, value: float | None) -> str:
    write = _percent if figure.unit == "%" else _seconds
    aim = f"{'не меньше' if figure.least else 'не больше'} {write(figure.aim)}"
    reached = None if value is None else (value >= figure.aim if figure.least else value <= figure.aim)
    return _line(figure.title, aim, value, write, reached)


def _line(title: str, aim: str, value: float | None, write: Callable[[float], str], reached: bool | None) -> str:
    verdict = {True: "да", False: "нет", None: "—"}[reached]
    return f"| {title} | {aim} | {'нет данных' if value is None else write(value)} | {verdict} |"


def _percent(share: float) -> str:
    return f"{100 * share:.2f}".rstrip("0").rstrip(".").replace(".", ",") + "%"


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f}".replace(".", ",") + " с"


def _minutes(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} ч {rest} мин" if hours else f"{rest} мин"
