"""``fly-potato sample``: a workbook of invented flights and the truth beside it."""

from pathlib import Path

import click

from fly_potato.terminal import json_option, tell
from testing.sheets import LAYOUTS
from testing.truth import truth_path
from testing.workbooks import make_sample


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--rows", default=1_000, show_default=True, type=click.IntRange(1, 1_048_575), help="Строк с данными.")
@click.option("--layout", default="2025", show_default=True, type=click.Choice(LAYOUTS), help="Листы какого года.")
@click.option("--seed", default=1, show_default=True, type=int, help="От одного числа те же байты.")
@click.option("--totals-only", is_flag=True, help="В ответе одни суммы, без строк и полётов.")
@json_option
def command(out: Path, rows: int, layout: str, seed: int, totals_only: bool) -> None:
    """Сделать книгу OUT с выдуманными полётами и рядом OUT с .truth.json."""
    totals = make_sample(out, rows=rows, layout=layout, seed=seed, totals_only=totals_only)
    summary = (
        f"строк {totals['rows']}, полётов {totals['flights']}, повторов {totals['repeated']}, "
        f"нечитаемых {sum(totals['rejected'].values())}, пустых {totals['empty']}; ответ в {truth_path(out)}"
    )
    answer = {name: totals[name] for name in ("rows", "flights", "repeated", "rejected", "empty")}
    tell({"file": out, "truth": truth_path(out), **answer}, [f"{out}: {summary}"])
