"""``fly-potato up``, ``down`` and ``status``: the local stack."""

import json

import click
from rich.table import Table

from fly_potato.stack import Stack, stack_paths
from fly_potato.terminal import console, exit_on_error, json_option, print_answer, print_line


@click.command()
@json_option
def up() -> None:
    """Запустить PostGIS, S3 и шлюз, обновить схему, загрузить границы и дождаться ответа шлюза.

    Порты (FLY_POTATO_PG_PORT, FLY_POTATO_S3_PORT, FLY_POTATO_PORT) запоминаются: остальные команды найдут стенд сами.
    """
    with exit_on_error():
        paths = stack_paths()
        Stack(paths).up(print_line)
    print_answer({"url": paths.url})


@click.command()
@json_option
def down() -> None:
    """Остановить шлюз, S3 и PostGIS; данные остаются в .local/."""
    with exit_on_error():
        Stack(stack_paths()).down(print_line)
    print_answer({"stopped": True})


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Один объект JSON вместо таблицы.")
def status(as_json: bool) -> None:
    """Показать части стенда и недоставленные события; код возврата 1, если что-то не работает."""
    with exit_on_error():
        paths = stack_paths()
        parts = Stack(paths).status()
    dead = sorted(paths.dead_letters.glob("*.json"))
    if as_json:
        described = [
            {"name": part.name, "runs": part.runs, "where": part.where, "detail": part.detail} for part in parts
        ]
        click.echo(json.dumps({"parts": described, "dead_letters": len(dead)}, ensure_ascii=False))
        raise SystemExit(0 if all(part.runs for part in parts) else 1)
    table = Table("часть", "работает", "адрес", "подробности")
    for part in parts:
        table.add_row(part.name, "да" if part.runs else "нет", part.where, part.detail)
    console().print(table)
    if dead:
        click.echo(f"недоставленных событий: {len(dead)}, они в {dead[0].parent}")
    if not all(part.runs for part in parts):
        raise SystemExit(1)
