"""The web page of a release: one zip among the artifacts, its files in the bucket that the gateway gives them from."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import boto3

from fly_potato.bundle import reproducible_zip
from fly_potato.site import configure, in_order, lay_out, outdated, policy
from fly_potato.site.layout import SOURCE
from shared.settings import StorageSettings
from shared.storage import Storage
from shared.storage.object_keys import VERSIONED, cache_control, content_type


def make(out: Path, source: Path = SOURCE) -> str:
    """Lay the page out into a zip and give its SHA-256 in hex; the same sources give the same bytes."""
    with tempfile.TemporaryDirectory() as directory:
        lay_out(Path(directory), source=source)
        reproducible_zip.pack(Path(directory), out)
    return reproducible_zip.digest(out)


def put(bucket: Storage, page: Path, config: Mapping[str, Any], connect: Sequence[str]) -> int:
    """Put the page of a zip into its bucket, told of its place, the pages last; gives the number of its files.

    ``config`` is what ``assets/config.json`` says there, ``connect`` whom the page may talk to beside its own address.
    What is no longer part of it goes; the scripts of the version before stay, for pages that are open.
    """
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        reproducible_zip.unpack(page, folder)
        configure(folder, config, policy(connect))
        files = {key: path for key, path in reproducible_zip.members(folder) if not Path(key).name.startswith(".")}
        present = {stored.key: stored.modified_at for stored in bucket.list("")}
        for key in in_order(files):
            if not (key in present and VERSIONED.fullmatch(key)):
                bucket.upload(files[key], key, content_type(key), cache_control=cache_control(key))
        for key in outdated(present, files):
            bucket.delete(key)
    return len(files)


def purge(settings: StorageSettings) -> int:
    """Delete every version of every object of a bucket; gives how many there were."""
    client = boto3.client(
        "s3",
        endpoint_url=settings.endpoint_url,
        region_name=settings.region,
        aws_access_key_id=settings.access_key_id,
        aws_secret_access_key=settings.secret_access_key.get_secret_value(),
    )
    count = 0
    for page in client.get_paginator("list_object_versions").paginate(Bucket=settings.bucket):
        for version in [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]:
            client.delete_object(Bucket=settings.bucket, Key=version["Key"], VersionId=version["VersionId"])
            count += 1
    return count
