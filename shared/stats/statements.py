"""The SQL of the statistics, with the counters and the clock filled in."""

import re
from collections.abc import Mapping
from typing import Literal, get_args

from shared.db.sql import load_sql

Clock = Literal["moscow", "local", "utc"]
"""Whose midnight ends a day: Moscow's, that of the flight's own place, or UTC's."""

_STARTS: Mapping[Clock, str] = {"moscow": "start_moscow", "local": "start_local", "utc": "start"}
_REACH: Mapping[Clock, str] = {"moscow": "-1, 0", "local": "-1, 1", "utc": "0, 0"}
_MOMENT = "coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt)"
_FLIGHT_DAYS: Mapping[Clock, str] = {
    "moscow": f"coalesce(({_MOMENT} AT TIME ZONE 'Europe/Moscow')::date, f.day)",
    "local": f"coalesce(({_MOMENT} AT TIME ZONE coalesce(f.time_zone, r.time_zone, 'Europe/Moscow'))::date, f.day)",
    "utc": "f.day",
}
_FILES = load_sql("shared.stats")
_LINES = [line for line in _FILES["counters"].splitlines() if not line.startswith("--")]
COUNTERS: tuple[str, ...] = tuple(line.rstrip(",").rpartition(" AS ")[2] for line in _LINES)
"""What is counted of flights beside their number, a column of ``mart.flight_counts`` each (``counters.sql``)."""

_COVER = re.compile(r"\{cover (\$\d) (\$\d)\}")  # {cover $1 $2}
_PARTS = (
    "(SELECT ltrim(span, '-') AS span, start, CASE WHEN span LIKE '-%' THEN -1 ELSE 1 END AS sign"
    " FROM unnest({}::text[], {}::date[]) AS listed (span, start))"
)
_FLIGHTS_OF = re.compile(r"\{flights_of (\$\d)\}")  # {flights_of $4}
_DAYS_REPORTED = re.compile(r"\{days_reported (\$\d) (\$\d)\}")  # {days_reported $6 $7}
_NAMES_OF = re.compile(r"\{names of (\w+)\}")  # {names of c}

_ROLLUPS = {
    "sum_counts": "flight_counts",
    "sum_plans": "plan_counts",
    "sum_problems": "problem_counts",
    "sum_zones": "zone_counts",
}


def _without_remark(name: str) -> str:
    return _FILES[name].partition("\n")[2].strip()


_FILLED = {
    "{spans}": _without_remark("spans_of_changes"),
    "{months_of_parts}": _without_remark("months_of_parts"),
    "{days_of_parts}": _without_remark("days_of_parts"),
    "{of_states}": "(CASE WHEN 'planned' = ANY ($5::text[]) THEN c.flights - c.flown ELSE 0 END"
    " + CASE WHEN 'flown' = ANY ($5::text[]) THEN c.flown ELSE 0 END)",
    "{names}": ", ".join(COUNTERS),
    "{counters}": ", ".join(line.rstrip(",").rpartition(" AS ")[0] for line in _LINES),
    "{sums}": ", ".join(f"sum({name}) AS {name}" for name in COUNTERS),
    "{named_counters}": ", ".join(line.rstrip(",") for line in _LINES),
    "{signed}": ", ".join(f"sign * {name}" for name in COUNTERS),
    "{totals}": ",\n    ".join(
        f"coalesce(sum(p.sign * c.{name}) FILTER (WHERE c.state <> 'cancelled'), 0)::bigint AS {name}"
        for name in COUNTERS
    ),
}


def _summed() -> Mapping[str, str]:
    """Give what sums up roll-ups twice, for the parts of a span and for those of a change (``changed_…``)."""
    statements = {}
    for name, table in _ROLLUPS.items():
        parts = _FILES["parts_of_span"].replace("{table}", table)
        statements[name] = _FILES[name].replace("{parts}", parts)
        statements[f"changed_{name}"] = _FILES[name].replace("{parts}", _FILES["parts_of_change"])
    return statements


def with_counters(text: str) -> str:
    """Fill another room's statement: ``{named_counters}`` is what is counted, ``{names of c}`` its columns in c."""
    text = text.replace("{named_counters}", _FILLED["{named_counters}"])
    return _NAMES_OF.sub(lambda alias: ", ".join(f"{alias[1]}.{name}" for name in COUNTERS), text)


def _filled(text: str, clock: Clock) -> str:
    days_reported = _FILES["days_reported"]
    text = _DAYS_REPORTED.sub(lambda ends: days_reported.replace("$1", ends[1]).replace("$2", ends[2]), text)
    text = _COVER.sub(lambda lists: _PARTS.format(lists[1], lists[2]), text)
    text = _FLIGHTS_OF.sub(lambda state: f"CASE WHEN {state[1]}::text IS NULL THEN c.flights ELSE c.flown END", text)
    for mark, value in _FILLED.items():
        text = text.replace(mark, value)
    marks = {
        "{clock}": f"'{clock}'",
        "{start}": _STARTS[clock],
        "{flight_day}": _FLIGHT_DAYS[clock],
        "{reach}": _REACH[clock],
    }
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text


STATEMENTS: Mapping[Clock, Mapping[str, str]] = {
    clock: {name: _filled(text, clock) for name, text in {**_FILES, **_summed()}.items()} for clock in get_args(Clock)
}
"""Every statement by its name. ``{start}`` in one is the column that holds the first day by the clock,
``{flight_day}`` the day of a flight ``f`` with its region ``r``, ``{reach}`` the least and the most UTC days that
flights of a day by the clock lie from it, ``{days_reported $1 $2}`` the query of that name with
these parameters as its first and last day, ``{cover $1 $2}`` the parts of a period
(``shared.stats.selection.PeriodParts``) with the ``sign`` that they count with, ``{flights_of $4}`` the flights of a
row ``c``, or where the parameter names a state the flown ones."""
