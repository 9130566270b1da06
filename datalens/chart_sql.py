"""What a chart asks of the database, as SQL of our own: to prove its numbers without DataLens.

DataLens writes other text with the same meaning: dimensions are grouped by, measures aggregated, filters in ``WHERE``.
"""

from datetime import date

from datalens.description import dataset
from datalens.model import DashboardChart, Dataset, Filter


def chart_query(
    chart: DashboardChart,
    period: tuple[date, date] | None = None,
    regions: tuple[str, ...] = (),
    schema: str = "mart",
) -> str:
    """Write the query of a chart, narrowed as its dashboard's selectors and parameters would.

    ``period`` are two days, both included. Values come from the description and from callers of ours, never from
    users: they stand in the text.
    """
    source = dataset(chart.dataset)
    columns, groups = [], []
    for guid in chart.guids:
        columns.append(f"{_expression(source, guid)} AS {_quoted(guid)}")
        if source.field_type(guid) == "DIMENSION":
            groups.append(str(len(columns)))
    lines = [f"SELECT {', '.join(columns)}", f"FROM {_from(source, schema)}"]
    conditions = [*_filters(source, chart), *_narrowing(source, period, regions)]
    if conditions:
        lines.append("WHERE " + " AND ".join(conditions))
    if groups:
        lines.append("GROUP BY " + ", ".join(groups))
    if chart.sort:
        lines.append("ORDER BY " + ", ".join(f"{_quoted(guid)} {direction}" for guid, direction in chart.sort))
    return "\n".join(lines)


def _expression(source: Dataset, guid: str) -> str:
    calculation = source.calculation(guid)
    if calculation is not None:
        return calculation.sql
    column = f"{source.source_of(guid).name}.{_quoted(guid)}"
    return column if guid not in source.measures else f"{source.measures[guid]}({column})"


def _from(source: Dataset, schema: str) -> str:
    text = f"{schema}.{source.relation}"
    if source.join is not None:
        other, on = source.join.relation, _quoted(source.join.on)
        text += f" JOIN {schema}.{other} ON {source.relation}.{on} = {other}.{on}"
    return text


def _filters(source: Dataset, chart: DashboardChart) -> list[str]:
    return [f"{source.source_of(each.guid).name}.{_quoted(each.guid)} {_operation(each)}" for each in chart.filters]


def _operation(condition: Filter) -> str:
    if condition.operation == "ISNOTNULL":
        return "IS NOT NULL"
    word = {"IN": "IN", "NIN": "NOT IN"}[condition.operation]
    return f"{word} ({', '.join(map(_literal, condition.values))})"


def _narrowing(source: Dataset, period: tuple[date, date] | None, regions: tuple[str, ...]) -> list[str]:
    conditions = []
    if period is not None:
        column = "day" if any(each.name == "day" for each in source.sources[0].columns) else "month"
        first, last = (_literal(day.isoformat()) for day in period)
        conditions.append(f"{source.relation}.{column} BETWEEN {first} AND {last}")
    if regions:
        conditions.append(f"{source.relation}.region IN ({', '.join(map(_literal, regions))})")
    return conditions


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
