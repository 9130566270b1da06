"""Terraform's plugin protocol 6 for the stand-in: names and types from ``schema.json``, the rest from ``account``.

Run by Terraform with an interpreter of its own (requirements/rehearsal.txt); STAND_URL says where the account answers.
"""

import json
import os
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import msgpack
import tf.provider
import tf.runner
from tf.gen import tfplugin_pb2 as pb
from tf.gen import tfplugin_pb2_grpc as rpc

SCHEMA = json.loads(Path(__file__).with_name("schema.json").read_text("utf-8"))
UNKNOWN = msgpack.ExtType(0, b"\0")
# Changes of a function that make no new version.
_VERSIONLESS = {"name", "description", "labels", "folder_id"}

Value = Any


def attribute(name: str, node: dict[str, Value]) -> Value:
    """Write an attribute as the protocol has it."""
    flags = {flag: True for flag in ("required", "optional", "computed") if node.get(flag)}
    if "nested" not in node:
        return pb.Schema.Attribute(name=name, type=json.dumps(node["type"]).encode(), **flags)
    inner = node["nested"]
    members = [attribute(key, child) for key, child in sorted(inner["attributes"].items())]
    nesting = pb.Schema.Object.NestingMode.Value(inner["mode"])
    return pb.Schema.Attribute(name=name, nested_type=pb.Schema.Object(nesting=nesting, attributes=members), **flags)


def block(node: dict[str, Value]) -> Value:
    """Write a block with its attributes and its inner blocks."""
    inner = []
    for name, child in sorted(node["blocks"].items()):
        counts = (
            {} if child["mode"] == "SINGLE" else {"min_items": child.get("min", 0), "max_items": child.get("max", 0)}
        )
        nesting = pb.Schema.NestedBlock.NestingMode.Value(child["mode"])
        inner.append(pb.Schema.NestedBlock(type_name=name, block=block(child), nesting=nesting, **counts))
    return pb.Schema.Block(
        attributes=[attribute(*each) for each in sorted(node["attributes"].items())], block_types=inner
    )


def inside(mode: str, value: Value) -> list[dict[str, Value]]:
    """List the objects of a nested value."""
    if value is None or isinstance(value, msgpack.ExtType):
        return []
    return [value] if mode == "SINGLE" else list(value.values()) if mode == "MAP" else value


def walk(node: dict[str, Value], value: dict[str, Value], change: Value) -> None:
    """Have ``change`` look at every attribute, at every depth."""
    for name, child in node["attributes"].items():
        change(name, child, value)
        if "nested" in child:
            for each in inside(child["nested"]["mode"], value.get(name)):
                walk({"attributes": child["nested"]["attributes"], "blocks": {}}, each, change)
    for name, child in node["blocks"].items():
        for each in inside(child["mode"], value.get(name)):
            walk(child, each, change)


def mark(name: str, node: dict[str, Value], value: dict[str, Value]) -> None:
    """What the cloud fills in, and nobody says, is unknown."""
    if value.get(name) is None and node.get("computed"):
        value[name] = UNKNOWN


def blank(name: str, node: dict[str, Value], value: dict[str, Value]) -> None:
    """What is still unknown after an apply is empty."""
    if isinstance(value.get(name), msgpack.ExtType):
        kind = node.get("type", "nested")
        plain = {"string": "", "number": 0, "bool": False}
        value[name] = plain.get(kind) if isinstance(kind, str) else {} if kind[0] == "map" else []


def decode(value: Value) -> Value:
    """Read a value of the protocol."""
    return msgpack.unpackb(value.msgpack, raw=False, strict_map_key=False)


def encode(value: Value) -> Value:
    """Write a value of the protocol."""
    return pb.DynamicValue(msgpack=msgpack.packb(value))


def ask(what: str, body: dict[str, Value]) -> dict[str, Value]:
    """Ask the account."""
    data = json.dumps(body, default=lambda value: None).encode()
    address = f"{os.environ['STAND_URL']}/terraform/{what}"
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=300) as answer:  # noqa: S310
        answered: dict[str, Value] = json.loads(answer.read())
    return answered


def diagnostics(answer: dict[str, Value]) -> list[Value]:
    """Write what the account refused or warned of."""
    kinds = {"error": pb.Diagnostic.ERROR, "warning": pb.Diagnostic.WARNING}
    return [pb.Diagnostic(severity=kinds[kind], summary=answer[kind]) for kind in kinds if answer.get(kind)]


class Provider(rpc.ProviderServicer):  # type: ignore[misc]
    """The calls that Terraform makes."""

    def GetMetadata(self, request: Value, context: Value) -> Value:
        return pb.GetMetadata.Response()

    def GetProviderSchema(self, request: Value, context: Value) -> Value:
        return pb.GetProviderSchema.Response(
            provider=pb.Schema(block=block(SCHEMA["provider"])),
            resource_schemas={name: pb.Schema(block=block(node)) for name, node in SCHEMA["resources"].items()},
            data_source_schemas={name: pb.Schema(block=block(node)) for name, node in SCHEMA["data"].items()},
            provider_meta=pb.Schema(block=pb.Schema.Block()),
        )

    def GetFunctions(self, request: Value, context: Value) -> Value:
        return pb.GetFunctions.Response()

    def ValidateProviderConfig(self, request: Value, context: Value) -> Value:
        return pb.ValidateProviderConfig.Response()

    def ValidateResourceConfig(self, request: Value, context: Value) -> Value:
        return pb.ValidateResourceConfig.Response()

    def ValidateDataResourceConfig(self, request: Value, context: Value) -> Value:
        return pb.ValidateDataResourceConfig.Response()

    def ConfigureProvider(self, request: Value, context: Value) -> Value:
        return pb.ConfigureProvider.Response()

    def UpgradeResourceState(self, request: Value, context: Value) -> Value:
        return pb.UpgradeResourceState.Response(upgraded_state=pb.DynamicValue(json=request.raw_state.json))

    def ReadResource(self, request: Value, context: Value) -> Value:
        state = decode(request.current_state)
        answer = ask("read", {"type": request.type_name, "state": state})
        return pb.ReadResource.Response(
            new_state=encode({**state, **answer["state"]} if answer["state"] is not None else None)
        )

    def PlanResourceChange(self, request: Value, context: Value) -> Value:
        planned, prior = decode(request.proposed_new_state), decode(request.prior_state)
        if planned is not None and prior is None:
            walk(SCHEMA["resources"][request.type_name], planned, mark)
        if planned is not None and prior is not None and request.type_name == "yandex_function":
            differs = any(planned[name] != prior[name] for name in planned if name not in _VERSIONLESS)
            planned["version"] = UNKNOWN if differs else prior["version"]
        return pb.PlanResourceChange.Response(planned_state=encode(planned))

    def ApplyResourceChange(self, request: Value, context: Value) -> Value:
        planned, prior = decode(request.planned_state), decode(request.prior_state)
        answer = ask("apply", {"type": request.type_name, "prior": prior, "planned": planned})
        if answer.get("error"):
            return pb.ApplyResourceChange.Response(new_state=request.prior_state, diagnostics=diagnostics(answer))
        if planned is not None:
            for name, value in answer["state"].items():
                if isinstance(planned.get(name), msgpack.ExtType):
                    planned[name] = value
            walk(SCHEMA["resources"][request.type_name], planned, blank)
        return pb.ApplyResourceChange.Response(new_state=encode(planned), diagnostics=diagnostics(answer))

    def ReadDataSource(self, request: Value, context: Value) -> Value:
        value = decode(request.config)
        answer = ask("data", {"type": request.type_name, "config": value})
        value |= answer["state"] or {}
        return pb.ReadDataSource.Response(state=encode(value), diagnostics=diagnostics(answer))

    def StopProvider(self, request: Value, context: Value) -> Value:
        return pb.StopProvider.Response()


class ProviderName:
    """The only thing that the runner asks of a provider object."""

    def full_name(self) -> str:
        """Give the provider's address."""
        return "yandex-cloud/yandex"


if __name__ == "__main__":
    # The runner brings handshake, TLS and shutdown, and builds its servicer by this name.
    tf.provider.ProviderServicer = lambda _provider: Provider()
    tf.runner.run_provider(ProviderName())
