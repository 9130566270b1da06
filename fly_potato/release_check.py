"""The checklist of a release on hosts: what a person would look at before and after, each with a sentence.

It runs in the service ``backups``, which reaches the database as its owner, the backups, the host's state, Prometheus.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import httpx

from fly_potato import database
from fly_potato.backups import dumps
from fly_potato.backups.dumps import BackupFailed
from fly_potato.command_errors import refusal
from fly_potato.database import verify
from fly_potato.service_level import Prometheus
from hosting import secret_ages
from shared.api.probes import SCHEMA_REVISION
from shared.errors import FlyPotatoError
from shared.ingest.jobs import rules

WANTED_METRICS = ("fly_potato_build_info", "fly_potato_database_up 1", "fly_potato_storage_up 1")
_FRESH = timedelta(hours=36)
_WEEKLY = timedelta(days=10)
_CERTIFICATE_DAYS = 14
_DISK = (
    '1 - min(node_filesystem_avail_bytes{fstype=~"ext.|xfs|btrfs|zfs"}'
    ' / node_filesystem_size_bytes{fstype=~"ext.|xfs|btrfs|zfs"})'
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the list: what was looked at, whether it is well, and a sentence in Russian."""

    name: str
    ok: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class CheckedHost:
    """Where an installation's parts are: the owner's address of the database, directories, addresses of services."""

    uri: str
    backups: Path
    state: Path
    backend: str
    prometheus: str


async def check(installation: CheckedHost, now: datetime, *, rehearse: bool = False) -> list[Finding]:
    """Go through the list; ``now`` is aware. What cannot be looked at is a finding too, never an error.

    With ``rehearse`` the newest dump is restored beside the living database and migrated down and up again.
    """
    looks: list[tuple[str, Callable[[CheckedHost, datetime], Awaitable[list[Finding]]]]] = [
        ("backups", _backups),
        ("database", _database),
        ("backend", _backend),
        ("monitoring", _monitoring),
        ("secrets", _secrets),
        ("host", _host),
    ]
    if rehearse:
        looks.append(("migrations", _migrations))
    findings: list[Finding] = []
    for name, look in looks:
        try:
            findings += await look(installation, now)
        except FlyPotatoError as error:
            findings.append(Finding(name, False, error.sentence))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            refused = refusal(error)
            sentence = refused.sentence if refused else f"Не удалось посмотреть: {type(error).__name__}."
            findings.append(Finding(name, False, sentence))
    return findings


async def _backups(installation: CheckedHost, now: datetime) -> list[Finding]:
    newest = dumps.newest(installation.backups)
    tried = sorted(installation.backups.glob("*.verified"), key=lambda path: path.stat().st_mtime)
    bases = list(installation.backups.glob("base_*/base.tar.gz"))
    return [
        _age("dump", "Новейший дамп", newest, _FRESH, now),
        _age("verified", "Удачная проба дампа", tried[-1] if tried else None, _FRESH, now),
        _age("base", "Основа для PITR", max(bases, key=_modified, default=None), _WEEKLY, now),
        _age("rehearsed", "Репетиция PITR", _existing(installation.backups / "rehearsals.tsv"), _WEEKLY, now),
    ]


def _existing(path: Path) -> Path | None:
    return path if path.exists() else None


def _modified(path: Path) -> float:
    return path.stat().st_mtime


def _age(name: str, what: str, path: Path | None, most: timedelta, now: datetime) -> Finding:
    if path is None:
        return Finding(name, False, f"{what}: нет.")
    age = now - datetime.fromtimestamp(path.stat().st_mtime, UTC)
    hours = age / timedelta(hours=1)
    return Finding(
        name, age <= most, f"{what}: {hours:.0f} ч назад, должно быть не больше {most / timedelta(hours=1):.0f}."
    )


async def _database(installation: CheckedHost, now: datetime) -> list[Finding]:
    connection = await asyncpg.connect(installation.uri, statement_cache_size=0, timeout=10)
    try:
        version = str(await connection.fetchval("SELECT version_num FROM core.alembic_version"))
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            broken = [rule.name for rule in await rules(connection) if rule.offenders]
    finally:
        await connection.close()
    return [
        Finding("schema", version == SCHEMA_REVISION, f"Схема базы {version}, выпуск написан для {SCHEMA_REVISION}."),
        Finding(
            "rules", not broken, f"Нарушены правила: {', '.join(broken)}." if broken else "Сводки и счета сходятся."
        ),
    ]


async def _backend(installation: CheckedHost, now: datetime) -> list[Finding]:
    async with httpx.AsyncClient(base_url=installation.backend, timeout=30) as client:
        try:
            ready, metrics = await client.get("/healthz"), await client.get("/metrics")
        except httpx.HTTPError as error:
            return [Finding("ready", False, f"backend не отвечает: {type(error).__name__}.")]
    wrong = [f"{each['name']}: {each['code']}" for each in ready.json().get("checks", []) if not each["ok"]] or [
        f"/healthz ответил {ready.status_code}"
    ]
    missing = [name for name in WANTED_METRICS if name not in metrics.text]
    return [
        Finding("ready", ready.status_code == 200, "Готов." if ready.status_code == 200 else f"{', '.join(wrong)}."),
        Finding("metrics", not missing, f"/metrics без {', '.join(missing)}." if missing else "Метрики на месте."),
    ]


async def _monitoring(installation: CheckedHost, now: datetime) -> list[Finding]:
    return await asyncio.to_thread(monitoring_findings, installation.prometheus, now)


def monitoring_findings(address: str, now: datetime) -> list[Finding]:
    """Look at alerts, targets, certificate, disk, errors and latency; ``now`` is aware.

    Raises:
        OutageError: ``PROMETHEUS_UNREACHABLE``.
    """
    with httpx.Client(base_url=address, timeout=30) as client:
        prometheus = Prometheus(client)
        firing = sorted({labels["alertname"] for labels, _ in prometheus.query('ALERTS{alertstate="firing"}', now)})
        away = sorted({labels.get("job", "") for labels, _ in prometheus.query("up == 0", now)})
        days = prometheus.number('(min(probe_ssl_earliest_cert_expiry{job="certificate"}) - time()) / 86400', now)
        disk = prometheus.number(_DISK, now)
        errors = prometheus.number("fly_potato:api_5xx_ratio", now) or 0.0
        latency = prometheus.number("fly_potato:api_latency_p95_seconds", now) or 0.0
    return [
        Finding("alerts", not firing, f"Действуют: {', '.join(firing)}." if firing else "Алертов нет."),
        Finding("targets", not away, f"Не отвечают: {', '.join(away)}." if away else "Все цели отвечают."),
        _bound("certificate", "Сертификату осталось дней", days, lambda value: value >= _CERTIFICATE_DAYS),
        _bound("disk", "Занято на диске, %", None if disk is None else disk * 100, lambda value: value <= 80),
        _bound("errors", "Ответов 5xx на /api, %", errors * 100, lambda value: value <= 1),
        _bound("latency", "P95 ответа /api, мс", latency * 1000, lambda value: value <= 500),
    ]


def _bound(name: str, what: str, value: float | None, holds: Callable[[float], bool]) -> Finding:
    if value is None:
        return Finding(name, False, f"{what}: неизвестно.")
    return Finding(name, holds(value), f"{what}: {value:.0f}.")


async def _secrets(installation: CheckedHost, now: datetime) -> list[Finding]:
    ages = secret_ages.read(installation.state / "secrets.json")
    old = [age.name for age in ages if now - age.since > secret_ages.LONGEST]
    if not ages:
        return [Finding("secrets", False, "О секретах ничего не известно: make all-prod.")]
    days = secret_ages.LONGEST.days
    return [Finding("secrets", not old, f"Пора сменить: {', '.join(old)}." if old else f"Всем меньше {days} суток.")]


async def _host(installation: CheckedHost, now: datetime) -> list[Finding]:
    try:
        facts = json.loads((installation.state / "host.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return [Finding("images", False, "О хосте ничего не известно: make all-prod.")]
    unpinned, tracked, changed = facts["unpinned_images"], facts["tracked_settings"], facts["changed_files"]
    if facts.get("images_by_hand"):
        # Whoever has said so would never see it green, and would learn to release in spite of what is red.
        images = Finding("images", True, "Образы принесены файлами и закреплены версией (IMAGES_BY_DIGEST=false).")
    else:
        sentence = f"Без дайджеста: {', '.join(unpinned)}." if unpinned else "Все образы закреплены дайджестом."
        images = Finding("images", not unpinned, sentence)
    findings = [images]
    if tracked is not None:
        sentence = f"В git лежат настройки: {', '.join(tracked)}." if tracked else "Настроек в git нет."
        findings.append(Finding("git", not tracked, sentence))
        sentence = f"Отличается от выпуска файлов: {changed}." if changed else "Файлы те же, что в выпуске."
        findings.append(Finding("files", not changed, sentence))
    return findings


async def _migrations(installation: CheckedHost, now: datetime) -> list[Finding]:
    newest = dumps.newest(installation.backups)
    if newest is None:
        return [Finding("migrations", False, "Дампа ещё нет, мигрировать нечего.")]
    async with dumps.restored(installation.uri, newest) as scratch:
        try:
            lost = await rehearse_migrations(scratch)
        except BackupFailed as error:
            return [Finding("migrations", False, error.sentence)]
        except Exception as error:  # a version's own SQL may fail in any way
            sentence = f"Миграции на копии {newest.name} не проходят: {type(error).__name__}."
            return [Finding("migrations", False, sentence)]
    cost = f"; откат на версию назад меняет: {', '.join(lost)}" if lost else ""
    return [Finding("migrations", True, f"Миграции на копии {newest.name} проходят вверх и вниз{cost}.")]


async def rehearse_migrations(uri: str) -> list[str]:
    """Take a scratch database to the newest version, one back and up again.

    Gives the tables that are not what they were: what only the newest version knows goes with the way back.

    Raises:
        BackupFailed: ``MIGRATION_LOSES_FLIGHTS``, ``MIGRATION_BREAKS_RULES``; and whatever a version's SQL raises.
    """
    await asyncio.to_thread(database.migrate, uri)
    before, flights, _ = await _state(uri)
    await asyncio.to_thread(database.downgrade, uri, "-1")
    await asyncio.to_thread(database.migrate, uri)
    after, left, broken = await _state(uri)
    if left != flights:
        raise BackupFailed("MIGRATION_LOSES_FLIGHTS", f"Полётов было {flights}, после пути назад и вперёд {left}.")
    if broken:
        raise BackupFailed("MIGRATION_BREAKS_RULES", f"После пути назад и вперёд нарушено: {', '.join(broken)}.")
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


async def _state(uri: str) -> tuple[dict[str, str], int, list[str]]:
    """Give the checksums of tables, the number of flights, and the rules that are broken."""
    sums, checked = await verify(uri)
    tables = {each.table: f"{each.rows} {each.checksum}" for each in sums}
    # A table without rows has no line among the sums.
    flights = sum(each.rows for each in sums if each.table == "core.flights")
    return tables, flights, [rule.name for rule in checked if rule.offenders]
