"""The gateway's description, ``spec/openapi.yaml``, made of the routes and of ``spec/gateway.yaml``.

Routes, parameters and shapes come from the code (FastAPI and pydantic); what they cannot know (the gateway's settings,
integrations, the page's files, problem answers) from the overlay. The gateway takes OpenAPI 3.0, pydantic writes JSON
Schema of 2020, so schemas are rewritten; every success gets an example made of its schema.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from shared.api import embeds, health, statistics, uploads
from shared.api.probes import SCHEMA_REVISION
from shared.auth.access import Demand
from shared.metrics import FAMILIES, PREFIX, Family
from shared.settings import VERSION

Json = dict[str, Any]

SPEC = Path(__file__).resolve().parents[1] / "spec"
OPENAPI = SPEC / "openapi.yaml"
OVERLAY = SPEC / "gateway.yaml"
VERSIONS = SPEC / "contracts" / "VERSION.json"
METRICS = SPEC / "contracts" / "metrics.yaml"

_FAMILIES = "# Made of shared/metrics.py by make spec.\n"

FUNCTIONS: Mapping[str, tuple[APIRouter, ...]] = {
    "upload": uploads.ROUTERS,
    "embed_token": (embeds.router,),
    "stats": statistics.ROUTERS,
    "health": (health.router,),
}
"""The routers of each function behind the gateway."""

_NOTICE = "# Made by `make spec` of the routes and of gateway.yaml. Change those, not this file.\n"
_PROBLEMS = {
    "400": "Refused",
    "401": "Unauthenticated",
    "403": "Forbidden",
    "404": "Missing",
    "409": "Conflicting",
    "413": "TooLarge",
    "415": "Unsupported",
    "422": "Invalid",
    "500": "Fault",
}
_EXAMPLES = {
    "date": "2025-01-31",
    "date-time": "2025-01-31T09:00:00Z",
    "uuid": "01990000-0000-7000-8000-000000000001",
    "uri": "https://example.org/",
}


def write() -> None:
    """Write ``spec/openapi.yaml``, and in ``spec/contracts`` the code's numbers and the families of metrics."""
    for path, text in _files():
        path.write_text(text, encoding="utf-8")


def stale() -> list[str]:
    """Name the files that are not what the code says, relative to the project."""
    return [str(path.relative_to(SPEC.parent)) for path, text in _files() if path.read_text(encoding="utf-8") != text]


def _files() -> tuple[tuple[Path, str], ...]:
    return (OPENAPI, description()), (VERSIONS, _versions()), (METRICS, _metrics())


def _versions() -> str:
    """Give the file with the code's numbers; date and summary stay as a person wrote them."""
    written = json.loads(VERSIONS.read_text(encoding="utf-8"))
    return json.dumps(written | {"version": VERSION, "schema": SCHEMA_REVISION}, ensure_ascii=False, indent=2) + "\n"


def _metrics() -> str:
    """Give the contract of metrics: service levels as a person wrote them, below them the families of the code."""
    by_hand = METRICS.read_text(encoding="utf-8").partition(_FAMILIES)[0]
    return by_hand + _FAMILIES + _dump({"metrics": [_family(family) for family in FAMILIES]})


def _family(family: Family) -> Json:
    described: Json = {"name": PREFIX + family.name, "help": family.help, "labels": list(family.labels)}
    if family.values:
        described["values"] = {family.labels[0]: list(family.values)}
    unit = family.name.rpartition("_")[2]
    return described | ({"unit": unit} if unit in {"seconds", "bytes", "ratio"} else {})


def description() -> str:
    """Put the description together."""
    text = OVERLAY.read_text(encoding="utf-8")
    # The first comment is the overlay's own. Terraform's directives stand in comments, so this part is taken as text.
    head = re.sub(r"\A(#.*\n)+", _NOTICE, text[: text.index("\npaths:\n") + 1])
    overlay = yaml.safe_load(text)
    paths, schemas = _described()
    components = overlay["components"]
    components["schemas"] |= schemas
    body = {"paths": {**paths, **overlay["paths"]}, "components": components}
    return head + _dump(body)


def _described() -> tuple[Json, Json]:
    app = FastAPI()
    routes: dict[str, tuple[str, APIRoute]] = {}
    for function, routers in FUNCTIONS.items():
        for router in routers:
            app.include_router(router)
            routes |= {
                f"{method} {route.path}": (function, route)
                for route in router.routes
                if isinstance(route, APIRoute)
                for method in route.methods or ()
            }
    document = get_openapi(title="", version=VERSION, routes=app.routes)
    schemas = {
        name: _rewritten(schema)
        for name, schema in document["components"]["schemas"].items()
        if name not in {"HTTPValidationError", "ValidationError"}
    }
    paths: Json = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            function, route = routes[f"{method.upper()} {path}"]
            paths.setdefault(path, {})[method] = _operation(operation, function, route, schemas)
    return _inlined(paths, schemas), _inlined(schemas, schemas)


def _operation(operation: Json, function: str, route: APIRoute, schemas: Json) -> Json:
    summary, _, more = (route.description or "").partition("\n\n")
    role = next((d.call.role for d in route.dependant.dependencies if isinstance(d.call, Demand)), None)
    described: Json = {"operationId": operation["operationId"], "summary": " ".join(summary.split()).rstrip(".")}
    if more:
        described["description"] = " ".join(more.split())
    described["tags"] = operation["tags"]
    described["security"] = [{"people": []}] if role else []
    if role:
        described["x-role"] = str(role)
    if parameters := [_parameter(parameter) for parameter in operation.get("parameters", ())]:
        described["parameters"] = parameters
    if "requestBody" in operation:
        described["requestBody"] = {**operation["requestBody"], "content": _contents(operation["requestBody"], schemas)}
    described["responses"] = _responses(operation["responses"], described, schemas)
    described["x-yc-apigateway-integration"] = {"$ref": f"#/components/x-yc-apigateway-integrations/{function}"}
    return described


def _parameter(parameter: Json) -> Json:
    # A parameter that may be left out is never null.
    alternatives = [
        alternative for alternative in parameter["schema"].get("anyOf", ()) if alternative != {"type": "null"}
    ]
    schema = _rewritten({**parameter["schema"], "anyOf": alternatives} if alternatives else parameter["schema"])
    described = {name: value for name, value in parameter.items() if name not in {"schema", "required"}}
    if parameter.get("required"):
        described["required"] = True
    described["description"] = schema.pop("description", None) or parameter.get("description")
    example = schema.pop("example", None)
    described |= {"schema": schema} | ({"example": example} if example is not None else {})
    return {name: value for name, value in described.items() if value is not None}


def _responses(responses: Json, described: Json, schemas: Json) -> Json:
    # A query parameter that a route does not have is refused by each.
    codes = {*responses, "422", "500", "503"}
    if described["security"]:
        codes |= {"401", "403"}
    by_code: Json = {}
    for code in sorted(codes):
        if code in _PROBLEMS:
            by_code[code] = {"$ref": f"#/components/responses/{_PROBLEMS[code]}"}
        elif code == "304":
            by_code[code] = {"$ref": "#/components/responses/NotModified"}
        elif code == "503" and code not in responses:
            by_code[code] = {"$ref": "#/components/responses/Unavailable"}
        else:
            by_code[code] = _response(responses[code], described["summary"], schemas)
            if "304" in responses and code == "200":
                by_code[code]["headers"] = {"ETag": {"$ref": "#/components/headers/ETag"}}
    return by_code


def _response(response: Json, summary: str, schemas: Json) -> Json:
    usual = response["description"] in {"Successful Response", "Additional Response"}
    described: Json = {"description": summary if usual else response["description"]}
    if "headers" in response:
        described["headers"] = response["headers"]
    if content := _contents(response, schemas):
        described["content"] = content
    return described


def _contents(holder: Json, schemas: Json) -> Json:
    contents = {}
    for media_type, media in holder.get("content", {}).items():
        schema = _rewritten(media["schema"])
        problem = media_type == "application/problem+json"
        example = {} if problem else {"example": media.get("example", _example(schema, schemas))}
        contents[media_type] = {"schema": schema, **example}
    return contents


def _rewritten(schema: Any) -> Any:
    """Rewrite a schema of JSON Schema 2020 as one of OpenAPI 3.0; ``null`` becomes ``nullable``."""
    if isinstance(schema, list):
        return [_rewritten(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {name: value for name, value in schema.items() if name != "title" or not isinstance(value, str)}
    alternatives = schema.pop("anyOf", ())
    choices = [each for each in alternatives if each != {"type": "null"}]
    rewritten: Json = {"nullable": True} if len(choices) < len(alternatives) else {}
    if len(choices) == 1:
        rewritten |= _rewritten(choices[0])
    elif choices:
        rewritten["anyOf"] = _rewritten(choices)
    for name, value in schema.items():
        if name == "examples":
            rewritten["example"] = value[0]
        elif name == "const":
            rewritten["enum"] = [value]
        elif name in {"exclusiveMinimum", "exclusiveMaximum"}:
            rewritten |= {name: True, name.removeprefix("exclusive").lower(): value}
        elif name in {"properties", "$defs"}:
            rewritten[name] = {key: _rewritten(each) for key, each in value.items()}
        elif name != "default" or value is not None:
            rewritten[name] = _rewritten(value) if isinstance(value, (dict, list)) and name != "enum" else value
    if rewritten.get("nullable") and "enum" in rewritten:
        rewritten["enum"] = [*rewritten["enum"], None]
    if "properties" in rewritten:
        rewritten.setdefault("additionalProperties", False)
    if "description" in rewritten:
        rewritten["description"] = " ".join(rewritten["description"].split())
    return rewritten


def _inlined(node: Any, schemas: Json) -> Any:
    """Put a shape in the place of its reference where null may stand there too: 3.0 ignores what stands beside one."""
    if isinstance(node, list):
        return [_inlined(each, schemas) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node and len(node) > 1:
        shape = schemas[node["$ref"].rpartition("/")[2]]
        node = {**shape, **{name: value for name, value in node.items() if name != "$ref"}}
    return {name: _inlined(value, schemas) for name, value in node.items()}


def _example(schema: Json, schemas: Json) -> Any:
    """Make the least value that fits a schema and tells what belongs there."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if "example" in schema:
        return schema["example"]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return _example(schema["anyOf"][0], schemas)
    kind = schema.get("type")
    if kind == "object":
        return {
            name: _example(property_schema, schemas) for name, property_schema in schema.get("properties", {}).items()
        }
    if kind == "array":
        return [_example(schema["items"], schemas)] * max(1, schema.get("minItems", 1))
    if kind in {"integer", "number"}:
        return max(1, schema.get("minimum", 1))
    if kind == "boolean":
        return True
    return _EXAMPLES.get(schema.get("format", ""), "text")


class _Dumper(yaml.SafeDumper):
    """Block style without anchors, which the gateway's parser may not know."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    # What Terraform puts in the place of a placeholder may look like a number.
    style = '"' if "${" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def _dump(body: Json) -> str:
    dumped = yaml.dump(body, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120, default_flow_style=None)
    return re.sub(r"(?m)^(components:)", r"\n\1", dumped)
