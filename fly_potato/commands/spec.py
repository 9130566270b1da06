"""``fly-potato spec``: the gateway's description, made of the code, and the numbers of versions beside it."""

import json
import sys

import click

from fly_potato import openapi
from fly_potato.terminal import json_option, tell
from shared.api.probes import SCHEMA_REVISION
from shared.settings import VERSION

VERSIONS = openapi.SPEC / "contracts" / "VERSION.json"


@click.command("spec")
@click.option("--check", is_flag=True, help="Ничего не писать; код возврата 1, если файл разошёлся с кодом.")
@json_option
def command(check: bool) -> None:
    """Написать spec/openapi.yaml по коду и spec/gateway.yaml и номера в spec/contracts/VERSION.json."""
    stale: list[str] = []
    if not check:
        openapi.write()
        VERSIONS.write_text(_versions(), "utf-8")
    else:
        stale += [] if openapi.is_current() else ["spec/openapi.yaml"]
        stale += [] if VERSIONS.read_text("utf-8") == _versions() else ["spec/contracts/VERSION.json"]
    tell({"stale": stale}, [f"{path} разошёлся с кодом: make spec" for path in stale])
    if stale:
        sys.exit(1)


def _versions() -> str:
    """Give the file with the code's numbers; date and summary stay as a person wrote them."""
    written = json.loads(VERSIONS.read_text("utf-8"))
    return json.dumps(written | {"version": VERSION, "schema": SCHEMA_REVISION}, ensure_ascii=False, indent=2) + "\n"
