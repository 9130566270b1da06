"""``fly-potato audit``: who did what, and when."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg
import click

from shared.db.sql import load_sql

_SQL = load_sql("fly_potato")


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody did: when (UTC), the subject of their token or the name of a command or job, and what exactly."""

    at: datetime
    who: str
    action: str
    details: str | None


async def actions(uri: str, since: timedelta, who: str | None, action: str | None) -> Sequence[Action]:
    """Read what was done since so long ago, the oldest first; by one subject, or of actions that begin so, if asked."""
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        return [Action(**row) for row in await connection.fetch(_SQL["actions"], since, who, action)]
    finally:
        await connection.close()


@click.command()
@click.option("--uri", envvar="MIGRATE_URI", required=True, help="Адрес базы, владелец; по умолчанию MIGRATE_URI.")
@click.option("--days", type=click.IntRange(min=1), default=30, show_default=True, help="За сколько последних суток.")
@click.option("--who", help="Только этот субъект (sub токена) или команда.")
@click.option("--action", help="Только действия, которые так начинаются: upload, report, withdraw, maintenance …")
@click.option("--json", "as_json", is_flag=True, help="По объекту JSON в строке.")
def command(uri: str, days: int, who: str | None, action: str | None, as_json: bool) -> None:
    """Сказать, кто, когда и что делал: журнал действий, загрузки, отзывы, границы, отчёты; часы — UTC."""
    for done in asyncio.run(actions(uri, timedelta(days=days), who, action)):
        details = json.loads(done.details) if done.details else None
        if as_json:
            line = {"at": done.at.isoformat(), "who": done.who, "action": done.action, "details": details}
            click.echo(json.dumps(line, ensure_ascii=False))
        else:
            text = json.dumps(details, ensure_ascii=False) if details else ""
            click.echo(f"{done.at:%Y-%m-%d %H:%M:%S}  {done.who}  {done.action}  {text}".rstrip())
