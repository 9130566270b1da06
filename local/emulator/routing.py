"""Which operation a path belongs to: literal segments before ``{name}``, ``{name}`` before the greedy ``{name+}``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from local.emulator.gateway_spec import Operation, Spec

_SEGMENT = re.compile(r"^\{([^{}+]+)(\+?)\}$")


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
