"""``fly-potato keys``: the keys that sign embed tokens, and how one follows the other."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fly_potato.terminal import exit_on_error, json_option, print_answer

if TYPE_CHECKING:
    from fly_potato.key_rotation import KeyStore
    from fly_potato.settings_files import SettingsFile

ROLES = {"current": "текущий", "next": "следующий"}
SOON = timedelta(minutes=30)
DASHBOARDS = ("overview", "regions", "time")


@click.group()
def command() -> None:
    """Сменить ключи, которыми подписаны токены встраивания, так, чтобы ни в одном не отказали.

    add кладёт новый ключ и его встраивания рядом с нынешними, promote говорит, с какого момента он подписывает, retire
    убирает прежний. После каждой команды примените настройки: make all-prod на узлах, make deploy в облаке.
    """


def settings_option(function: Callable[..., None]) -> Callable[..., None]:
    """Add the option that names the file of settings."""
    return click.option(
        "--settings",
        type=click.Path(dir_okay=False, path_type=Path),
        required=True,
        help="На узлах .env.prod; в облаке terraform/environments/NAME.datalens.json.",
    )(function)


def store_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say where private keys are kept."""
    for option in (
        click.option("--key-folder", type=click.Path(file_okay=False, path_type=Path), help="Узлы: каталог ключей."),
        click.option("--lockbox", metavar="ID", help="Облако: секрет Lockbox, output secrets.datalens."),
    ):
        function = option(function)
    return function


def workbook_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say which workbook of which installation makes keys and embeds."""
    for option in (
        click.option("--workbook", metavar="ID", help="Воркбук, в котором DataLens выпускает ключ и встраивания."),
        click.option("--url", help="API своей установки; без него Yandex Cloud."),
    ):
        function = option(function)
    return function


@command.command("list")
@settings_option
@json_option
def list_keys(settings: Path) -> None:
    """Показать ключи: какой подписывает, сколько дней каждому, чьи встраивания; код возврата 1, если старше 90 дней."""
    from fly_potato.key_rotation import LONGEST_AGE, ring
    from fly_potato.settings_files import settings_file

    with exit_on_error():
        now = datetime.now(UTC)
        entries, old, lines = ring(settings_file(settings).read(), now), False, []
        for entry in entries:
            days = entry.age_days(now.date())
            old |= entry.signs and days is not None and days > LONGEST_AGE.days
            notes = [ROLES[entry.role] + (", подписывает" if entry.signs else "")]
            notes.append(f"отпечаток {entry.kid}" if entry.kid else "отпечаток здесь не виден")
            notes.append("день выпуска не записан" if days is None else f"{days} дн.")
            if entry.signs_from is not None:
                notes.append(f"подписывает с {entry.signs_from.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
            notes.append(", ".join(f"{key}={embed}" for key, embed in entry.embeds.items()) or "встраиваний нет")
            lines.append("; ".join(notes))
        print_answer({"keys": entries, "too_old": old}, lines or ["ключей нет: fly-potato datalens embed"])
        if old:
            raise SystemExit(1)


@command.command()
@settings_option
@store_options
@workbook_options
@click.option("--pem", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Ключ, выпущенный руками.")
@click.option("--overview-id", help="Вместе с --pem: встраивание «Обзора», связанное с ним.")
@click.option("--regions-id", help="Встраивание «Регионов».")
@click.option("--time-id", help="Встраивание «Времени».")
@json_option
def add(
    settings: Path,
    key_folder: Path | None,
    lockbox: str | None,
    workbook: str | None,
    url: str | None,
    pem: Path | None,
    **ids: str | None,
) -> None:
    """Положить рядом с нынешним новый ключ: его выпустит DataLens (--workbook) или он выпущен там руками (--pem)."""
    from fly_potato import key_rotation
    from fly_potato.settings_files import settings_file

    with exit_on_error():
        if (workbook is None) == (pem is None):
            raise click.UsageError("нужно одно из двух: --workbook или --pem")
        file, store = settings_file(settings), store_of(key_folder, lockbox)
        key_rotation.refuse_a_third(file.read())
        if workbook is not None:
            place, embeds = made_by_datalens(file, store, workbook, url)
        else:
            embeds = {key: embed for key in DASHBOARDS if (embed := ids[f"{key}_id"])}
            text = Path(str(pem)).read_text(encoding="ascii")
            place = key_rotation.add(file, store, text, embeds, datetime.now(UTC).date())
        lines = [f"ключ добавлен: {ROLES[place]}", *(f"{key}: {embed}" for key, embed in embeds.items())]
        print_answer({"key": place, "embeds": dict(embeds)}, lines)


def store_of(key_folder: Path | None, lockbox: str | None) -> "KeyStore":
    """Give the store that the options name."""
    from fly_potato.deploy.cloud import CloudClient, iam_token
    from fly_potato.key_rotation import KeyFolder, LockboxSecret

    if (key_folder is None) == (lockbox is None):
        raise click.UsageError("нужно одно из двух: --key-folder (узлы) или --lockbox (облако)")
    return LockboxSecret(CloudClient(iam_token()), lockbox) if lockbox else KeyFolder(Path(str(key_folder)))


def made_by_datalens(
    file: "SettingsFile", store: "KeyStore", workbook: str, url: str | None
) -> tuple[str, Mapping[str, str]]:
    """Have DataLens make a key and its embeds; the private half goes into the store before anything else is asked."""
    from datalens.embedding import NAME, bind, issue_key, remove_key
    from datalens.installation import connect
    from fly_potato import key_rotation

    at, today = connect(url), datetime.now(UTC).date()
    try:
        issued = issue_key(at, workbook, f"{NAME} {today.isoformat()}")
        kept: str | None = None
        try:
            kept = store.keep(issued.pem)
            embeds = bind(at, workbook, issued.secret_id)
            return key_rotation.add(file, store, issued.pem, embeds, today, kept=kept), embeds
        except BaseException:
            remove_key(at, workbook, issued.secret_id)
            if kept is not None:
                store.remove(kept)
            raise
    finally:
        at.close()


@command.command()
@settings_option
@click.option("--at", "instant", metavar="ISO 8601", help="Момент со смещением; по умолчанию через 30 минут.")
@json_option
def promote(settings: Path, instant: str | None) -> None:
    """Сказать, с какого момента подписывает следующий ключ. Примените настройки до этого момента."""
    from fly_potato import key_rotation
    from fly_potato.settings_files import settings_file

    with exit_on_error():
        now = datetime.now(UTC)
        key_rotation.promote(settings_file(settings), _instant(instant) if instant else now + SOON, now)
        switch = settings_file(settings).read()["DATALENS_NEXT_KEY_FROM"]
        print_answer(
            {"signs_from": switch}, [f"следующий ключ подписывает с {switch}; примените настройки до этого момента"]
        )


def _instant(text: str) -> datetime:
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("нужно время ISO 8601 со смещением", param_hint="--at") from None
    if parsed.tzinfo is None:
        raise click.BadParameter("нужно смещение, например +03:00", param_hint="--at")
    return parsed


@command.command()
@settings_option
@store_options
@workbook_options
@json_option
def retire(settings: Path, key_folder: Path | None, lockbox: str | None, workbook: str | None, url: str | None) -> None:
    """Сделать следующий ключ текущим и убрать прежний, когда истёк его последний токен.

    С --workbook прежний ключ и его встраивания уходят и из DataLens.
    """
    from fly_potato import key_rotation
    from fly_potato.settings_files import settings_file

    with exit_on_error():
        file, store, now = settings_file(settings), store_of(key_folder, lockbox), datetime.now(UTC)
        entries = key_rotation.ring(file.read(), now)
        key_rotation.retire(file, store, now)
        lines = ["следующий ключ стал текущим; примените настройки"]
        if workbook is not None:
            _remove(workbook, url, entries[0].embeds)
            lines.append("прежний ключ и его встраивания убраны из DataLens")
    print_answer({"retired": entries[0], "removed_from_datalens": workbook is not None}, lines)


def _remove(workbook: str, url: str | None, embeds: Mapping[str, Any]) -> None:
    from datalens.embedding import remove_key, secret_of
    from datalens.installation import connect

    at = connect(url)
    try:
        remove_key(at, workbook, secret_of(at, workbook, embeds))
    finally:
        at.close()
