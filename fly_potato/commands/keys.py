"""``fly-potato keys``: the keys that sign embed tokens, and how one follows the other."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from fly_potato.keys.settings_files import SettingsFile
    from fly_potato.keys.stores import KeyStore

ROLES = {"current": "текущий", "next": "следующий"}
SOON = timedelta(minutes=30)
DASHBOARDS = ("overview", "regions", "time")


@click.group()
def command() -> None:
    """Rotate the keys that sign embed tokens, without a token that is refused.

    add puts a new key and its embeds beside the current ones, promote says from when it signs, retire takes the old one
    away. After each, settings are applied as always: make all-prod on hosts, make deploy in the cloud.
    """


def settings_option(function: Callable[..., None]) -> Callable[..., None]:
    """Add the option that names the file of settings."""
    return click.option(
        "--settings",
        type=click.Path(dir_okay=False, path_type=Path),
        required=True,
        help=".env.prod on hosts; terraform/environments/NAME.datalens.json in the cloud.",
    )(function)


def store_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say where private keys are kept."""
    for option in (
        click.option("--key-folder", type=click.Path(file_okay=False, path_type=Path), help="Hosts: a folder of keys."),
        click.option("--lockbox", metavar="ID", help="The cloud: the Lockbox secret, output secrets.datalens."),
    ):
        function = option(function)
    return function


def workbook_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that say which workbook of which installation makes keys and embeds."""
    for option in (
        click.option("--workbook", metavar="ID", help="Have DataLens make the key and its embeds in this workbook."),
        click.option("--url", help="The API of an installation of one's own; without it Yandex Cloud."),
    ):
        function = option(function)
    return function


@command.command("list")
@settings_option
def list_keys(settings: Path) -> None:
    """Show the keys: who signs now, how old they are, which embeds are theirs; exit 1 where one is over 90 days old."""
    from fly_potato.keys.rotation import LONGEST_AGE, ring
    from fly_potato.keys.settings_files import settings_file
    from fly_potato.terminal import refusing

    with refusing():
        now = datetime.now(UTC)
        entries, old = ring(settings_file(settings).read(), now), False
        for entry in entries:
            days = entry.age_days(now.date())
            old |= entry.signs and days is not None and days > LONGEST_AGE.days
            notes = [ROLES[entry.role] + (", подписывает" if entry.signs else "")]
            notes.append(f"отпечаток {entry.kid}" if entry.kid else "отпечаток здесь не виден")
            notes.append("день выпуска не записан" if days is None else f"{days} дн.")
            if entry.signs_from is not None:
                notes.append(f"подписывает с {entry.signs_from.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
            notes.append(", ".join(f"{key}={embed}" for key, embed in entry.embeds.items()) or "встраиваний нет")
            click.echo("; ".join(notes))
        if not entries:
            click.echo("ключей нет: fly-potato datalens embed")
        if old:
            raise SystemExit(1)


@command.command()
@settings_option
@store_options
@workbook_options
@click.option("--pem", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A key issued by hand.")
@click.option("--overview-id", help="With --pem: the embed that is bound to it; so for the other two.")
@click.option("--regions-id")
@click.option("--time-id")
def add(
    settings: Path,
    key_folder: Path | None,
    lockbox: str | None,
    workbook: str | None,
    url: str | None,
    pem: Path | None,
    **ids: str | None,
) -> None:
    """Put a new key beside the current one: made by DataLens (--workbook), or issued there by hand (--pem)."""
    from fly_potato.keys import rotation
    from fly_potato.keys.settings_files import settings_file
    from fly_potato.terminal import refusing

    with refusing():
        if (workbook is None) == (pem is None):
            raise click.UsageError("нужно одно из двух: --workbook или --pem")
        file, store = settings_file(settings), store_of(key_folder, lockbox)
        rotation.refuse_a_third(file.read())
        if workbook is not None:
            place, embeds = made_by_datalens(file, store, workbook, url)
        else:
            embeds = {key: embed for key in DASHBOARDS if (embed := ids[f"{key}_id"])}
            text = Path(str(pem)).read_text(encoding="ascii")
            place = rotation.add(file, store, text, embeds, datetime.now(UTC).date())
        click.echo(f"ключ добавлен: {ROLES[place]}")
        for key, embed in embeds.items():
            click.echo(f"{key}: {embed}")


def store_of(key_folder: Path | None, lockbox: str | None) -> "KeyStore":
    """Give the store that the options name."""
    from fly_potato.deploy.cloud import CloudClient, iam_token
    from fly_potato.keys.stores import KeyFolder, LockboxSecret

    if (key_folder is None) == (lockbox is None):
        raise click.UsageError("нужно одно из двух: --key-folder (узлы) или --lockbox (облако)")
    return LockboxSecret(CloudClient(iam_token()), lockbox) if lockbox else KeyFolder(Path(str(key_folder)))


def made_by_datalens(
    file: "SettingsFile", store: "KeyStore", workbook: str, url: str | None
) -> tuple[str, Mapping[str, str]]:
    """Have DataLens make a key and its embeds; the private half goes into the store before anything else is asked."""
    from datalens.embedding import NAME, bind, issue_key, remove_key
    from datalens.installation import connect
    from fly_potato.keys import rotation

    at, today = connect(url), datetime.now(UTC).date()
    try:
        issued = issue_key(at, workbook, f"{NAME} {today.isoformat()}")
        kept: str | None = None
        try:
            kept = store.keep(issued.pem)
            embeds = bind(at, workbook, issued.secret_id)
            return rotation.add(file, store, issued.pem, embeds, today, kept=kept), embeds
        except BaseException:
            remove_key(at, workbook, issued.secret_id)
            if kept is not None:
                store.remove(kept)
            raise
    finally:
        at.close()


@command.command()
@settings_option
@click.option("--at", "instant", metavar="ISO 8601", help="From when it signs, with an offset; default: in 30 minutes.")
def promote(settings: Path, instant: str | None) -> None:
    """Say from when the next key signs. Apply the settings before that instant."""
    from fly_potato.keys import rotation
    from fly_potato.keys.settings_files import settings_file
    from fly_potato.terminal import refusing

    with refusing():
        now = datetime.now(UTC)
        rotation.promote(settings_file(settings), _instant(instant) if instant else now + SOON, now)
        switch = settings_file(settings).read()["DATALENS_NEXT_KEY_FROM"]
        click.echo(f"следующий ключ подписывает с {switch}; примените настройки до этого момента")


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
def retire(settings: Path, key_folder: Path | None, lockbox: str | None, workbook: str | None, url: str | None) -> None:
    """Make the next key the current one and take the old one away, once its last token has run out.

    With --workbook the old key and its embeds are removed from DataLens, too.
    """
    from fly_potato.keys import rotation
    from fly_potato.keys.settings_files import settings_file
    from fly_potato.terminal import refusing

    with refusing():
        file, store, now = settings_file(settings), store_of(key_folder, lockbox), datetime.now(UTC)
        entries = rotation.ring(file.read(), now)
        rotation.retire(file, store, now)
        click.echo("следующий ключ стал текущим; примените настройки")
        if workbook is not None:
            _removed(workbook, url, entries[0].embeds)


def _removed(workbook: str, url: str | None, embeds: Mapping[str, Any]) -> None:
    from datalens.embedding import remove_key, secret_of
    from datalens.installation import connect

    at = connect(url)
    try:
        remove_key(at, workbook, secret_of(at, workbook, embeds))
    finally:
        at.close()
    click.echo("прежний ключ и его встраивания убраны из DataLens")
