"""``fly-potato demo``: do the whole job once, as a client would."""

from pathlib import Path

import click


@click.command()
@click.argument("workbook", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(workbook: Path | None) -> None:
    """Bring the stack up, load WORKBOOK (default: two samples) and check what came of it; exit 1 if it is wrong."""
    from fly_potato.demo import Demo
    from fly_potato.screen import refusing
    from fly_potato.stack import stack_paths

    demo = Demo(stack_paths())
    with refusing():
        demo.run(workbook)
    for fault in demo.faults:
        click.echo(f"ОШИБКА: {fault}", err=True)
    if demo.faults:
        raise SystemExit(1)
    click.echo(f"Всё верно. Остановить: make down. Сайт с загруженными полётами: {demo.stack.paths.url}/")
