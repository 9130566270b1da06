"""Embeds of the three dashboards and the keys that sign for them, made by the installation's API.

``region`` is a private parameter of each embed: it is taken from the signed token alone, never from the link.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from datalens import description
from datalens.installation import DataLensError, Installation
from datalens.model import DashboardLayout
from datalens.push import workbook_entries

NAME = "Fly Potato"


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key for embedding: its id, and its private half in PEM, which is told this once."""

    secret_id: str
    pem: str = field(repr=False)


def issue_key(at: Installation, workbook_id: str, title: str) -> IssuedKey:
    """Have DataLens make a key pair for the workbook. Raises DataLensError."""
    told = at.call("createEmbeddingSecret", {"title": title, "workbookId": workbook_id})
    return IssuedKey(told["embeddingSecretId"], told["privateKey"])


def bind(at: Installation, workbook_id: str, secret_id: str) -> dict[str, str]:
    """Make the embeds of a key, or put right those that are there, and give their ids by dashboard.

    Raises:
        DataLensError: ``DATALENS_NOT_PUSHED`` where the workbook lacks something of the description.
    """
    there = {key: each.id for key, each in workbook_entries(at, workbook_id).items()}
    embeds = {}
    for layout in description.DASHBOARDS:
        try:
            entry_id, deps = there["dash", layout.title], _dependencies(layout, there)
        except KeyError as missing:
            sentence = f"В воркбуке нет «{missing.args[0][1]}»: сначала fly-potato datalens push."
            raise DataLensError("DATALENS_NOT_PUSHED", sentence) from None
        body = {
            "title": f"{NAME}: {layout.title}",
            "embeddingSecretId": secret_id,
            "depsIds": deps,
            "unsignedParams": [],
            "privateParams": [description.REGION],
            "publicParamsMode": False,
            "settings": {"enableExport": False},
        }
        embeds[layout.key] = _embed(at, entry_id, body)
    return embeds


def _dependencies(layout: DashboardLayout, there: Mapping[tuple[str, str], str]) -> list[str]:
    charts = [description.chart(placed.chart) for row in layout.rows for placed in row]
    datasets = dict.fromkeys([*(each.dataset for each in charts), *(each.dataset for each in layout.selectors)])
    named = [("widget", each.title) for each in charts]
    return [there[key] for key in (*named, *(("dataset", description.dataset(each).name) for each in datasets))]


def _embed(at: Installation, entry_id: str, body: Mapping[str, Any]) -> str:
    for held in at.call("listEmbeds", {"entryId": entry_id}):
        if held["title"] == body["title"] and held["embeddingSecretId"] == body["embeddingSecretId"]:
            if any(held.get(name) != value for name, value in body.items()):
                at.call("updateEmbed", {"embedId": held["embedId"], **body})
            return str(held["embedId"])
    return str(at.call("createEmbed", {"entryId": entry_id, **body})["embedId"])


def remove_key(at: Installation, workbook_id: str, secret_id: str) -> None:
    """Remove a key and the embeds of our dashboards that are bound to it. Raises DataLensError."""
    entries = workbook_entries(at, workbook_id)
    for layout in description.DASHBOARDS:
        summary = entries.get(("dash", layout.title))
        for held in () if summary is None else at.call("listEmbeds", {"entryId": summary.id}):
            if held["embeddingSecretId"] == secret_id:
                at.call("deleteEmbed", {"embedId": held["embedId"]})
    at.call("deleteEmbeddingSecret", {"embeddingSecretId": secret_id})


def secret_of(at: Installation, workbook_id: str, embeds: Mapping[str, str]) -> str:
    """Find the key that embeds (ids by dashboard) are bound to.

    Raises:
        DataLensError: ``DATALENS_EMBEDS_UNKNOWN`` where the workbook has none of them.
    """
    entries = workbook_entries(at, workbook_id)
    for layout in description.DASHBOARDS:
        summary = entries.get(("dash", layout.title))
        for held in () if summary is None else at.call("listEmbeds", {"entryId": summary.id}):
            if held["embedId"] == embeds.get(layout.key):
                return str(held["embeddingSecretId"])
    sentence = "Встраиваний из настроек в этом воркбуке нет: проверьте номер воркбука."
    raise DataLensError("DATALENS_EMBEDS_UNKNOWN", sentence)
