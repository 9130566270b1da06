"""The workbook file as its format is documented, as a JSON schema of our own: every required key, and no unknown one.

Written from the sources of datalens-meta-manager, datalens-backend and datalens-ui, not from what our generator makes.
"""

from typing import Any

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number"}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
FIELD_TYPE: Schema = {"enum": ["DIMENSION", "MEASURE"]}
CALC_MODE: Schema = {"enum": ["direct", "formula", "parameter"]}
DATA_TYPE: Schema = {
    "enum": [
        "string", "integer", "float", "date", "datetime", "genericdatetime", "boolean", "geopoint", "geopolygon",
        "uuid", "markup", "array_str", "array_int", "array_float", "tree_str",
    ]
}  # fmt: skip


def closed(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """Describe an object with these keys and no others."""
    properties = required | (optional or {})
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


def items(schema: Schema, least: int = 0) -> Schema:
    """Describe a list."""
    return {"type": "array", "items": schema, "minItems": least}


def named(schema: Schema) -> Schema:
    """Describe entries by id."""
    return {"type": "object", "additionalProperties": schema, "minProperties": 1}


CONNECTION = closed(
    {
        "db_type": {"const": "postgres"}, "name": TEXT, "host": TEXT,
        "port": {"type": "integer", "minimum": 1, "maximum": 65535}, "username": TEXT, "password": TEXT,
    },
    {
        "db_name": TEXT, "cache_ttl_sec": {"type": ["integer", "null"]},
        "cache_invalidation_throttling_interval_sec": {"type": ["integer", "null"]},
        "raw_sql_level": {"enum": ["off", "subselect", "template", "dashsql"]}, "ssl_enable": {"enum": ["on", "off"]},
        "ssl_ca": MAYBE_TEXT, "enforce_collate": {"enum": ["auto", "on", "off"]},
        "data_export_forbidden": {"enum": ["on", "off"]}, "description": TEXT,
    },
)  # fmt: skip

_RAW_COLUMN = closed(
    {
        "name": TEXT, "title": TEXT, "user_type": DATA_TYPE, "nullable": FLAG, "description": TEXT,
        "has_auto_aggregation": FLAG, "lock_aggregation": FLAG,
        "native_type": closed(
            {"name": TEXT, "nullable": FLAG, "native_type_class_name": {"const": "common_native_type"}}
        ),
    }
)  # fmt: skip
_SOURCE = closed(
    {
        "id": TEXT, "title": TEXT, "connection_id": TEXT, "source_type": {"enum": ["PG_TABLE", "PG_SUBSELECT"]},
        "managed_by": {"const": "user"}, "valid": FLAG,
        "parameters": closed(
            {"schema_name": TEXT, "table_name": TEXT}, {"db_name": MAYBE_TEXT, "db_version": MAYBE_TEXT}
        ),
        "raw_schema": items(_RAW_COLUMN, 1),
    },
    {"index_info_set": {"type": ["array", "null"]}},
)  # fmt: skip
_AVATAR = closed(
    {"id": TEXT, "source_id": TEXT, "title": TEXT, "is_root": FLAG, "managed_by": {"const": "user"}}, {"valid": FLAG}
)
_SIDE = closed({"calc_mode": {"const": "direct"}, "source": TEXT})
_RELATION = closed(
    {
        "id": TEXT, "left_avatar_id": TEXT, "right_avatar_id": TEXT,
        "join_type": {"enum": ["inner", "left", "right", "full"]}, "managed_by": {"const": "user"}, "required": FLAG,
        "conditions": items(
            closed({"type": {"const": "binary"}, "operator": {"const": "eq"}, "left": _SIDE, "right": _SIDE}), 1
        ),
    }
)  # fmt: skip
_DATASET_FIELD = closed(
    {
        "title": TEXT, "guid": TEXT, "calc_mode": CALC_MODE, "source": TEXT, "avatar_id": MAYBE_TEXT,
        "cast": DATA_TYPE, "data_type": DATA_TYPE, "initial_data_type": DATA_TYPE, "type": FIELD_TYPE,
        "aggregation": {"enum": ["none", "sum", "avg", "min", "max", "count", "countunique"]}, "hidden": FLAG,
        "valid": FLAG, "managed_by": {"const": "user"}, "formula": TEXT, "guid_formula": TEXT,
        "default_value": {"type": "null"}, "value_constraint": {"type": "null"},
    },
    {
        "description": TEXT, "has_auto_aggregation": FLAG, "lock_aggregation": FLAG, "aggregation_locked": FLAG,
        "autoaggregated": FLAG, "virtual": FLAG,
    },
)  # fmt: skip
DATASET = closed(
    {
        "name": TEXT, "description": TEXT, "revision_id": {"type": "null"}, "load_preview_by_default": FLAG,
        "preview_enabled": FLAG, "template_enabled": FLAG, "data_export_forbidden": FLAG,
        "sources": items(_SOURCE, 1), "source_avatars": items(_AVATAR, 1), "avatar_relations": items(_RELATION),
        "result_schema": items(_DATASET_FIELD, 1),
        "result_schema_aux": closed({"inter_dependencies": closed({"deps": items({})})}),
        "obligatory_filters": items({}), "rls2": {"type": "object", "maxProperties": 0},
        "component_errors": closed({"items": items({})}),
    }
)  # fmt: skip

_FORMATTING = closed(
    {"format": {"enum": ["number", "percent"]}, "precision": {"type": "integer", "minimum": 0, "maximum": 9}},
    {
        "showRankDelimiter": FLAG, "prefix": TEXT, "postfix": TEXT,
        "unit": {"enum": ["auto", "k", "m", "b", "t", None]}, "labelMode": {"enum": ["absolute", "percent"]},
    },
)  # fmt: skip
_CHART_FIELD_KEYS = {
    "guid": TEXT, "title": TEXT, "datasetId": TEXT, "type": FIELD_TYPE, "data_type": DATA_TYPE, "calc_mode": CALC_MODE,
}  # fmt: skip
_CHART_FIELD_OPTIONS = {"cast": DATA_TYPE, "source": TEXT, "formatting": _FORMATTING}
_CHART_FIELD = closed(_CHART_FIELD_KEYS, _CHART_FIELD_OPTIONS)
_SORT = closed(_CHART_FIELD_KEYS | {"direction": {"enum": ["ASC", "DESC"]}}, _CHART_FIELD_OPTIONS)
_OPERATION = closed(
    {"code": {"enum": ["IN", "NIN", "EQ", "NE", "GT", "LT", "GTE", "LTE", "BETWEEN", "ISNULL", "ISNOTNULL"]}}
)
_CHART_FILTER = closed(
    {
        "guid": TEXT, "datasetId": TEXT, "title": TEXT, "type": FIELD_TYPE, "calc_mode": CALC_MODE,
        "filter": closed({"operation": _OPERATION, "value": items(TEXT)}),
    },
    {"data_type": DATA_TYPE},
)  # fmt: skip
_PLACEHOLDERS = {
    "metric": ["measures"], "column": ["x", "y"], "area": ["x", "y"], "line": ["x", "y", "y2"], "bar": ["y", "x"],
    "donut": ["dimensions", "measures"], "flatTable": ["flat-table-columns"],
    "pivotTable": ["pivot-table-columns", "rows", "measures"],
    "geopolygon": ["geopolygon"], "geopoint": ["geopoint", "size"],
}  # fmt: skip


def _placeholder(place: str) -> Schema:
    settings = closed(
        {}, {"axisModeMap": {"type": "object", "additionalProperties": {"enum": ["continuous", "discrete"]}}}
    )
    return closed({"id": {"const": place}, "items": items(_CHART_FIELD)}, {"settings": settings})


def _places(kind: str) -> Schema:
    places = _PLACEHOLDERS[kind]
    return {"type": "array", "prefixItems": [_placeholder(place) for place in places], "items": False,
            "minItems": len(places)}  # fmt: skip


_GRADIENTS = {"2-point": ["blue", "orange-yellow", "yellow"],
              "3-point": ["orange-gray-blue", "pink-gray-green", "red-orange-green"]}  # fmt: skip
_COLORS = {
    "anyOf": [
        {"properties": {"gradientMode": {"const": mode}, "gradientPalette": {"enum": palettes}}}
        for mode, palettes in _GRADIENTS.items()
    ],
    "type": "object", "additionalProperties": False,
    "properties": {"gradientMode": TEXT, "gradientPalette": TEXT,
                   "polygonBorders": {"enum": ["show", "hide"]}, "reversed": FLAG, "thresholdsMode": TEXT},
}  # fmt: skip
_POINTS = {"type": "object", "additionalProperties": False,
           "properties": dict.fromkeys(["radius", "minRadius", "maxRadius"], NUMBER)}  # fmt: skip


def _layer(kind: str) -> Schema:
    return closed(
        {
            "id": {"const": kind}, "placeholders": _places(kind),
            "layerSettings": closed(
                {"id": TEXT, "name": TEXT, "type": {"const": kind}, "alpha": NUMBER, "valid": FLAG}
            ),
            "commonPlaceholders": closed(
                {"colors": items(_CHART_FIELD), "labels": items(_CHART_FIELD), "tooltips": items(_CHART_FIELD),
                 "filters": items(_CHART_FILTER), "sort": items(_SORT)},
                {"colorsConfig": _COLORS, "geopointsConfig": _POINTS, "segments": items(_CHART_FIELD)},
            ),
        }
    )  # fmt: skip


_VISUALIZATION = {
    "anyOf": [
        closed({"id": {"const": kind}, "placeholders": _places(kind)}) for kind in _PLACEHOLDERS if "geo" not in kind
    ]
    + [
        closed(
            {"id": {"const": "geolayer"}, "placeholders": {"type": "array", "maxItems": 0}, "selectedLayerId": TEXT,
             "layers": items({"oneOf": [_layer("geopolygon"), _layer("geopoint")]}, 1)}
        )
    ]
}  # fmt: skip
_SHARED = closed(
    {
        "version": {"const": "15"}, "type": {"const": "datalens"}, "datasetsIds": items(TEXT, 1),
        "datasetsPartialFields": items(items(closed({"guid": TEXT, "title": TEXT, "calc_mode": CALC_MODE})), 1),
        "visualization": _VISUALIZATION, "colors": items(_CHART_FIELD), "colorsConfig": _COLORS,
        "extraSettings": {"type": "object"}, "filters": items(_CHART_FILTER), "geopointsConfig": _POINTS,
        "hierarchies": items({}), "labels": items(_CHART_FIELD), "links": items({}), "sort": items(_SORT),
        "tooltips": items(_CHART_FIELD), "shapes": items({}), "shapesConfig": {"type": "object"},
        "segments": items({}), "updates": items({}),
    }
)  # fmt: skip
_ANNOTATION = {"oneOf": [{"type": "null"}, closed({"description": TEXT})]}
WIDGET = closed(
    {
        "name": TEXT,
        "type": {
            "enum": ["graph_wizard_node", "d3_wizard_node", "table_wizard_node", "metric_wizard_node",
                     "markup_wizard_node", "ymap_wizard_node", "timeseries_wizard_node"]
        },
        "annotation": _ANNOTATION, "data": closed({"shared": _SHARED}),
    }
)  # fmt: skip

_CONTROL = closed(
    {
        "id": TEXT, "title": TEXT, "namespace": {"const": "default"}, "sourceType": {"const": "dataset"},
        "defaults": {"type": "object", "additionalProperties": TEXT},
        "source": closed(
            {"datasetId": TEXT, "datasetFieldId": TEXT, "datasetFieldType": FIELD_TYPE, "fieldType": DATA_TYPE,
             "elementType": {"enum": ["select", "date", "input", "checkbox"]}, "showTitle": FLAG},
            {"multiselectable": FLAG, "isRange": FLAG},
        ),
    },
    {"placementMode": {"enum": ["auto", "%", "px"]}, "width": TEXT},
)  # fmt: skip
_GROUP = closed(
    {
        "id": TEXT, "type": {"const": "group_control"}, "namespace": {"const": "default"},
        "data": closed(
            {"autoHeight": FLAG, "buttonApply": FLAG, "buttonReset": FLAG, "showGroupName": FLAG,
             "updateControlsOnChange": FLAG, "group": items(_CONTROL, 1)}
        ),
    }
)  # fmt: skip
_CHART_TAB = closed(
    {"id": TEXT, "title": TEXT, "chartId": TEXT, "isDefault": FLAG, "params": {"type": "object"}, "autoHeight": FLAG},
    {"description": TEXT},
)
_WIDGET_ITEM = closed(
    {
        "id": TEXT, "type": {"const": "widget"}, "namespace": {"const": "default"},
        "data": closed({"hideTitle": FLAG, "tabs": items(_CHART_TAB, 1)}),
    }
)  # fmt: skip
_CELL = {"type": "integer", "minimum": 0}
_TAB = closed(
    {
        "id": TEXT, "title": TEXT, "items": items({"oneOf": [_GROUP, _WIDGET_ITEM]}, 1),
        "layout": items(closed({"i": TEXT, "x": _CELL, "y": _CELL, "w": _CELL, "h": _CELL}), 1),
        "connections": items(closed({"from": TEXT, "to": TEXT, "kind": {"const": "ignore"}})),
        "aliases": closed({"default": items(items(TEXT, 2))}),
    }
)  # fmt: skip
DASHBOARD = closed(
    {
        "name": TEXT, "annotation": _ANNOTATION,
        "data": closed(
            {
                "counter": {"type": "integer"}, "salt": TEXT, "schemeVersion": {"const": 8}, "tabs": items(_TAB, 1),
                "settings": closed(
                    {"autoupdateInterval": {"type": ["integer", "null"]},
                     "maxConcurrentRequests": {"type": ["integer", "null"]}, "silentLoading": FLAG,
                     "dependentSelectors": FLAG, "hideTabs": FLAG, "hideDashTitle": FLAG, "expandTOC": FLAG,
                     "globalParams": {"type": "object", "additionalProperties": TEXT}}
                ),
            }
        ),
    }
)  # fmt: skip
WORKBOOK = closed(
    {
        "export": closed(
            {
                "version": {"const": "v1"},
                "entries": closed(
                    {
                        "connection": named(closed({"connection": CONNECTION})),
                        "dataset": named(closed({"dataset": DATASET})),
                        "widget": named(closed({"widget": WIDGET})),
                        "dash": named(closed({"dash": DASHBOARD})),
                    }
                ),
            }
        ),
        "hash": TEXT,
    }
)  # fmt: skip
