"""``fly-potato sample``: a workbook of invented flights and the truth beside it."""

from pathlib import Path

import click

from testing.sheets import LAYOUTS
from testing.truth import truth_path
from testing.workbooks import make_sample


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--rows", default=1_000, show_default=True, type=click.IntRange(1, 1_048_575), help="Rows of data.")
@click.option("--layout", default="2025", show_default=True, type=click.Choice(LAYOUTS), help="Which year's sheets.")
@click.option("--seed", default=1, show_default=True, type=int, help="The same seed gives the same bytes.")
@click.option("--totals-only", is_flag=True, help="Write the truth's sums without every row and flight.")
def command(out: Path, rows: int, layout: str, seed: int, totals_only: bool) -> None:
    """Make a workbook OUT of invented flights and, beside it, OUT with .truth.json."""
    totals = make_sample(out, rows=rows, layout=layout, seed=seed, totals_only=totals_only)
    click.echo(
        f"{out}: {totals['rows']} rows, {totals['flights']} flights, {totals['repeated']} repeated, "
        f"{sum(totals['rejected'].values())} unreadable, {totals['empty']} empty; truth in {truth_path(out)}"
    )
