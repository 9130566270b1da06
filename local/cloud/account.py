"""What there is in the stand-in's folder, and what it refuses; sources are the documentation's pages named beside."""

import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import yaml

Node = dict[str, Any]

# ru/_includes/functions-limits.md: what a new account is allowed; a zone each.
QUOTAS = {"functions": 10, "zone_instances_limit": 10, "zone_requests_limit": 10, "tags": 10}
# Kinds whose names are one folder's.
_NAMED = ("function", "service_account", "secret", "key", "network", "gateway")


class CloudRefusal(Exception):
    """The cloud says no; the text is what Terraform shows."""


class Services(Protocol):
    """What the account moves outside itself: buckets, the database, the processes of functions, the gateway."""

    def make_bucket(self, resource: Node) -> None:
        """Make a bucket, or give it its rules."""

    def remove_bucket(self, name: str, *, force: bool) -> None:
        """Remove a bucket; raises Refused where it holds something, unless by force."""

    def has_object(self, bucket: str, key: str, sha256: str) -> bool:
        """Tell whether an object lies there with this content."""

    def give_key(self, access: str, secret: str, account: str) -> None:
        """Let an account's key open the buckets."""

    def make_role(self, name: str, password: str) -> None:
        """Make a role of the database, or give it a password."""

    def make_database(self, name: str, owner: str) -> None:
        """Make the database with PostGIS."""

    def remove_database(self, name: str) -> None:
        """Remove the database."""

    def serve(self, spec: str) -> None:
        """Have the gateway serve a description."""


@dataclass
class Account:
    """Resources by type and id, versions of functions and secrets; ``fail_version_of`` breaks one function's next."""

    services: Services
    path: Path
    resources: dict[str, dict[str, Node]] = field(default_factory=dict)
    versions: dict[str, list[Node]] = field(default_factory=dict)
    payloads: dict[str, list[tuple[str, dict[str, str]]]] = field(default_factory=dict)
    fail_version_of: str | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)

    def all(self, kind: str) -> list[Node]:
        """List the resources of a type."""
        return list(self.resources.get(kind, {}).values())

    def read(self, kind: str, state: Node) -> Node | None:
        """Give what is there of a resource, None where it is gone."""
        resource = self.resources.get(kind, {}).get(str(_id(kind, state)))
        if resource is None:
            return None
        return {"tags": resource["tags"], "version": resource["version"]} if kind == "yandex_function" else {}

    def data(self, kind: str, config: Node) -> Node:
        """Find something by name; raises Refused."""
        resource = next((each for each in self.all(kind) if each.get("name") == config["name"]), None)
        if resource is None:
            raise CloudRefusal(f"{kind} {config['name']} not found")
        data: Node = {"id": resource["id"], "name": resource["name"]}
        if kind == "yandex_lockbox_secret":
            # lockbox/v1: a secret has a current version once one was made, and none before.
            data["current_version"] = [{"id": name} for name, _ in self.payloads.get(resource["id"], [])[-1:]]
        return data

    def apply(self, kind: str, prior: Node | None, planned: Node | None) -> tuple[Node, str | None]:
        """Make, change or remove a resource; gives what the cloud fills in, and a warning. Raises Refused."""
        with self.lock:
            warning = None
            if planned is None:
                self._remove(kind, prior or {})
                filled: Node = {}
            else:
                if prior is None:
                    self._refuse_duplicate(kind, planned)
                # Bindings have no id of their own.
                filled = {"id": (prior or {}).get("id") or _new_id(kind, planned)} if "id" in planned else {}
                if prior is not None:
                    self.resources.get(kind, {}).pop(str(_id(kind, prior)), None)
                node = {**{name: value for name, value in planned.items() if value is not None}, **filled}
                special: Callable[[Node, Node | None], tuple[Node, str | None]] | None = getattr(self, kind, None)
                if special is not None:
                    more, warning = special(node, prior)
                    filled |= more
                self.resources.setdefault(kind, {})[str(_id(kind, {**node, **filled}))] = {**node, **filled}
            self._keep()
            return filled, warning

    def yandex_lockbox_secret_version(self, node: Node, prior: Node | None) -> tuple[Node, str | None]:
        """A version without entries is filled by the secret's own specification."""
        secret = self.resources["yandex_lockbox_secret"][node["secret_id"]]
        version = {
            each["password_key"]: secrets.token_hex(20) for each in secret.get("password_payload_specification", [])
        }
        return {"id": self._add_payload(node["secret_id"], version)}, None

    def yandex_iam_service_account_static_access_key(self, node: Node, prior: Node | None) -> tuple[Node, str | None]:
        """A key goes into its secret, as a version of it."""
        access, secret = f"YCA{secrets.token_hex(10)}", secrets.token_hex(20)
        (out,) = node["output_to_lockbox"]
        entries = {out["entry_for_access_key"]: access, out["entry_for_secret_key"]: secret}
        account = self.resources["yandex_iam_service_account"][node["service_account_id"]]["name"]
        self.services.give_key(access, secret, account)
        return {"output_to_lockbox_version_id": self._add_payload(out["secret_id"], entries)}, None

    def yandex_function(self, node: Node, prior: Node | None) -> tuple[Node, str | None]:
        """A function is made; its version may fail all the same, which the provider turns into a warning."""
        if prior is None and len(self.all("yandex_function")) >= QUOTAS["functions"]:
            raise CloudRefusal("quota serverless.functions.count exceeded: 10")
        (package,) = node["package"]
        name = str(node["name"])
        exists = self.services.has_object(package["bucket_name"], package["object_name"], package["sha_256"])
        if not exists or self.fail_version_of == name:
            return {"version": (prior or {}).get("version", "")}, f"Failed to create a version of function {name}"
        versions = self.versions.setdefault(node["id"], [])
        new_tags = set(node["tags"])
        if len(new_tags.union(*(set(each["tags"]) for each in versions))) > QUOTAS["tags"]:
            raise CloudRefusal("quota of tags exceeded")
        for each in versions:
            each["tags"] = [tag for tag in each["tags"] if tag not in new_tags]
        version = {**node, "version": f"d4e{secrets.token_hex(8)}", "tags": sorted(new_tags)}
        versions.append(version)
        return {"version": version["version"]}, None

    def yandex_function_scaling_policy(self, node: Node, prior: Node | None) -> tuple[Node, str | None]:
        """Settings may not exceed the quotas, all functions together."""
        (policy,) = node["policy"]
        others = [
            each for each in self.all("yandex_function_scaling_policy") if each["function_id"] != node["function_id"]
        ]
        for limit in ("zone_instances_limit", "zone_requests_limit"):
            total = policy[limit] + sum(each["policy"][0][limit] for each in others)
            if total > QUOTAS[limit]:
                raise CloudRefusal(f"{limit}: {total} is more than the quota of {QUOTAS[limit]}")
        self.version(node["function_id"], policy["tag"])
        return {}, None

    def yandex_api_gateway(self, node: Node, prior: Node | None) -> tuple[Node, str | None]:
        """The description has to name functions and tags that there are; the limit is a preview on request."""
        document = yaml.safe_load(node["spec"])
        if "rateLimit" in document.get("x-yc-apigateway", {}):
            raise CloudRefusal("x-yc-apigateway.rateLimit is not available for this cloud")
        for integration in document["components"]["x-yc-apigateway-integrations"].values():
            self.version(integration["function_id"], integration["tag"])
        self.services.serve(node["spec"])
        return {"domain": "d5drehearsal00000000.rehearsal.apigw.yandexcloud.net"}, None

    def yandex_function_trigger(self, node: Node, prior: Node | None) -> tuple[Node, str | None]:
        """A trigger calls a version that there is."""
        (function,) = node["function"]
        self.version(function["id"], function["tag"])
        return {}, None

    def yandex_message_queue(self, node: Node, prior: Node | None) -> tuple[Node, str | None]:
        """A queue has an address and an ARN."""
        return {"arn": f"yrn:yc:ymq:ru-central1:folder:{node['name']}"}, None

    def yandex_storage_bucket(self, node: Node, prior: Node | None) -> tuple[Node, str | None]:
        """A bucket is a real one."""
        self.services.make_bucket(node)
        return {"id": node["bucket"]}, None

    def yandex_mdb_postgresql_user(self, node: Node, prior: Node | None) -> tuple[Node, str | None]:
        """A user is a role of the real database."""
        self.services.make_role(node["name"], node["password_wo"])
        return {}, None

    def yandex_mdb_postgresql_database(self, node: Node, prior: Node | None) -> tuple[Node, str | None]:
        """A database is a real one; its extensions are the cluster's to make."""
        self.services.make_database(node["name"], node["owner"])
        return {}, None

    def version(self, function: str, tag: str) -> Node:
        """Find the version of a function that carries a tag; raises Refused."""
        versions = self.versions.get(function, [])
        version = (
            versions[-1] if tag == "$latest" and versions else next((v for v in versions if tag in v["tags"]), None)
        )
        if version is None:
            raise CloudRefusal(f"function {function} has no version with the tag {tag}")
        return version

    def payload(self, secret: str, version: str | None = None) -> dict[str, str]:
        """Give the entries of a secret's version, the current one without a version; raises Refused."""
        for name, entries in reversed(self.payloads.get(secret, [])):
            if version in (None, name):
                return entries
        raise CloudRefusal("The secret has no version")

    def _remove(self, kind: str, prior: Node) -> None:
        protected = prior.get("deletion_protection")
        if protected is True or protected == "true":
            raise CloudRefusal(f"{kind} {prior.get('name')} has deletion protection")
        if kind == "yandex_storage_bucket":
            self.services.remove_bucket(prior["bucket"], force=bool(prior.get("force_destroy")))
        if kind == "yandex_mdb_postgresql_database":
            self.services.remove_database(prior["name"])
        if kind == "yandex_function":
            self.versions.pop(prior["id"], None)
        self.resources.get(kind, {}).pop(str(_id(kind, prior)), None)

    def _refuse_duplicate(self, kind: str, planned: Node) -> None:
        is_named = any(word in kind for word in _NAMED) and "name" in planned
        if is_named and any(each.get("name") == planned["name"] for each in self.all(kind)):
            raise CloudRefusal(f"{kind} {planned['name']} already exists")

    def _add_payload(self, secret: str, entries: Mapping[str, str]) -> str:
        version = f"e6q{secrets.token_hex(8)}"
        self.payloads.setdefault(secret, []).append((version, dict(entries)))
        return version

    def _keep(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        identifiers = {kind: sorted(resources) for kind, resources in self.resources.items()}
        self.path.write_text(json.dumps(identifiers, indent=1, sort_keys=True), "utf-8")


def _id(kind: str, state: Node) -> Any:
    stated = {name: value for name, value in state.items() if value is not None}
    return state.get("id") or hashlib.sha256(json.dumps([kind, stated], sort_keys=True).encode()).hexdigest()


def _new_id(kind: str, planned: Node) -> str:
    if kind == "yandex_function":
        # The emulator's gateway finds a function by its name in the id.
        return f"d4e-{planned['name'].rpartition('fly-potato-')[2].partition('-')[2].replace('-', '_')}"
    return f"{kind.removeprefix('yandex_')[:3]}{secrets.token_hex(9)}"
