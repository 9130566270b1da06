"""What the gateway's OpenAPI document says, as far as the emulator serves it, and which operation a path has.

``x-yc-apigateway-*`` extensions: integrations ``cloud_functions``, ``object_storage``, ``dummy``; any-method; CORS
rules; JWT authorizers (https://yandex.cloud/docs/api-gateway/concepts/extensions). Terraform's ``${placeholders}``
stay text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from shared.errors import ConfigurationError

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
ANY_METHOD = "x-yc-apigateway-any-method"
Node = Mapping[str, Any]
_SEGMENT = re.compile(r"^\{([^{}+]+)(\+?)\}$")


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path; ``security`` lists alternatives, each a map of scheme to scopes."""

    template: str
    method: str
    operation_id: str
    parameters: tuple[tuple[str, str], ...]
    integration: Node
    security: tuple[Mapping[str, Sequence[str]], ...]
    cors: Node | None


@dataclass(frozen=True, slots=True)
class Spec:
    """All operations, and the security schemes by name."""

    operations: tuple[Operation, ...]
    schemes: Mapping[str, Node]
    ignore_trailing_slashes: bool


def load(path: Path, values: Mapping[str, str] | None = None) -> Spec:
    """Read a document, with ``values`` in place of placeholders of their names.

    Raises ``ConfigurationError`` SPEC_UNREADABLE or SPEC_INCOMPLETE.
    """
    try:
        text = path.read_text(encoding="utf-8")
        for name, value in (values or {}).items():
            text = text.replace("${" + name + "}", value)
        document = yaml.safe_load(text)
    except (OSError, yaml.YAMLError) as error:
        raise ConfigurationError(
            "SPEC_UNREADABLE", f"Не читается описание шлюза {path}: {type(error).__name__}."
        ) from error
    if not isinstance(document, dict) or "paths" not in document:
        raise ConfigurationError("SPEC_INCOMPLETE", f"В описании шлюза {path} нет раздела paths.")
    return _Reader(document).spec()


class _Reader:
    def __init__(self, document: Node) -> None:
        self._document = document
        self._top: Node = document.get("x-yc-apigateway", {})

    def spec(self) -> Spec:
        schemes = self._document.get("components", {}).get("securitySchemes", {})
        operations = tuple(
            operation
            for template, item in self._document["paths"].items()
            for operation in self._operations(template, self._resolve(item))
        )
        return Spec(operations, {name: self._resolve(scheme) for name, scheme in schemes.items()}, self._slashes())

    def _slashes(self) -> bool:
        return bool(self._top.get("ignoreTrailingSlashes", True))

    def _operations(self, template: str, item: Node) -> Iterator[Operation]:
        for method in (*METHODS, ANY_METHOD):
            if method not in item:
                continue
            node = self._resolve(item[method])
            integration = node.get("x-yc-apigateway-integration")
            if integration is None:
                raise ConfigurationError("SPEC_INCOMPLETE", f"В описании шлюза у {method} {template} нет интеграции.")
            cors = node.get("x-yc-apigateway-cors", item.get("x-yc-apigateway-cors", self._top.get("cors")))
            yield Operation(
                template=template,
                method="*" if method == ANY_METHOD else method.upper(),
                operation_id=node.get("operationId", ""),
                parameters=self._parameters(item, node),
                integration=self._resolve(integration),
                security=tuple(node.get("security", self._document.get("security", ()))),
                cors=None if cors is None else self._resolve(cors),
            )

    def _parameters(self, item: Node, node: Node) -> tuple[tuple[str, str], ...]:
        declared = [
            self._resolve(parameter) for parameter in (*item.get("parameters", ()), *node.get("parameters", ()))
        ]
        return tuple(dict.fromkeys((parameter["in"], parameter["name"]) for parameter in declared))

    def _resolve(self, node: Node) -> Node:
        if "$ref" not in node:
            return node
        target: Any = self._document
        for part in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        return self._resolve(target)


@dataclass(frozen=True, slots=True)
class Match:
    """The operations of the matched template by method, and what its parameters caught."""

    template: str
    operations: Mapping[str, Operation]
    path_parameters: Mapping[str, str]

    def operation(self, method: str) -> Operation | None:
        """Give the operation for a method, the any-method one where the method has none of its own."""
        return self.operations.get(method) or self.operations.get("*")


class Router:
    """All templates of a spec, most specific first."""

    def __init__(self, spec: Spec) -> None:
        self._slashes = spec.ignore_trailing_slashes
        grouped: dict[str, dict[str, Operation]] = {}
        for operation in spec.operations:
            grouped.setdefault(operation.template, {})[operation.method] = operation
        self._templates = [
            (re.compile(_pattern(template)), template, grouped[template]) for template in sorted(grouped, key=_weight)
        ]

    def match(self, path: str) -> Match | None:
        """Find the template of a decoded path."""
        if self._slashes and len(path) > 1:
            path = path.rstrip("/") or "/"
        for pattern, template, operations in self._templates:
            match = pattern.fullmatch(path)
            if match:
                names = [name for name, _ in _parameters(template)]
                return Match(template, operations, dict(zip(names, match.groups(), strict=True)))
        return None


def _parameters(template: str) -> list[tuple[str, str]]:
    return [(match.group(1), match.group(2)) for part in template.split("/") if (match := _SEGMENT.match(part))]


def _pattern(template: str) -> str:
    parts = []
    for part in template.split("/"):
        match = _SEGMENT.match(part)
        if match is None:
            parts.append(re.escape(part))
        else:
            parts.append("(.+)" if match.group(2) else "([^/]+)")
    return "/".join(parts)


def _weight(template: str) -> list[tuple[int, str]]:
    def weight(part: str) -> tuple[int, str]:
        match = _SEGMENT.match(part)
        return (0 if match is None else 2 if match.group(2) else 1, part)

    return [weight(part) for part in template.split("/")]
