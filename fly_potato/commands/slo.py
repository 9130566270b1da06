"""``fly-potato slo``: how good the service was, month by month."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from fly_potato.terminal import json_option, refusing, tell


@click.group()
def command() -> None:
    """Уровень обслуживания: доступность, запас недоступности, задержки, загрузки."""


@command.command()
@click.argument("month", required=False)
@click.option(
    "--prometheus",
    envvar="PROMETHEUS_URL",
    default="http://prometheus:9090",
    show_default=True,
    help="Адрес Prometheus.",
)
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Файл вместо вывода на экран.")
@json_option
def report(month: str | None, prometheus: str, output: Path | None) -> None:
    """Написать отчёт за МЕСЯЦ (2026-10; по умолчанию прошлый) в Markdown; код выхода 1, если доступность ниже цели."""
    from fly_potato import service_level

    now = datetime.now(UTC)
    with refusing():
        start, end = service_level.month_of(month or f"{now.replace(day=1) - timedelta(days=1):%Y-%m}", now)
        level = service_level.measure(prometheus, start, end)
    text = service_level.markdown(level)
    if output is not None:
        output.write_text(text, encoding="utf-8")
    tell(level, [text.rstrip("\n") if output is None else str(output)])
    if level.availability is None or level.availability < service_level.AVAILABILITY:
        raise SystemExit(1)
