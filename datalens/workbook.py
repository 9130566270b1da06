"""The workbook file that DataLens imports ("Импорт воркбука"), made of the description.

The format is that of ``datalens-tech/datalens-meta-manager`` (export version ``v1``), its charts those of
``datalens-ui`` (wizard, version 15), its datasets those of ``datalens-backend``. At import DataLens gives every entry a
new id; the ids here are only how entries of one file name each other.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from datalens import description
from datalens.catalogue import Relation
from datalens.model import Calculated, DashboardChart, DashboardLayout, Dataset, Filter, Selector

CONNECTION_ID = "conn_flights"
_COLUMNS_IN_ALL = 36
_SELECTOR_HEIGHT = 2
_WIDGETS: Mapping[str, str] = {
    "metric": "metric_wizard_node",
    "flatTable": "table_wizard_node",
    "pivotTable": "table_wizard_node",
    "geopolygon": "ymap_wizard_node",
    "geopoint": "ymap_wizard_node",
}
_MAPS = ("geopolygon", "geopoint")
_GRADIENT = {
    "gradientMode": "2-point",
    "gradientPalette": description.GRADIENT,
    "polygonBorders": "show",
    "reversed": False,
    "thresholdsMode": "auto",
}


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where DataLens finds the database; the password is typed in after the import."""

    host: str = "c-ИДЕНТИФИКАТОР.rw.mdb.yandexcloud.net"
    """Managed PostgreSQL's name of the writing host; the cluster's id is filled in."""
    port: int = 6432
    database: str = "float_mode"
    user: str = "fp_datalens"
    tls: bool = True
    schema: str = "mart"
    """``narrowed`` for a role that sees some regions alone."""


def workbook(address: DatabaseAddress | None = None) -> dict[str, Any]:
    """Make the whole file."""
    database = address or DatabaseAddress()
    entries = {
        "connection": {CONNECTION_ID: {"connection": connection(database)}},
        "dataset": {each.id: {"dataset": dataset(each, database.schema)} for each in description.DATASETS},
        "widget": {each.id: {"widget": widget(each)} for each in description.CHARTS},
        "dash": {f"da_{each.key}": {"dash": dashboard(each)} for each in description.DASHBOARDS},
    }
    # The hash is a signature with a secret of the installation that exported a file; a foreign one is only logged.
    return {"export": {"version": "v1", "entries": entries}, "hash": "0"}


def text(address: DatabaseAddress | None = None) -> str:
    """Write the file."""
    return json.dumps(workbook(address), ensure_ascii=False, indent=1) + "\n"


def connection(address: DatabaseAddress) -> dict[str, Any]:
    """Make the connection, without its password."""
    return {
        "db_type": "postgres",
        "name": description.CONNECTION,
        "host": address.host,
        "port": address.port,
        "db_name": address.database,
        "username": address.user,
        "password": "******",
        "ssl_enable": "on" if address.tls else "off",
        "raw_sql_level": "off",
        "cache_ttl_sec": 300,
        "cache_invalidation_throttling_interval_sec": None,
        "enforce_collate": "auto",
        "data_export_forbidden": "off",
        "description": "Витрины Fly Potato, только чтение",
    }


def dataset(source: Dataset, schema: str = "mart") -> dict[str, Any]:
    """Make a dataset: its views as sources, one field a column, and what is computed of them."""
    root, *others = source.sources
    return {
        "name": source.name,
        "description": root.comment,
        "revision_id": None,
        "load_preview_by_default": True,
        "preview_enabled": True,
        "template_enabled": False,
        "data_export_forbidden": False,
        "sources": [_source(source, relation, schema) for relation in source.sources],
        "source_avatars": [
            {
                "id": _avatar(source, relation),
                "source_id": _source_id(source, relation),
                "title": f"{schema}.{relation.name}",
                "is_root": relation is root,
                "managed_by": "user",
                "valid": True,
            }
            for relation in source.sources
        ],
        "avatar_relations": [_relation(source, root, other) for other in others],
        "result_schema": [_field(source, guid) for guid in source.guids()],
        "result_schema_aux": {"inter_dependencies": {"deps": []}},
        "obligatory_filters": [],
        "rls2": {},
        "component_errors": {"items": []},
    }


def _source_id(source: Dataset, relation: Relation) -> str:
    return f"src_{source.id}_{relation.name}"


def _avatar(source: Dataset, relation: Relation) -> str:
    return f"av_{source.id}_{relation.name}"


def _source(source: Dataset, relation: Relation, schema: str) -> dict[str, Any]:
    from_column = {"nullable": True, "has_auto_aggregation": False, "lock_aggregation": False}
    return {
        "id": _source_id(source, relation),
        "title": f"{schema}.{relation.name}",
        "connection_id": CONNECTION_ID,
        "source_type": "PG_TABLE",
        "managed_by": "user",
        "valid": True,
        "index_info_set": None,
        "parameters": {"schema_name": schema, "table_name": relation.name, "db_name": None, "db_version": None},
        "raw_schema": [
            {
                "name": column.name,
                "title": column.name,
                "user_type": Dataset("", "", relation.name, {}).data_type(column.name),
                "native_type": {
                    "name": column.type,
                    "nullable": True,
                    "native_type_class_name": "common_native_type",
                },
                "description": column.comment,
                **from_column,
            }
            for column in relation.columns
        ],
    }


def _relation(source: Dataset, root: Relation, other: Relation) -> dict[str, Any]:
    if source.join is None:
        raise ValueError(source.id)
    side = {"calc_mode": "direct", "source": source.join.on}
    return {
        "id": f"rel_{source.id}_{other.name}",
        "left_avatar_id": _avatar(source, root),
        "right_avatar_id": _avatar(source, other),
        "join_type": "inner",
        "conditions": [{"type": "binary", "operator": "eq", "left": side, "right": dict(side)}],
        "managed_by": "user",
        "required": False,
    }


def _field(source: Dataset, guid: str) -> dict[str, Any]:
    calculation = source.calculation(guid)
    common = {
        "title": source.title(guid),
        "guid": guid,
        "cast": source.data_type(guid),
        "data_type": source.data_type(guid),
        "type": source.field_type(guid),
        "hidden": False,
        "valid": True,
        "managed_by": "user",
        "has_auto_aggregation": False,
        "lock_aggregation": False,
        "virtual": False,
        "default_value": None,
        "value_constraint": None,
    }
    if calculation is not None:
        aggregated = calculation.type == "MEASURE"
        return common | {
            "calc_mode": "formula",
            "source": "",
            "avatar_id": None,
            "initial_data_type": calculation.data_type,
            "aggregation": "none",
            "description": "",
            "formula": _by_title(source, calculation),
            "guid_formula": calculation.formula,
            "aggregation_locked": aggregated,
            "autoaggregated": aggregated,
        }
    relation = source.source_of(guid)
    column = relation.column(guid)
    return common | {
        "calc_mode": "direct",
        "source": guid,
        "avatar_id": _avatar(source, relation),
        "initial_data_type": Dataset("", "", relation.name, {}).data_type(guid),
        "aggregation": source.measures.get(guid, "none"),
        "description": column.comment,
        "formula": "",
        "guid_formula": "",
        "aggregation_locked": False,
        "autoaggregated": False,
    }


def _by_title(source: Dataset, calculation: Calculated) -> str:
    formula = calculation.formula
    for guid in source.guids():
        formula = formula.replace(f"[{guid}]", f"[{source.title(guid)}]")
    return formula


def widget(chart: DashboardChart) -> dict[str, Any]:
    """Make a chart of the wizard."""
    source = description.dataset(chart.dataset)
    colors = [_item(source, guid) for guid in chart.colors]
    gradient = _GRADIENT if any(source.field_type(guid) == "MEASURE" for guid in chart.colors) else {}
    tooltips = [_item(source, guid) for guid in chart.tooltips]
    filters = [_filter(source, each) for each in chart.filters]
    sort = [{**_item(source, guid), "direction": direction} for guid, direction in chart.sort if guid in source.guids()]
    on_a_map = chart.visualization in _MAPS
    shared = {
        "version": "15",
        "type": "datalens",
        "datasetsIds": [source.id],
        "datasetsPartialFields": [
            [
                {"guid": guid, "title": source.title(guid), "calc_mode": _calc_mode(source, guid)}
                for guid in source.guids()
            ]
        ],
        "visualization": _layers(chart, source, colors, gradient, tooltips)
        if on_a_map
        else {"id": chart.visualization, "placeholders": _placeholders(chart, source)},
        "colors": [] if on_a_map else colors,
        "colorsConfig": {} if on_a_map else gradient,
        "extraSettings": {"title": chart.title, "titleMode": "hide"},
        "filters": filters,
        "geopointsConfig": {},
        "hierarchies": [],
        "labels": [_item(source, guid) for guid in chart.labels],
        "links": [],
        "sort": [] if on_a_map else sort,
        "tooltips": [] if on_a_map else tooltips,
        "shapes": [],
        "shapesConfig": {},
        "segments": [],
        "updates": [],
    }
    return {
        "name": chart.title,
        "type": _WIDGETS.get(chart.visualization, "graph_wizard_node"),
        "annotation": {"description": chart.hint},
        "data": {"shared": shared},
    }


def _calc_mode(source: Dataset, guid: str) -> str:
    return "direct" if source.calculation(guid) is None else "formula"


def _item(source: Dataset, guid: str) -> dict[str, Any]:
    calculation = source.calculation(guid)
    item: dict[str, Any] = {
        "guid": guid,
        "title": source.title(guid),
        "datasetId": source.id,
        "type": source.field_type(guid),
        "data_type": source.data_type(guid),
        "cast": source.data_type(guid),
        "calc_mode": _calc_mode(source, guid),
        "source": "" if calculation is not None else guid,
    }
    if source.field_type(guid) == "MEASURE":
        item["formatting"] = {
            "format": "number",
            "showRankDelimiter": True,
            "prefix": "",
            "postfix": "",
            "unit": None,
            "labelMode": "absolute",
            "precision": source.precision(guid),
        }
    return item


def _placeholders(chart: DashboardChart, source: Dataset) -> list[dict[str, Any]]:
    placeholders = []
    for place, guids in chart.places.items():
        settings: dict[str, Any] = {}
        if place == "x" and guids and source.data_type(guids[0]) == "date":
            settings = {"axisModeMap": {guids[0]: "continuous"}}
        elif place == "x" and guids and source.field_type(guids[0]) == "DIMENSION":
            settings = {"axisModeMap": {guids[0]: "discrete"}}
        placeholders.append({"id": place, "items": [_item(source, guid) for guid in guids], "settings": settings})
    return placeholders


def _layers(
    chart: DashboardChart,
    source: Dataset,
    colors: list[dict[str, Any]],
    gradient: dict[str, Any],
    tooltips: list[dict[str, Any]],
) -> dict[str, Any]:
    identity = f"layer_{chart.id}"
    layer = {
        "id": chart.visualization,
        "layerSettings": {
            "id": identity,
            "name": chart.title,
            "type": chart.visualization,
            "alpha": 80,
            "valid": True,
        },
        "placeholders": _placeholders(chart, source),
        "commonPlaceholders": {
            "colors": colors,
            "colorsConfig": gradient,
            "labels": [],
            "tooltips": tooltips,
            "filters": [],
            "sort": [],
            "segments": [],
            "geopointsConfig": {"radius": 4, "minRadius": 2, "maxRadius": 10}
            if chart.visualization == "geopoint"
            else {},
        },
    }
    return {"id": "geolayer", "placeholders": [], "layers": [layer], "selectedLayerId": identity}


def _filter(source: Dataset, condition: Filter) -> dict[str, Any]:
    return {
        "guid": condition.guid,
        "datasetId": source.id,
        "title": source.title(condition.guid),
        "type": source.field_type(condition.guid),
        "data_type": source.data_type(condition.guid),
        "calc_mode": _calc_mode(source, condition.guid),
        "filter": {"operation": {"code": condition.operation}, "value": list(condition.values)},
    }


def dashboard(layout: DashboardLayout) -> dict[str, Any]:
    """Make a dashboard of one tab; ``region`` is declared among its parameters, or embedding could not narrow it."""
    tab = f"tab_{layout.key}"
    group = {
        "id": f"group_{layout.key}",
        "type": "group_control",
        "namespace": "default",
        "data": {
            "autoHeight": False,
            "buttonApply": False,
            "buttonReset": True,
            "showGroupName": False,
            "updateControlsOnChange": True,
            "group": [_selector(layout, each) for each in layout.selectors],
        },
    }
    items, places = [group], [{"i": group["id"], "x": 0, "y": 0, "w": _COLUMNS_IN_ALL, "h": _SELECTOR_HEIGHT}]
    y = _SELECTOR_HEIGHT
    for row in layout.rows:
        x = 0
        for placed in row:
            identity = f"item_{layout.key}_{placed.chart}"
            items.append(_chart_item(identity, description.chart(placed.chart)))
            places.append({"i": identity, "x": x, "y": y, "w": placed.width, "h": placed.height})
            x += placed.width
        y += max(placed.height for placed in row)
    return {
        "name": layout.title,
        "annotation": {"description": layout.about},
        "data": {
            "counter": len(items) + len(layout.selectors) + 1,
            "salt": f"0.{layout.key.encode().hex()}",
            "schemeVersion": 8,
            "settings": {
                "autoupdateInterval": None,
                "maxConcurrentRequests": None,
                "silentLoading": False,
                "dependentSelectors": True,
                "hideTabs": True,
                "hideDashTitle": False,
                "expandTOC": False,
                "globalParams": {description.REGION: ""},
            },
            "tabs": [
                {
                    "id": tab,
                    "title": layout.title,
                    "items": items,
                    "layout": places,
                    "connections": [],
                    "aliases": {"default": [list(pair) for pair in layout.aliases]},
                }
            ],
        },
    }


def _chart_item(identity: str, chart: DashboardChart) -> dict[str, Any]:
    tab = {
        "id": f"{identity}_tab",
        "title": chart.title,
        "chartId": chart.id,
        "isDefault": True,
        "params": {},
        "autoHeight": False,
        "description": chart.hint,
    }
    return {"id": identity, "type": "widget", "namespace": "default", "data": {"hideTitle": False, "tabs": [tab]}}


def _selector(layout: DashboardLayout, selector: Selector) -> dict[str, Any]:
    source = description.dataset(selector.dataset)
    control: dict[str, Any] = {
        "datasetId": source.id,
        "datasetFieldId": selector.guid,
        "datasetFieldType": source.field_type(selector.guid),
        "fieldType": source.data_type(selector.guid),
        "showTitle": True,
    }
    if selector.kind == "period":
        control |= {"elementType": "date", "isRange": True}
    else:
        control |= {"elementType": "select", "multiselectable": True}
    return {
        "id": f"{selector.id}_{layout.key}",
        "title": selector.title,
        "namespace": "default",
        "sourceType": "dataset",
        "source": control,
        "defaults": {selector.guid: ""},
        "placementMode": "auto",
        "width": "",
    }
