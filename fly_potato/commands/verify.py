"""``fly-potato verify``: checksums of the tables and the rules they must keep."""

import asyncio
import json

import click


@click.command()
@click.option("--uri", envvar="POSTGRES_URI", required=True, help="Database address; default: POSTGRES_URI.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@click.option("--rebuild", is_flag=True, help="Also build every flight anew from its rows and compare; takes long.")
def command(uri: str, as_json: bool, rebuild: bool) -> None:
    """Print a checksum a table; two databases that hold the same facts print the same. Exit 1 if a rule is broken."""
    from fly_potato.verify import verify

    sums, rules = asyncio.run(verify(uri, rebuild=rebuild))
    if as_json:
        tables = {s.table: {"rows": s.rows, "checksum": s.checksum} for s in sums}
        click.echo(json.dumps({"tables": tables, "rules": {r.name: r.offenders for r in rules}}))
    else:
        for s in sums:
            click.echo(f"{s.table:24}{s.rows:>12}  {s.checksum}")
        for r in rules:
            click.echo(f"{'ok' if not r.offenders else 'BROKEN':8}{r.name}{f': {r.offenders}' if r.offenders else ''}")
    if any(r.offenders for r in rules):
        raise SystemExit(1)
