"""Where the private half of a key is put the moment it is there: a file on a host, a version of a Lockbox secret."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from fly_potato.deploy.cloud import CloudClient
from fly_potato.keys.settings_files import EmbedKeyError
from shared.embed.keys import parse_key


class KeyStore(Protocol):
    """Keeps private keys; nothing of ours reads one back but the product itself."""

    setting: str
    """What a setting that names a kept key is called, ``DATALENS_`` or ``DATALENS_NEXT_`` before it."""

    def keep(self, pem: str) -> str:
        """Keep a key and give what names it."""

    def remove(self, reference: str) -> None:
        """Take a key away."""


class KeyFolder:
    """PEM files that only their owner may read, named by their keys' thumbprints."""

    setting = "PRIVATE_KEY_PATH"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, pem: str) -> str:
        """Write the file; a key that lies there already stays. Raises EmbedKeyError ``KEYS_NOT_KEPT``."""
        path = self._folder / f"datalens-{parse_key(pem, 'PEM').kid[:12]}.pem"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not path.exists():
                with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                    out.write(pem.strip() + "\n")
        except OSError:
            raise EmbedKeyError("KEYS_NOT_KEPT", f"Ключ не записан: папка {self._folder} недоступна.") from None
        return str(path)

    def remove(self, reference: str) -> None:
        """Remove the file."""
        Path(reference).unlink(missing_ok=True)


class LockboxSecret:
    """Versions of one Lockbox secret, entry ``private_key``; functions get a version by reference."""

    setting = "KEY_VERSION_ID"

    def __init__(self, cloud: CloudClient, secret_id: str) -> None:
        self._cloud, self._secret_id = cloud, secret_id

    def keep(self, pem: str) -> str:
        """Add a version. Raises DeployError ``DEPLOY_CLOUD_REFUSED``."""
        parse_key(pem, "PEM")
        body = {"payloadEntries": [{"key": "private_key", "textValue": pem}], "description": "DataLens embedding key"}
        answer = self._cloud.send("POST", self._address("addVersion"), body)
        version: str | None = answer.get("metadata", {}).get("versionId")
        if not version:
            raise EmbedKeyError("KEYS_NOT_KEPT", "Lockbox не назвал версию секрета: проверьте её в консоли.")
        return version

    def remove(self, reference: str) -> None:
        """Schedule the version's destruction; it can be called back for a week."""
        body = {"versionId": reference, "pendingPeriod": "604800s"}
        self._cloud.send("POST", self._address("scheduleVersionDestruction"), body)

    def _address(self, action: str) -> str:
        return f"{self._cloud.endpoints.lockbox}/lockbox/v1/secrets/{self._secret_id}:{action}"


def kid_of(settings: Mapping[str, str], prefix: str) -> str | None:
    """Give the thumbprint of a key whose file can be read here, else None."""
    path = settings.get(f"{prefix}PRIVATE_KEY_PATH")
    try:
        return None if path is None else parse_key(Path(path).read_text(encoding="ascii"), path).kid
    except OSError:
        return None
