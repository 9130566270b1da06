"""``fly-potato secrets``: how old a host's secrets are."""

from datetime import UTC, datetime
from pathlib import Path

import click

from fly_potato.terminal import json_option, tell

_AGES = Path("/var/lib/fly-potato/secrets.json")


@click.group()
def command() -> None:
    """Секреты хоста: ни один не показывается."""


@command.command()
@click.option("--file", "path", type=click.Path(path_type=Path), default=_AGES, help="Где записаны возрасты.")
@json_option
def status(path: Path) -> None:
    """Сказать, с каких пор секрет такой, как сейчас; код выхода 1, если какой-то старше 90 суток."""
    from hosting.secret_ages import read
    from hosting.secret_ages import status as status_of

    lines, late = status_of(path, datetime.now(UTC))
    secrets = [{"name": age.name, "since": age.since, "fingerprint": age.fingerprint} for age in read(path)]
    tell({"secrets": secrets, "late": late}, lines)
    if late or not lines:
        raise SystemExit(1)
