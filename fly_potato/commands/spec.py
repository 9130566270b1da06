"""``fly-potato spec``: the gateway's description, made of the code."""

import sys

import click

from fly_potato import openapi


@click.command("spec")
@click.option("--check", is_flag=True, help="Write nothing; fail where the file is not what the code says.")
def command(check: bool) -> None:
    """Write spec/openapi.yaml of the routes and of spec/gateway.yaml."""
    if not check:
        openapi.write()
    elif not openapi.is_current():
        sys.exit("spec/openapi.yaml is not what the code says: run make spec")
