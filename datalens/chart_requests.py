"""A chart of the description as the API wants it: the SDK's typed builders write the request, and it is kept unsent.

The same request is what is compared with what the installation holds, what creates a chart, and what replaces one.
"""

import json
from collections.abc import Mapping
from typing import Any

import datalens_sdk as sdk
import httpx
from datalens_sdk.domain.fields import DatasetField

from datalens import description
from datalens.model import DashboardChart, Dataset


class _Written(Exception):
    def __init__(self, request: httpx.Request) -> None:
        self.body: dict[str, Any] = json.loads(request.content)


def _keep(request: httpx.Request) -> httpx.Response:
    raise _Written(request)


_writer = sdk.DataLensClientYC(auth=sdk.NoAuthProvider(), transport=httpx.MockTransport(_keep))


def chart_request(chart: DashboardChart, workbook_id: str, ids: Mapping[str, str]) -> dict[str, Any]:
    """Write the body of ``createWizardChart``: ``name``, ``workbookId``, ``annotation`` and ``data``.

    ``ids`` give the installation's id of each dataset of the description.
    """
    try:
        _built(chart, description.dataset(chart.dataset), ids[chart.dataset], workbook_id).build()
    except _Written as written:
        return _with_stable_ids(chart, written.body)
    raise AssertionError(chart.id)


def _built(chart: DashboardChart, source: Dataset, dataset_id: str, workbook_id: str) -> Any:
    location = sdk.EntryLocation.workbook(workbook_id)
    dataset = sdk.Dataset(id=dataset_id, name=source.name, installation="yacloud")

    def field(guid: str) -> DatasetField:
        return _field(source, guid, dataset_id)

    def fields(place: str) -> list[DatasetField]:
        return [field(guid) for guid in chart.places.get(place, ())]

    make, colors = _writer.create.wizard_chart, [field(guid) for guid in chart.colors]
    builder: Any
    match chart.visualization:
        case "metric":
            builder = make.indicator(name=chart.title, location=location).dataset(dataset).y(fields("measures"))
        case "donut":
            builder = make.donut(name=chart.title, location=location).dataset(dataset)
            builder.color_by_dimension(fields("dimensions")[0]).y(fields("measures"))
        case "flatTable":
            builder = make.flat_table(name=chart.title, location=location).dataset(dataset)
            builder.columns(fields("flat-table-columns"))
        case "pivotTable":
            builder = make.pivot_table(name=chart.title, location=location).dataset(dataset)
            builder.columns(fields("pivot-table-columns")).rows(fields("rows")).measures(fields("measures"))
        case "geopolygon" | "geopoint":
            builder = make.geolayer(name=chart.title, location=location).dataset(dataset)
            _layer(builder, chart, fields, colors, [field(guid) for guid in chart.tooltips])
        case plain:
            factories: dict[str, Any] = {"column": make.column, "line": make.line, "bar": make.bar, "area": make.area}
            builder = (
                factories[plain](name=chart.title, location=location).dataset(dataset).x(fields("x")).y(fields("y"))
            )
    if colors and chart.visualization not in {"geopolygon", "geopoint"}:
        if colors[0].type == "MEASURE":
            builder.color_by_measure(colors[0], mode="2-point", palette=description.GRADIENT)
        else:
            builder.color_by_dimension(colors[0])
    for each in chart.filters:
        builder.add_filter(field(each.guid), operation=each.operation, values=list(each.values))
    for guid, direction in () if chart.visualization in {"geopolygon", "geopoint"} else chart.sort:
        builder.add_sort(field(guid), direction=direction.lower())
    for guid in chart.guids:
        if source.field_type(guid) == "MEASURE" and chart.visualization not in {"geopolygon", "geopoint"}:
            builder.measure_format(
                field(guid), format="number", precision=source.precision(guid), show_rank_delimiter=True
            )
    if chart.visualization != "metric":
        builder.chart_title(text=chart.title, mode="hide")
    return builder.description(chart.hint)


def _layer(
    builder: Any, chart: DashboardChart, fields: Any, colors: list[DatasetField], tooltips: list[DatasetField]
) -> None:
    shape = fields(chart.visualization)[0]
    if chart.visualization == "geopolygon":
        builder.add_layer(
            "geopolygon", polygon=shape, color=colors[0], color_mode="2-point", color_palette=description.GRADIENT,
            color_reversed=False, tooltips=tooltips, name=chart.title,
        )  # fmt: skip
    else:
        builder.add_layer("geopoint", geopoint=shape, size=fields("size")[0], tooltips=tooltips, name=chart.title)


def _field(source: Dataset, guid: str, dataset_id: str) -> DatasetField:
    return DatasetField(
        guid=guid,
        title=source.title(guid),
        name=source.title(guid),
        calc_mode="direct" if source.calculation(guid) is None else "formula",
        data_type=source.data_type(guid),
        type=source.field_type(guid),
        dataset_id=dataset_id,
    )


def _with_stable_ids(chart: DashboardChart, body: dict[str, Any]) -> dict[str, Any]:
    """Name a map's layer after its chart: the SDK draws a new name each time, and every push would change the map."""
    visualization = body["data"]["visualization"]
    for layer in visualization.get("layers", ()):
        layer["layerSettings"]["id"] = visualization["selectedLayerId"] = f"layer_{chart.id}"
    return body
