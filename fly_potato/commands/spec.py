"""``fly-potato spec``: the gateway's description, made of the code, and the numbers of versions beside it."""

import json
import sys

import click

from fly_potato import openapi
from shared.api.probes import SCHEMA_REVISION
from shared.settings import VERSION

VERSIONS = openapi.SPEC / "contracts" / "VERSION.json"


@click.command("spec")
@click.option("--check", is_flag=True, help="Write nothing; fail where a file is not what the code says.")
def command(check: bool) -> None:
    """Write spec/openapi.yaml of routes and spec/gateway.yaml, and the numbers in spec/contracts/VERSION.json."""
    if not check:
        openapi.write()
        VERSIONS.write_text(_versions(), "utf-8")
    elif not openapi.is_current():
        sys.exit("spec/openapi.yaml is not what the code says: run make spec")
    elif VERSIONS.read_text("utf-8") != _versions():
        sys.exit("spec/contracts/VERSION.json is not what the code says: run make spec")


def _versions() -> str:
    """Give the file with the code's numbers; date and summary stay as a person wrote them."""
    written = json.loads(VERSIONS.read_text("utf-8"))
    return json.dumps(written | {"version": VERSION, "schema": SCHEMA_REVISION}, ensure_ascii=False, indent=2) + "\n"
