"""What the gateway's OpenAPI document says, as far as the emulator serves it.

``x-yc-apigateway-*`` extensions: integrations ``cloud_functions``, ``object_storage``, ``dummy``; any-method; CORS
rules; JWT authorizers (https://yandex.cloud/docs/api-gateway/concepts/extensions). Terraform's ``${placeholders}``
stay text.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from shared.errors import ConfigurationError

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
ANY_METHOD = "x-yc-apigateway-any-method"
Node = Mapping[str, Any]


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
