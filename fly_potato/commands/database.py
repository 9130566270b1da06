"""``fly-potato migrate``, ``verify`` and ``audit``: the schema, what is in the tables, who did what."""

import asyncio
import json
from datetime import timedelta

import click

from fly_potato import database
from fly_potato.terminal import json_option, print_answer


@click.command()
@click.option("--uri", envvar="POSTGRES_URI", required=True, help="Адрес базы; по умолчанию POSTGRES_URI.")
@click.option("--check", "only_check", is_flag=True, help="Только сравнить базу с описанием схемы.")
@click.option("--revise", metavar="ID MESSAGE", nargs=2, help="Написать версию по разнице.")
@click.argument("revision", default="head")
@json_option
def migrate(uri: str, only_check: bool, revise: tuple[str, str] | None, revision: str) -> None:
    """Привести схему к версии REVISION (по умолчанию новейшей)."""
    if only_check:
        database.check(uri)
    elif revise:
        database.revise(uri, revise[1], revise[0])
    else:
        database.migrate(uri, revision)
        print_answer({"revision": revision}, [f"схема приведена к {revision}"])


@click.command()
@click.option("--uri", envvar="POSTGRES_URI", help="Адрес базы; по умолчанию POSTGRES_URI, а без неё локальный стенд.")
@click.option("--json", "as_json", is_flag=True, help="Один объект JSON вместо строк.")
@click.option("--rebuild", is_flag=True, help="Ещё собрать каждый полёт заново из строк и сравнить; долго.")
def verify(uri: str | None, as_json: bool, rebuild: bool) -> None:
    """Напечатать контрольную сумму каждой таблицы; у баз с одними и теми же фактами они равны.

    Код возврата 1, если какое-то правило нарушено.
    """
    if uri is None:
        from fly_potato.stack import Stack, stack_paths

        uri = Stack(stack_paths()).superuser_uri()
    sums, checked = asyncio.run(database.verify(uri, rebuild=rebuild))
    if as_json:
        tables = {s.table: {"rows": s.rows, "checksum": s.checksum} for s in sums}
        click.echo(json.dumps({"tables": tables, "rules": {r.name: r.offenders for r in checked}}))
    else:
        for s in sums:
            click.echo(f"{s.table:24}{s.rows:>12}  {s.checksum}")
        for r in checked:
            click.echo(f"{'ok' if not r.offenders else 'BROKEN':8}{r.name}{f': {r.offenders}' if r.offenders else ''}")
    if any(r.offenders for r in checked):
        raise SystemExit(1)


@click.command()
@click.option("--uri", envvar="MIGRATE_URI", required=True, help="Адрес базы, владелец; по умолчанию MIGRATE_URI.")
@click.option("--days", type=click.IntRange(min=1), default=30, show_default=True, help="За сколько последних суток.")
@click.option("--who", help="Только этот субъект (sub токена) или команда.")
@click.option("--action", help="Только действия, которые так начинаются: upload, report, withdraw, maintenance …")
@click.option("--json", "as_json", is_flag=True, help="По объекту JSON в строке.")
def audit(uri: str, days: int, who: str | None, action: str | None, as_json: bool) -> None:
    """Сказать, кто, когда и что делал: журнал действий, загрузки, отзывы, границы, отчёты; часы — UTC."""
    for done in asyncio.run(database.actions(uri, timedelta(days=days), who, action)):
        details = json.loads(done.details) if done.details else None
        if as_json:
            line = {"at": done.at.isoformat(), "who": done.who, "action": done.action, "details": details}
            click.echo(json.dumps(line, ensure_ascii=False))
        else:
            text = json.dumps(details, ensure_ascii=False) if details else ""
            click.echo(f"{done.at:%Y-%m-%d %H:%M:%S}  {done.who}  {done.action}  {text}".rstrip())
