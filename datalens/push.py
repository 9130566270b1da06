"""Bringing the dashboards to a workbook of an installation, again and again, with the ids that were there before.

An entry is known by its kind and name. What is compared is what the description says: where the installation holds
more (its own defaults, what an administrator set beside), that is left alone. Nothing is ever removed.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import datalens_sdk as sdk

from datalens import description
from datalens.chart_requests import chart_request
from datalens.installation import DataLensError, Installation, translated
from datalens.model import DashboardChart, DashboardLayout, Dataset
from datalens.workbook import CONNECTION_ID, DatabaseAddress
from datalens.workbook import connection as connection_entry
from datalens.workbook import dashboard as dashboard_entry
from datalens.workbook import dataset as dataset_entry

Action = Literal["create", "update", "publish", "keep"]
_KEPT_BY_ADMINISTRATORS = ("rls", "rls2", "obligatory_filters")
_SHOWN = 6
_MISSING = object()


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What is to be done with one entry, or has been: ``where`` are the places that differ, the first few."""

    action: Action
    scope: str
    name: str
    entry_id: str | None
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did, the installation's ids by those of the description, and entries that are not of it."""

    changes: tuple[EntryChange, ...]
    ids: Mapping[str, str]
    foreign: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CurrentEntry:
    """What an installation holds of an entry, and the revision that was read."""

    content: Mapping[str, Any]
    revision: str | None = None


class _Entry(Protocol):
    key: str
    scope: str
    name: str

    def described(self, ids: Mapping[str, str]) -> Mapping[str, Any]: ...
    def current(self, at: Installation, entry_id: str) -> CurrentEntry: ...
    def create(self, at: Installation, workbook_id: str, ids: Mapping[str, str]) -> str: ...
    def update(self, at: Installation, entry_id: str, current: CurrentEntry, ids: Mapping[str, str]) -> None: ...


def push(
    at: Installation,
    workbook_id: str,
    address: DatabaseAddress,
    password: str | None,
    *,
    renew_password: bool = False,
    dry_run: bool = False,
) -> Pushed:
    """Make what is missing, change what differs, publish what is only saved; with ``dry_run`` only tell what would be.

    ``password`` is DataLens' role's; sent with a new connection, and with one that is there to ``renew_password``.

    Raises:
        DataLensError: those of ``Installation.call``; ``DATALENS_AMBIGUOUS`` where two entries of a kind have one
            name; ``DATALENS_PASSWORD_MISSING``; ``DATALENS_DATASET_BROKEN``.
    """
    entries = workbook_entries(at, workbook_id)
    ids: dict[str, str] = {}
    changes = []
    for entry in _described(address, password, renew_password=renew_password):
        summary = entries.pop((entry.scope, entry.name), None)
        if summary is None:
            ids[entry.key] = f"new:{entry.key}" if dry_run else entry.create(at, workbook_id, ids)
            changes.append(EntryChange("create", entry.scope, entry.name, None if dry_run else ids[entry.key]))
            continue
        ids[entry.key] = summary.id
        changes.append(_brought(at, entry, summary, ids, dry_run=dry_run))
    foreign = tuple(f"{scope}: {name}" for scope, name in sorted(entries))
    return Pushed(tuple(changes), ids, foreign)


def _brought(
    at: Installation, entry: _Entry, summary: sdk.EntrySummary, ids: Mapping[str, str], *, dry_run: bool
) -> EntryChange:
    current = entry.current(at, summary.id)
    where = tuple(differences(entry.described(ids), current.content))
    unpublished = summary.published_id != summary.saved_id and entry.scope in {"dash", "widget"}
    if not where and not unpublished:
        return EntryChange("keep", entry.scope, entry.name, summary.id)
    if not dry_run:
        entry.update(at, summary.id, current, ids)
    return EntryChange("update" if where else "publish", entry.scope, entry.name, summary.id, where[:_SHOWN])


def workbook_entries(at: Installation, workbook_id: str) -> dict[tuple[str, str], sdk.EntrySummary]:
    """List what a workbook holds, by kind and name. Raises DataLensError, ``DATALENS_AMBIGUOUS`` for a name twice."""
    entries: dict[tuple[str, str], sdk.EntrySummary] = {}
    with translated():
        for each in at.client.get.workbook(by_id=workbook_id).list_entries():
            key = (each.scope, (each.name or each.key or each.id).rsplit("/", 1)[-1])
            if key in entries:
                sentence = f"В воркбуке два объекта «{key[1]}» ({key[0]}): переименуйте или удалите лишний."
                raise DataLensError("DATALENS_AMBIGUOUS", sentence)
            entries[key] = each
    return entries


def _described(address: DatabaseAddress, password: str | None, *, renew_password: bool) -> Sequence[_Entry]:
    return (
        _ConnectionEntry(address, password, renew_password=renew_password),
        *(_DatasetEntry(each, address.schema) for each in description.DATASETS),
        *(_ChartEntry(each) for each in description.CHARTS),
        *(_DashboardEntry(each) for each in description.DASHBOARDS),
    )


def differences(described: Any, current: Any, path: str = "") -> list[str]:
    """Name the places where what is there differs from what is described; more than is described does not count."""
    if isinstance(described, Mapping) and isinstance(current, Mapping):
        return [
            place
            for key, value in described.items()
            for place in differences(value, current.get(key, _MISSING), f"{path}.{key}" if path else key)
        ]
    if isinstance(described, list) and isinstance(current, list) and len(described) == len(current):
        return [
            place
            for number, (one, other) in enumerate(zip(described, current, strict=True))
            for place in differences(one, other, f"{path}[{number}]")
        ]
    empty = (current is None and described in ("", [], {})) or (current is _MISSING and described in (None, [], {}))
    return [] if described == current or empty else [path]


class _ConnectionEntry:
    scope = "connection"
    key = CONNECTION_ID

    def __init__(self, address: DatabaseAddress, password: str | None, *, renew_password: bool) -> None:
        self._fields = {
            name: value
            for name, value in connection_entry(address).items()
            if name not in {"db_type", "name", "password"} and value is not None
        }
        self._password = password
        self._renewed = {"password": password} if renew_password and password else {}
        self.name = description.CONNECTION

    def described(self, ids: Mapping[str, str]) -> Mapping[str, Any]:
        # A password is never told back, so one to be renewed always differs.
        return self._fields | self._renewed

    def current(self, at: Installation, entry_id: str) -> CurrentEntry:
        with translated():
            return CurrentEntry(at.client.get.connection(by_id=entry_id).response_snapshot)

    def create(self, at: Installation, workbook_id: str, ids: Mapping[str, str]) -> str:
        if not self._password:
            sentence = "Для нового подключения нужен пароль роли fp_datalens: --password-file или FP_DATALENS_PASSWORD."
            raise DataLensError("DATALENS_PASSWORD_MISSING", sentence)
        with translated():
            make: Any = at.client.create.connection
            builder = make.postgres(name=self.name, location=sdk.EntryLocation.workbook(workbook_id))
            for name, value in {**self._fields, "password": self._password}.items():
                getattr(builder, name)(value)
            return str(builder.build().id)

    def update(self, at: Installation, entry_id: str, current: CurrentEntry, ids: Mapping[str, str]) -> None:
        with translated():
            update = at.client.get.connection(by_id=entry_id).update
            for name, value in self.described(ids).items():
                update.set(name, value)
            update.execute()


class _DatasetEntry:
    scope = "dataset"

    def __init__(self, source: Dataset, schema: str) -> None:
        self._source, self._schema = source, schema
        self.key, self.name = source.id, source.name

    def _content(self, ids: Mapping[str, str]) -> dict[str, Any]:
        content = copy.deepcopy(dataset_entry(self._source, self._schema))
        for name in ("name", "revision_id"):
            del content[name]
        for source in content["sources"]:
            source["connection_id"] = ids[CONNECTION_ID]
        return content

    def described(self, ids: Mapping[str, str]) -> Mapping[str, Any]:
        """Give what decides about numbers and titles; types of columns and states of checks are DataLens' to tell."""
        content = self._content(ids)
        members = ("guid", "title", "calc_mode", "source", "avatar_id", "cast", "type", "aggregation", "guid_formula",
                "description", "hidden")  # fmt: skip
        return {
            "description": content["description"],
            "sources": [
                {name: each[name] for name in ("id", "connection_id", "source_type", "parameters")}
                for each in content["sources"]
            ],
            "source_avatars": [
                {name: each[name] for name in ("id", "source_id")} for each in content["source_avatars"]
            ],
            "avatar_relations": content["avatar_relations"],
            "result_schema": [{name: field[name] for name in members} for field in content["result_schema"]],
        }

    def current(self, at: Installation, entry_id: str) -> CurrentEntry:
        content = at.call("getDataset", {"datasetId": entry_id})["dataset"]
        return CurrentEntry(content, content.get("revision_id"))

    def create(self, at: Installation, workbook_id: str, ids: Mapping[str, str]) -> str:
        body = {"name": self.name, "workbook_id": workbook_id, "dataset": self._content(ids)}
        answer = at.call("createDataset", body)
        self._sound(answer)
        return str(answer["id"])

    def update(self, at: Installation, entry_id: str, current: CurrentEntry, ids: Mapping[str, str]) -> None:
        administrators_own = {
            name: current.content[name] for name in _KEPT_BY_ADMINISTRATORS if current.content.get(name)
        }
        content = self._content(ids) | administrators_own | {"revision_id": current.revision}
        self._sound(at.call("updateDataset", {"datasetId": entry_id, "data": {"dataset": content, "mode": "publish"}}))

    def _sound(self, answer: Mapping[str, Any]) -> None:
        items = ((answer.get("dataset") or {}).get("component_errors") or {}).get("items") or ()
        if items:
            messages = "; ".join(str(error.get("message")) for item in items for error in item.get("errors", ()))[:300]
            raise DataLensError("DATALENS_DATASET_BROKEN", f"Датасет «{self.name}» не собрался: {messages}")


class _ChartEntry:
    scope = "widget"

    def __init__(self, chart: DashboardChart) -> None:
        self._chart = chart
        self.key, self.name = chart.id, chart.title

    def described(self, ids: Mapping[str, str]) -> Mapping[str, Any]:
        body = chart_request(self._chart, "-", ids)
        return {"data": body["data"], "annotation": body["annotation"]}

    def current(self, at: Installation, entry_id: str) -> CurrentEntry:
        entry = at.call("getWizardChart", {"chartId": entry_id})["entry"]
        return CurrentEntry(entry, entry["revId"])

    def create(self, at: Installation, workbook_id: str, ids: Mapping[str, str]) -> str:
        body = chart_request(self._chart, workbook_id, ids)
        return str(at.call("createWizardChart", body)["entry"]["entryId"])

    def update(self, at: Installation, entry_id: str, current: CurrentEntry, ids: Mapping[str, str]) -> None:
        body = {"chartId": entry_id, "mode": "publish", "revId": current.revision, **self.described(ids)}
        at.call("updateWizardChart", body)


class _DashboardEntry:
    scope = "dash"

    def __init__(self, layout: DashboardLayout) -> None:
        self._layout = layout
        self.key, self.name = layout.key, layout.title

    def described(self, ids: Mapping[str, str]) -> Mapping[str, Any]:
        content = dashboard_entry(self._layout)
        data = {name: value for name, value in content["data"].items() if name != "schemeVersion"}
        for item in data["tabs"][0]["items"]:
            for tab in item["data"].get("tabs", ()):
                tab["chartId"] = ids[tab["chartId"]]
            for control in item["data"].get("group", ()):
                control["source"]["datasetId"] = ids[control["source"]["datasetId"]]
        return {"data": data, "annotation": content["annotation"]}

    def current(self, at: Installation, entry_id: str) -> CurrentEntry:
        entry = at.call("getDashboard", {"dashboardId": entry_id})["entry"]
        return CurrentEntry(entry, entry["revId"])

    def create(self, at: Installation, workbook_id: str, ids: Mapping[str, str]) -> str:
        entry = {"name": self.name, "workbookId": workbook_id, "meta": None, **self.described(ids)}
        return str(at.call("createDashboard", {"entry": entry})["entry"]["entryId"])

    def update(self, at: Installation, entry_id: str, current: CurrentEntry, ids: Mapping[str, str]) -> None:
        entry = {
            "entryId": entry_id,
            "meta": current.content.get("meta"),
            "revId": current.revision,
            **self.described(ids),
        }
        at.call("updateDashboard", {"entry": entry, "mode": "publish"})
