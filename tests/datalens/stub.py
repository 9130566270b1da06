"""The API of a DataLens installation as it is documented: it keeps entries, and refuses what it should.

Bodies of charts and dashboards are checked by the models that the vendor generates from the API's description, those of
datasets by our own schema of the format, connections by the connector's list of fields. Every call is written down.
"""

import copy
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

import jsonschema
import pydantic
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from datalens_sdk._generated import dto

from tests.datalens.format import DATASET

TOKEN, ORGANIZATION = "invented-token", "invented-organization"
CREATE_DATASET = {
    **DATASET,
    "required": [name for name in DATASET["required"] if name not in {"name", "revision_id"}],
    "properties": DATASET["properties"] | {"revision_id": {"type": "string"}, "rls2": {"type": "object"}},
}
NODES = {
    "metric": "metric_wizard_node",
    "flatTable": "table_wizard_node",
    "pivotTable": "table_wizard_node",
    "geolayer": "ymap_wizard_node",
}
EMBED = {"title", "embeddingSecretId", "depsIds", "unsignedParams", "privateParams", "publicParamsMode", "settings"}
CONNECTION = dto.CONNECTOR_FIELDS[("yacloud", "postgres")]


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


@dataclass
class Stub:
    """What the installation holds, and what it was asked, in order."""

    port: int = 0
    workbooks: dict[str, str] = field(default_factory=lambda: {"wb1": "Полёты"})
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    secrets: dict[str, dict[str, Any]] = field(default_factory=dict)
    embeds: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def url(self) -> str:
        """Write its address."""
        return f"http://127.0.0.1:{self.port}"

    def methods(self) -> list[str]:
        """Name the methods that were called, in order."""
        return [method for method, _ in self.calls]

    def answer(self, method: str, headers: Mapping[str, str], body: dict[str, Any]) -> Any:
        """Answer one call or raise Refused."""
        if headers.get("authorization") != f"Bearer {TOKEN}" or headers.get("x-dl-org-id") != ORGANIZATION:
            raise Refused(401, "UNAUTHORIZED", "no such session")
        if headers.get("x-dl-api-version") != "3":
            raise Refused(400, "VERSION", "unknown version of the API")
        handler = getattr(self, f"_{method}", None)
        if handler is None:
            raise Refused(404, "NO_METHOD", method)
        self.calls.append((method, copy.deepcopy(body)))
        return handler(body)

    def _new(self, scope: str, kind: str, name: str, workbook: str, **content: Any) -> dict[str, Any]:
        if workbook not in self.workbooks:
            raise Refused(404, "NO_WORKBOOK", workbook)
        if any((each["scope"], each["name"]) == (scope, name) for each in self.entries.values()):
            raise Refused(400, "ERR.US.DB.UNIQUE_VIOLATION", "the name is taken")
        identity, revision, now = f"{scope}{next(self.numbers)}", f"rev{next(self.numbers)}", datetime.now(UTC)
        self.entries[identity] = {
            "entryId": identity, "scope": scope, "type": kind, "name": name, "key": f"{workbook}/{name}",
            "workbookId": workbook, "revId": revision, "savedId": revision, "publishedId": revision, "hidden": False,
            "public": False, "meta": None, "tenantId": "t", "version": 1, "createdAt": now.isoformat(),
            "createdBy": "somebody", "updatedAt": now.isoformat(), "updatedBy": "somebody", **content,
        }  # fmt: skip
        return self.entries[identity]

    def _entry(self, identity: str, scope: str) -> dict[str, Any]:
        entry = self.entries.get(identity)
        if entry is None or entry["scope"] != scope:
            raise Refused(404, "NOT_FOUND", identity)
        return entry

    def _changed(self, entry: dict[str, Any], revision: str | None, mode: str, **content: Any) -> dict[str, Any]:
        if revision != entry["revId"]:
            raise Refused(409, "ERR.US.REVISION_MISMATCH", "somebody was quicker")
        entry.update(content)
        entry["revId"] = entry["savedId"] = f"rev{next(self.numbers)}"
        if mode == "publish":
            entry["publishedId"] = entry["savedId"]
        return entry

    def _getWorkbook(self, body: dict[str, Any]) -> Any:
        if body["workbookId"] not in self.workbooks:
            raise Refused(404, "NO_WORKBOOK", "no such workbook")
        return {"workbookId": body["workbookId"], "title": self.workbooks[body["workbookId"]]}

    def _createWorkbook(self, body: dict[str, Any]) -> Any:
        _only(body, {"title"}, {"description", "collectionId"})
        identity = f"wb{len(self.workbooks) + 1}"
        self.workbooks[identity] = body["title"]
        return {"workbookId": identity, "title": body["title"]}

    def _getWorkbookEntries(self, body: dict[str, Any]) -> Any:
        mine = [each for each in self.entries.values() if each["workbookId"] == body["workbookId"]]
        first = body["page"] * 10  # small pages, so that they are followed
        entries = [{k: v for k, v in each.items() if k not in {"data", "dataset", "name"}} | {"key": each["key"]}
                for each in mine[first : first + 10]]  # fmt: skip
        more = {"nextPageToken": str(body["page"] + 1)} if len(mine) > first + 10 else {}
        return {"entries": entries, **more}

    def _createConnection(self, body: dict[str, Any]) -> Any:
        _only(body, {"type", "name", "workbook_id", "host", "port", "password"}, CONNECTION | {"type"})
        held = {name: value for name, value in body.items() if name not in {"password", "type", "workbook_id", "name"}}
        entry = self._new("connection", body["type"], body["name"], body["workbook_id"], data=held)
        entry["password"] = body["password"]
        return {"id": entry["entryId"]}

    def _getConnection(self, body: dict[str, Any]) -> Any:
        entry = self._entry(body["connectionId"], "connection")
        shown = {"id": entry["entryId"], "db_type": "postgres", "name": entry["name"], "key": entry["key"]}
        return shown | entry["data"]

    def _updateConnection(self, body: dict[str, Any]) -> Any:
        _only(body, {"connectionId", "data"}, set())
        _only(body["data"], set(), CONNECTION)
        entry = self._entry(body["connectionId"], "connection")
        entry["password"] = body["data"].get("password", entry["password"])
        entry["data"] |= {name: value for name, value in body["data"].items() if name != "password"}
        return {"id": entry["entryId"]}

    def _createDataset(self, body: dict[str, Any]) -> Any:
        _only(body, {"name", "workbook_id", "dataset"}, set())
        content = self._dataset(body["dataset"])
        entry = self._new("dataset", "", body["name"], body["workbook_id"])
        entry["dataset"] = content | {"revision_id": entry["revId"]}
        return {"id": entry["entryId"], "dataset": entry["dataset"]}

    def _dataset(self, content: dict[str, Any]) -> dict[str, Any]:
        for fault in jsonschema.Draft202012Validator(CREATE_DATASET).iter_errors(content):
            raise Refused(400, "ERR.DS_API.VALIDATION", f"{list(fault.path)}: {fault.message[:200]}")
        for source in content["sources"]:
            self._entry(source["connection_id"], "connection")
            source["is_ref"] = False  # what the server adds of its own
        return content

    def _getDataset(self, body: dict[str, Any]) -> Any:
        entry = self._entry(body["datasetId"], "dataset")
        return {"id": entry["entryId"], "dataset": entry["dataset"], "key": entry["key"]}

    def _updateDataset(self, body: dict[str, Any]) -> Any:
        _only(body, {"datasetId", "data"}, set())
        _only(body["data"], {"dataset"}, {"mode"})
        entry = self._entry(body["datasetId"], "dataset")
        content = self._dataset(body["data"]["dataset"])
        self._changed(entry, content["revision_id"], body["data"].get("mode", "save"))
        entry["dataset"] = content | {"revision_id": entry["revId"]}
        return {"id": entry["entryId"], "dataset": entry["dataset"]}

    def _createWizardChart(self, body: dict[str, Any]) -> Any:
        dto.CreateWizardChartV1ArgsDTO.model_validate(body)
        self._datasets(body["data"])
        kind = NODES.get(body["data"]["visualization"]["type"], "graph_wizard_node")
        entry = self._new("widget", kind, body["name"], body["workbookId"], data=body["data"])
        entry["annotation"] = body["annotation"]
        return {"entry": entry}

    def _datasets(self, data: dict[str, Any]) -> None:
        for identity in data["sources"]["datasetsIds"]:
            self._entry(identity, "dataset")

    def _getWizardChart(self, body: dict[str, Any]) -> Any:
        return {"entry": self._entry(body["chartId"], "widget")}

    def _updateWizardChart(self, body: dict[str, Any]) -> Any:
        _only(body, {"chartId", "data", "mode", "revId"}, {"annotation"})
        dto.CreateWizardChartV1ArgsDTO.model_validate({"data": body["data"], "name": "as before", "workbookId": "wb"})
        self._datasets(body["data"])
        entry = self._entry(body["chartId"], "widget")
        changed = {"data": body["data"], "annotation": body["annotation"]}
        return {"entry": self._changed(entry, body["revId"], body["mode"], **changed)}

    def _createDashboard(self, body: dict[str, Any]) -> Any:
        entry = body["entry"]
        dto.CreateDashboardV2ArgsDTO.model_validate(body)
        self._charts(entry["data"])
        made = self._new("dash", "", entry["name"], entry["workbookId"], data=entry["data"])
        made["annotation"] = entry["annotation"]
        return {"entry": made}

    def _charts(self, data: dict[str, Any]) -> None:
        for item in data["tabs"][0]["items"]:
            for tab in item["data"].get("tabs", ()):
                self._entry(tab["chartId"], "widget")

    def _getDashboard(self, body: dict[str, Any]) -> Any:
        return {"entry": self._entry(body["dashboardId"], "dash")}

    def _updateDashboard(self, body: dict[str, Any]) -> Any:
        entry = body["entry"]
        dto.UpdateDashboardV2ArgsDTO.model_validate(body)
        changed = {name: value for name, value in entry.items() if name in {"data", "meta", "annotation"}}
        dto.CreateDashboardV2ArgsDTO.model_validate({"entry": changed})
        self._charts(entry["data"])
        held = self._entry(entry["entryId"], "dash")
        return {"entry": self._changed(held, entry["revId"], body["mode"], data=entry["data"], meta=entry["meta"])}

    def _createEmbeddingSecret(self, body: dict[str, Any]) -> Any:
        _only(body, {"title", "workbookId"}, set())
        self._getWorkbook(body)
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        identity = f"secret{next(self.numbers)}"
        self.secrets[identity] = {
            "embeddingSecretId": identity, "title": body["title"], "workbookId": body["workbookId"],
            "publicKey": public, "createdAt": f"2026-01-01T00:00:{len(self.secrets):02}Z", "createdBy": "somebody",
        }  # fmt: skip
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return {"embeddingSecretId": identity, "privateKey": private}

    def _listEmbeddingSecrets(self, body: dict[str, Any]) -> Any:
        return [each for each in self.secrets.values() if each["workbookId"] == body["workbookId"]]

    def _deleteEmbeddingSecret(self, body: dict[str, Any]) -> Any:
        if any(each["embeddingSecretId"] == body["embeddingSecretId"] for each in self.embeds.values()):
            raise Refused(409, "SECRET_IN_USE", "an embed is bound to it")
        del self.secrets[body["embeddingSecretId"]]
        return body

    def _createEmbed(self, body: dict[str, Any]) -> Any:
        _only(body, EMBED | {"entryId"}, set())
        self._embed(body)
        self._entry(body["entryId"], "dash")
        identity = f"embed{next(self.numbers)}"
        self.embeds[identity] = {"embedId": identity, **body, "createdAt": "2026-01-01T00:00:00Z"}
        return self.embeds[identity]

    def _embed(self, body: dict[str, Any]) -> None:
        if body["embeddingSecretId"] not in self.secrets:
            raise Refused(404, "NO_SECRET", "no such key")
        for identity in body["depsIds"]:
            if identity not in self.entries:
                raise Refused(404, "NOT_FOUND", identity)
        if set(body["unsignedParams"]) & set(body["privateParams"]):
            raise Refused(400, "PARAMS", "a parameter is signed or not")

    def _updateEmbed(self, body: dict[str, Any]) -> Any:
        _only(body, EMBED | {"embedId"}, set())
        self._embed(body)
        self.embeds[body["embedId"]].update(body)
        return self.embeds[body["embedId"]]

    def _deleteEmbed(self, body: dict[str, Any]) -> Any:
        del self.embeds[body["embedId"]]
        return body

    def _listEmbeds(self, body: dict[str, Any]) -> Any:
        return [each for each in self.embeds.values() if each["entryId"] == body["entryId"]]


def _only(body: Mapping[str, Any], required: set[str], optional: set[str] | frozenset[str]) -> None:
    missing, unknown = required - set(body), set(body) - required - optional
    if missing or unknown:
        raise Refused(400, "ERR.SCHEMA", f"missing {sorted(missing)}, unknown {sorted(unknown)}")


@contextmanager
def running(stub: Stub | None = None) -> Iterator[Stub]:
    """Serve the stub on a port of the loopback."""
    held = stub or Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = json.loads(self.rfile.read(int(headers["content-length"])))
            try:
                status, answer = 200, held.answer(self.path.removeprefix("/rpc/"), headers, body)
            except Refused as refused:
                status, answer = refused.status, {"code": refused.code, "message": str(refused)}
            except pydantic.ValidationError as fault:
                status, answer = 400, {"code": "ERR.SCHEMA", "message": str(fault)[:500]}
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("x-request-id", "req-1")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield held
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
