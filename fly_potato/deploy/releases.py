"""Bundles, pages and releases in the artifacts bucket. A bundle is named by its content and never changes; a release
names the bundle of every function and the web page, so an older one can be brought back byte for byte.

::

    bundles/<function>/<sha256>.zip
    sites/<sha256>.zip
    releases/<UTC time>-<commit>.json
"""

import hashlib
import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3

from fly_potato.bundle import reproducible_zip
from fly_potato.deploy.cloud import DeployError
from fly_potato.site import configure, in_order, lay_out, outdated, policy
from fly_potato.site.layout import SOURCE
from shared.errors import NotFound
from shared.settings import StorageSettings
from shared.storage import Storage
from shared.storage.object_keys import VERSIONED, cache_control, content_type

_RELEASES = "releases/"
_KEY = re.compile(r"^releases/\d{8}T\d{6}Z-[0-9a-f]{7,40}\.json$")


@dataclass(frozen=True, slots=True)
class Release:
    """What was deployed: the commit it came from, an aware UTC instant (ISO 8601), the SHA-256 of each bundle.

    ``site`` is the SHA-256 of the web page's zip, None in releases that had none. ``proven`` tells whether the check
    after it passed: one that did not is written down as well, and nobody returns to it unless by name.
    """

    commit: str
    made_at: str
    functions: Mapping[str, str]
    returned_to: str | None = None
    site: str | None = None
    proven: bool = True

    @property
    def name(self) -> str:
        """Name the bundles of all functions in one digest, which /health tells."""
        bundles = "".join(f"{function} {sha256}\n" for function, sha256 in sorted(self.functions.items()))
        return hashlib.sha256(bundles.encode()).hexdigest()

    @property
    def key(self) -> str:
        """Name the object that keeps it; names sort by time."""
        stamp = datetime.fromisoformat(self.made_at).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        return f"{_RELEASES}{stamp}-{self.commit[:12]}.json"


def bundle_key(function: str, sha256: str) -> str:
    """Name the object of a bundle; terraform/functions.tf says the same."""
    return f"bundles/{function}/{sha256}.zip"


def site_key(sha256: str) -> str:
    """Name the object of a web page."""
    return f"sites/{sha256}.zip"


class Releases:
    """The artifacts bucket of one environment."""

    def __init__(self, bucket: Storage) -> None:
        self._bucket = bucket

    def keep(self, function: str, sha256: str, path: Path) -> bool:
        """Put a bundle where functions are made from, unless it is there; tells whether it was new."""
        return self._keep(bundle_key(function, sha256), path)

    def keep_site(self, sha256: str, path: Path) -> bool:
        """Put the web page's zip beside the bundles, unless it is there; tells whether it was new."""
        return self._keep(site_key(sha256), path)

    def fetch_site(self, sha256: str, path: Path) -> None:
        """Fetch the zip of a release's web page.

        Raises:
            DeployError: ``DEPLOY_RELEASE_UNKNOWN``.
        """
        try:
            self._bucket.download(site_key(sha256), path)
        except NotFound:
            raise DeployError("DEPLOY_RELEASE_UNKNOWN", f"Сайта {sha256[:12]} среди выпусков нет.") from None

    def _keep(self, key: str, path: Path) -> bool:
        try:
            if self._bucket.head(key).size == path.stat().st_size:
                return False
        except NotFound:
            pass
        self._bucket.upload(path, key, "application/zip")
        return True

    def record(self, release: Release) -> None:
        """Write down that a release was deployed, and whether it was found healthy."""
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "release.json"
            path.write_text(json.dumps(asdict(release), sort_keys=True), encoding="utf-8")
            self._bucket.upload(path, release.key, "application/json")

    def keys(self) -> list[str]:
        """List the releases, the oldest first."""
        return [stored.key for stored in self._bucket.list(_RELEASES) if _KEY.match(stored.key)]

    def read(self, key: str) -> Release:
        """Read one release.

        Raises:
            DeployError: ``DEPLOY_RELEASE_UNKNOWN``.
        """
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "release.json"
            try:
                self._bucket.download(key, path)
            except NotFound:
                raise DeployError("DEPLOY_RELEASE_UNKNOWN", f"Выпуска {key} нет.") from None
            document = json.loads(path.read_text(encoding="utf-8"))
        return Release(
            document["commit"],
            document["made_at"],
            document["functions"],
            document.get("returned_to"),
            document.get("site"),
            document.get("proven", True),
        )

    def last_proven(self) -> Release | None:
        """Give the newest release whose check passed."""
        return next((release for key in reversed(self.keys()) if (release := self.read(key)).proven), None)

    def previous(self) -> Release:
        """Give the newest proven release whose bundles or web page differ from those of the last one.

        Raises:
            DeployError: ``DEPLOY_NOTHING_TO_RETURN_TO``.
        """
        keys = self.keys()
        if keys:
            last = self.read(keys[-1])
            for key in reversed(keys[:-1]):
                older = self.read(key)
                if older.proven and (older.functions, older.site) != (last.functions, last.site):
                    return older
        raise DeployError("DEPLOY_NOTHING_TO_RETURN_TO", "Прежнего выпуска с другими архивами или сайтом нет.")


def make_page(out: Path, source: Path = SOURCE) -> str:
    """Lay the page out into a zip and give its SHA-256 in hex; the same sources give the same bytes."""
    with tempfile.TemporaryDirectory() as directory:
        lay_out(Path(directory), source=source)
        reproducible_zip.pack(Path(directory), out)
    return reproducible_zip.digest(out)


def put_page(bucket: Storage, page: Path, config: Mapping[str, Any], connect: Sequence[str]) -> int:
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


def purge_bucket(settings: StorageSettings) -> int:
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
