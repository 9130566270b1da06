"""The keys that sign embed tokens: where the private halves are put, and how one key follows the other.

A rotation changes settings: a next key beside the current one, an instant, and an end of the old. Nobody's token is
refused: the next key has embeds of its own, so tokens of both hold until the old ones have run out.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from fly_potato.deploy.cloud import CloudClient
from fly_potato.settings_files import EmbedKeyError, SettingsFile
from shared.embed.keys import parse_key

CURRENT, NEXT = "DATALENS_", "DATALENS_NEXT_"
IDS = {"overview": "OVERVIEW_ID", "regions": "REGIONS_ID", "time": "TIME_ID"}
REFERENCES = ("PRIVATE_KEY_PATH", "KEY_VERSION_ID", "PRIVATE_KEY")
LONGEST_AGE = timedelta(days=90)
AFTERWARDS = timedelta(minutes=5)
"""What clocks may differ by, and a page may be late with its new token."""


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


@dataclass(frozen=True, slots=True)
class RingEntry:
    """A key as the settings tell of it; ``signs`` is whether tokens are signed with it now."""

    role: str
    kid: str | None
    created: date | None
    embeds: Mapping[str, str]
    signs: bool
    signs_from: datetime | None = None

    def age_days(self, today: date) -> int | None:
        """Give its age in days, where its day is known."""
        return None if self.created is None else (today - self.created).days


def ring(settings: Mapping[str, str], now: datetime) -> list[RingEntry]:
    """List the keys that the settings name: the current one, then the next one."""
    switch = _switch(settings)
    following = _has(settings, NEXT)
    switched = following and switch is not None and now >= switch
    entries = []
    if _has(settings, CURRENT):
        entries.append(_entry("current", settings, CURRENT, signs=not switched))
    if following:
        entries.append(_entry("next", settings, NEXT, signs=switched, signs_from=switch))
    return entries


def _entry(
    role: str, settings: Mapping[str, str], prefix: str, *, signs: bool, signs_from: datetime | None = None
) -> RingEntry:
    created_on = settings.get(f"{prefix}KEY_CREATED")
    embeds = {key: settings[prefix + name] for key, name in IDS.items() if prefix + name in settings}
    created = date.fromisoformat(created_on) if created_on else None
    return RingEntry(role, kid_of(settings, prefix), created, embeds, signs, signs_from)


def add(
    file: SettingsFile, store: KeyStore, pem: str, embeds: Mapping[str, str], today: date, *, kept: str | None = None
) -> str:
    """Put a key beside the current one, or in the empty place of the current one, and give the place's name.

    ``embeds`` are the ids of the embeds that are bound to it, by dashboard; ``kept`` names the key where the store has
    it already.

    Raises:
        EmbedKeyError: ``KEYS_TWO_ALREADY``.
    """
    settings = file.read()
    refuse_a_third(settings)
    prefix = NEXT if _has(settings, CURRENT) else CURRENT
    values = {prefix + store.setting: kept or store.keep(pem), f"{prefix}KEY_CREATED": today.isoformat()}
    file.change(values | {prefix + IDS[key]: embed for key, embed in embeds.items()})
    return "next" if prefix == NEXT else "current"


def refuse_a_third(settings: Mapping[str, str]) -> None:
    """Raise EmbedKeyError ``KEYS_TWO_ALREADY`` where there is a next key already."""
    if _has(settings, CURRENT) and _has(settings, NEXT):
        raise EmbedKeyError("KEYS_TWO_ALREADY", "Следующий ключ уже есть: сначала promote и retire.")


def promote(file: SettingsFile, instant: datetime, now: datetime) -> None:
    """Say from when (aware, to come) the next key signs.

    Raises:
        EmbedKeyError: ``KEYS_NO_NEXT``, ``KEYS_IN_THE_PAST``, ``KEYS_EMBEDS_MISSING``.
    """
    settings = file.read()
    if not _has(settings, NEXT):
        raise EmbedKeyError("KEYS_NO_NEXT", "Следующего ключа нет: сначала add.")
    if instant <= now:
        raise EmbedKeyError(
            "KEYS_IN_THE_PAST", "Момент переключения должен быть впереди: настройки ещё надо применить."
        )
    missing = [name for name in IDS.values() if CURRENT + name in settings and NEXT + name not in settings]
    if missing:
        named = ", ".join(NEXT + name for name in missing)
        sentence = f"У следующего ключа нет встраиваний: {named}. Токены прежнего ключа иначе перестанут действовать."
        raise EmbedKeyError("KEYS_EMBEDS_MISSING", sentence)
    file.change({f"{NEXT}KEY_FROM": instant.astimezone(UTC).isoformat(timespec="seconds")})


def retire(file: SettingsFile, store: KeyStore, now: datetime) -> str:
    """Make the next key the current one, take the old one out of the store, and give what named it.

    Raises:
        EmbedKeyError: ``KEYS_NO_NEXT``; ``KEYS_STILL_USED`` while tokens of the old key may be about.
    """
    settings = file.read()
    switch = _switch(settings)
    if not _has(settings, NEXT) or switch is None:
        raise EmbedKeyError("KEYS_NO_NEXT", "Следующий ключ ещё не назначен: сначала add и promote.")
    ends = switch + timedelta(seconds=int(settings.get("DATALENS_TOKEN_TTL_SECONDS", "3600"))) + AFTERWARDS
    if now < ends:
        sentence = f"Токены прежнего ключа действуют до {ends:%Y-%m-%d %H:%M} UTC; раньше его убирать нельзя."
        raise EmbedKeyError("KEYS_STILL_USED", sentence)
    old = settings.get(CURRENT + store.setting, "")
    moved = [*REFERENCES, "KEY_CREATED", *IDS.values()]
    values = {CURRENT + name: settings.get(NEXT + name, "") for name in moved if _moves(settings, name)}
    emptied = {NEXT + name: "" for name in (*moved, "KEY_FROM") if NEXT + name in settings}
    file.change({name: value for name, value in values.items() if value or name in settings} | emptied)
    if old:
        store.remove(old)
    return old


def _moves(settings: Mapping[str, str], name: str) -> bool:
    """Tell whether a setting is to move: a next embed that is not set leaves the current one in force."""
    return NEXT + name in settings or (CURRENT + name in settings and name in REFERENCES)


def _has(settings: Mapping[str, str], prefix: str) -> bool:
    return any(prefix + name in settings for name in REFERENCES)


def _switch(settings: Mapping[str, str]) -> datetime | None:
    promoted_from = settings.get(f"{NEXT}KEY_FROM")
    return datetime.fromisoformat(promoted_from) if promoted_from else None
