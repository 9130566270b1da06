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
    answer = at.call("createEmbeddingSecret", {"title": title, "workbookId": workbook_id})
    return IssuedKey(answer["embeddingSecretId"], answer["privateKey"])


def bind(at: Installation, workbook_id: str, secret_id: str) -> dict[str, str]:
    """Make the embeds of a key, or put right those that are there, and give their ids by dashboard.

    Raises:
        DataLensError: ``DATALENS_NOT_PUSHED`` where the workbook lacks something of the description.
    """
    entry_ids = {key: entry.id for key, entry in workbook_entries(at, workbook_id).items()}
    embeds = {}
    for layout in description.DASHBOARDS:
        try:
            entry_id, deps = entry_ids["dash", layout.title], _dependencies(layout, entry_ids)
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


def _dependencies(layout: DashboardLayout, entry_ids: Mapping[tuple[str, str], str]) -> list[str]:
    charts = [description.chart(placed.chart) for row in layout.rows for placed in row]
    datasets = dict.fromkeys([*(each.dataset for each in charts), *(each.dataset for each in layout.selectors)])
    named = [("widget", each.title) for each in charts]
    return [entry_ids[key] for key in (*named, *(("dataset", description.dataset(each).name) for each in datasets))]


def _embed(at: Installation, entry_id: str, body: Mapping[str, Any]) -> str:
    for embed in at.call("listEmbeds", {"entryId": entry_id}):
        if embed["title"] == body["title"] and embed["embeddingSecretId"] == body["embeddingSecretId"]:
            if any(embed.get(name) != value for name, value in body.items()):
                at.call("updateEmbed", {"embedId": embed["embedId"], **body})
            return str(embed["embedId"])
    return str(at.call("createEmbed", {"entryId": entry_id, **body})["embedId"])


def remove_key(at: Installation, workbook_id: str, secret_id: str) -> None:
    """Remove a key and the embeds of our dashboards that are bound to it. Raises DataLensError."""
    entries = workbook_entries(at, workbook_id)
    for layout in description.DASHBOARDS:
        summary = entries.get(("dash", layout.title))
        for embed in () if summary is None else at.call("listEmbeds", {"entryId": summary.id}):
            if embed["embeddingSecretId"] == secret_id:
                at.call("deleteEmbed", {"embedId": embed["embedId"]})
    at.call("deleteEmbeddingSecret", {"embeddingSecretId": secret_id})


def secret_of(at: Installation, workbook_id: str, embeds: Mapping[str, str]) -> str:
    """Find the key that embeds (ids by dashboard) are bound to.

    Raises:
        DataLensError: ``DATALENS_EMBEDS_UNKNOWN`` where the workbook has none of them.
    """
    entries = workbook_entries(at, workbook_id)
    for layout in description.DASHBOARDS:
        summary = entries.get(("dash", layout.title))
        for embed in () if summary is None else at.call("listEmbeds", {"entryId": summary.id}):
            if embed["embedId"] == embeds.get(layout.key):
                return str(embed["embeddingSecretId"])
    sentence = "Встраиваний из настроек в этом воркбуке нет: проверьте номер воркбука."
    raise DataLensError("DATALENS_EMBEDS_UNKNOWN", sentence)
