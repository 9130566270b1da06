"""The terms in which the dashboards are described: datasets, charts, selectors, layouts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from datalens.catalogue import Relation, relations

Aggregation = Literal["sum", "max"]
FieldType = Literal["DIMENSION", "MEASURE"]
Visualization = Literal[
    "metric", "column", "line", "bar", "area", "donut", "flatTable", "pivotTable", "geopolygon", "geopoint"
]

TYPES: Mapping[str, str] = {
    "date": "date",
    "text": "string",
    "integer": "integer",
    "smallint": "integer",
    "bigint": "integer",
    "numeric": "float",
    "double precision": "float",
    "real": "float",
    "boolean": "boolean",
    "timestamp with time zone": "genericdatetime",
}
"""DataLens' types by PostgreSQL's."""


@dataclass(frozen=True, slots=True)
class Calculated:
    """A field that DataLens computes: ``formula`` in its language, guids in brackets; ``sql`` means the same."""

    guid: str
    title: str
    formula: str
    sql: str
    precision: int = 1
    type: FieldType = "MEASURE"
    data_type: str = "float"


@dataclass(frozen=True, slots=True)
class Join:
    """A second view beside the first, by one column of the same name in both."""

    relation: str
    on: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """A dataset over a view of ``mart``: every column is a field whose guid is the column's name.

    ``measures`` are aggregated so; ``casts`` give a field another type than its column's; ``titles`` replace the first
    words of a column's comment.
    """

    id: str
    name: str
    relation: str
    measures: Mapping[str, Aggregation]
    calculated: tuple[Calculated, ...] = ()
    join: Join | None = None
    casts: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def sources(self) -> tuple[Relation, ...]:
        """Give the views, the root first."""
        names = (self.relation,) if self.join is None else (self.relation, self.join.relation)
        return tuple(relations()[name] for name in names)

    def guids(self) -> list[str]:
        """Name all fields, in the order of their columns."""
        columns = dict.fromkeys(column.name for source in self.sources for column in source.columns)
        return [*columns, *(each.guid for each in self.calculated)]

    def source_of(self, guid: str) -> Relation:
        """Give the view that a field's column is taken from; raises KeyError for what is no column."""
        for source in self.sources:
            if any(column.name == guid for column in source.columns):
                return source
        raise KeyError(f"{self.id}.{guid}")

    def calculation(self, guid: str) -> Calculated | None:
        """Give how a field is computed, or None where it is a column."""
        return next((each for each in self.calculated if each.guid == guid), None)

    def title(self, guid: str) -> str:
        """Give a field's title: its own, or its column's comment up to the first mark."""
        calculation = self.calculation(guid)
        if calculation is not None:
            return calculation.title
        if guid in self.titles:
            return self.titles[guid]
        comment = self.source_of(guid).column(guid).comment
        return comment.split(":")[0].split(";")[0].split(",")[0].strip() or guid

    def data_type(self, guid: str) -> str:
        """Give a field's type in DataLens."""
        calculation = self.calculation(guid)
        if calculation is not None:
            return calculation.data_type
        return self.casts.get(guid) or TYPES[self.source_of(guid).column(guid).type]

    def field_type(self, guid: str) -> FieldType:
        """Tell dimensions from measures."""
        calculation = self.calculation(guid)
        if calculation is not None:
            return calculation.type
        return "MEASURE" if guid in self.measures else "DIMENSION"

    def precision(self, guid: str) -> int:
        """Give the digits after the point that a measure is shown with."""
        calculation = self.calculation(guid)
        if calculation is not None:
            return calculation.precision
        return 0 if self.data_type(guid) == "integer" else 1


@dataclass(frozen=True, slots=True)
class Filter:
    """Rows that a chart shows: with one of the values, with none of them, or with any value at all."""

    guid: str
    operation: Literal["IN", "NIN", "ISNOTNULL"]
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DashboardChart:
    """One chart: what stands in which place of its visualization, and a hint for people.

    ``places`` are the placeholders of the workbook's format: ``x``, ``y``, ``measures``, ``flat-table-columns`` …
    """

    id: str
    title: str
    hint: str
    dataset: str
    visualization: Visualization
    places: Mapping[str, tuple[str, ...]]
    colors: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    tooltips: tuple[str, ...] = ()
    sort: tuple[tuple[str, Literal["ASC", "DESC"]], ...] = ()
    filters: tuple[Filter, ...] = ()

    @property
    def guids(self) -> tuple[str, ...]:
        """Name every field that the chart asks for, each once, in the order of its places."""
        placed = [guid for guids in self.places.values() for guid in guids]
        return tuple(dict.fromkeys([*placed, *self.colors, *self.labels, *self.tooltips]))


@dataclass(frozen=True, slots=True)
class Selector:
    """A control above the charts: a field of a dataset, chosen from a list or as a period."""

    id: str
    title: str
    dataset: str
    guid: str
    kind: Literal["select", "period"]


@dataclass(frozen=True, slots=True)
class Placed:
    """A chart's place on a dashboard of 36 columns."""

    chart: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class DashboardLayout:
    """A dashboard: selectors above rows of charts; ``key`` is what the product calls it."""

    key: str
    title: str
    about: str
    selectors: tuple[Selector, ...]
    rows: tuple[tuple[Placed, ...], ...]
    aliases: tuple[tuple[str, str], ...] = ()
    """Fields that a selector of one of them filters together."""
