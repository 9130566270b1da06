"""The gateway's description as something that answers can be held against."""

import gzip
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

DESCRIPTION = Path(__file__).resolve().parents[2] / "spec" / "openapi.yaml"
METHODS = ("get", "post", "put", "delete", "patch", "head", "options")


class Contract:
    """A parsed OpenAPI 3.0 document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        resource = Resource(contents=document, specification=DRAFT4)
        self._registry = Registry().with_resource("urn:contract", resource)

    def operations(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Give every operation that a function serves, by method and path template."""
        return {key: operation for key, operation in self._all().items() if self._kind(operation) == "cloud_functions"}

    def files(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Give every operation that serves a file of the page, by method and path template."""
        return {key: operation for key, operation in self._all().items() if self._kind(operation) == "object_storage"}

    def _all(self) -> dict[tuple[str, str], dict[str, Any]]:
        return {
            (method.upper(), path): item[method]
            for path, item in self.document["paths"].items()
            for method in METHODS
            if method in item
        }

    def _kind(self, operation: dict[str, Any]) -> Any:
        return self.resolve(operation["x-yc-apigateway-integration"])["type"]

    def check(self, method: str, path: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Fail if an answer is not one that the description allows; routes it does not know must be problems."""
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        found = self.operation(method, path)
        kind = headers.get("content-type", "").split(";")[0]
        if found is None:
            assert status in {404, 405}, f"{method} {path} answered {status} and is not described"
            self.validate({"$ref": "urn:contract#/components/schemas/Problem"}, json.loads(body))
            return
        operation = found[1]
        assert str(status) in operation["responses"], f"{method} {path}: {status} is not described"
        response = self.resolve(operation["responses"][str(status)])
        content = response.get("content", {})
        if not content:
            assert body == b""
            return
        assert kind in content, f"{method} {path} {status}: {kind} is not described"
        if kind.endswith("json"):
            self.validate(content[kind]["schema"], json.loads(body))

    def validate(self, schema: dict[str, Any], value: Any) -> None:
        """Fail if a value does not fit a schema of the document."""
        absolute = json.loads(json.dumps(schema).replace('"#/', '"urn:contract#/'))
        OAS30Validator(absolute, registry=self._registry, format_checker=oas30_format_checker).validate(value)

    def resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        """Follow a reference inside the document."""
        if "$ref" not in node:
            return node
        found: Any = self.document
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return self.resolve(found)

    def operation(self, method: str, path: str) -> tuple[tuple[str, str], dict[str, Any]] | None:
        """Find the operation that a request goes to, with its method and path template."""
        for (declared, template), operation in self.operations().items():
            pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
            if declared == method and re.fullmatch(pattern, path):
                return (declared, template), operation
        return None


@cache
def description() -> Contract:
    """Read the description of the API, once a process: the parser in C takes a sixth of the usual one's time."""
    return Contract(yaml.load(DESCRIPTION.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
