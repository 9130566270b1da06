"""The ``fly-potato`` command; a subcommand's module is imported only when it is called."""

import importlib

import click

COMMANDS: dict[str, str] = {
    "parse": "read telegram rows as JSON lines and write what they say",
    "explain": "show how one telegram is read, field by field",
    "sample": "make a workbook of invented flights and the truth beside it",
    "regions": "load, check, compare and use region boundaries; give points their regions",
    "migrate": "bring the database schema to the newest version",
    "check": "read a workbook as the product does, without a database",
    "ingest": "send workbooks and follow them to the end",
    "verify": "print checksums of the tables, to compare two databases",
    "reread": "read kept rows anew with today's parser",
    "forget": "replace every kept text that names a person",
    "withdraw": "take a wrong workbook back",
    "maintenance": "pause and slow ingest, switch parts off, announce something",
    "backup": "make, try and keep backups of a host's cluster",
    "cleanup": "remove result files and announcements that have had their time",
    "dead-letters": "show events that could not be delivered, and deliver them again",
    "demo": "do the whole job once, as a client would",
    "up": "start the local stack",
    "down": "stop the local stack",
    "status": "tell what of the local stack runs",
    "site": "lay the web page out for whoever gives it to browsers",
    "datalens": "make the dashboards of DataLens: a file for import, or by its API; embed them",
    "keys": "rotate the keys that sign the tokens of embedded dashboards",
    "spec": "write the gateway's description of the routes, or check it",
    "bundle": "make the zips that the cloud runs",
    "deploy": "bring a release to an environment in the cloud, or take it back",
}

MODULES = {"up": "local_stack", "down": "local_stack", "status": "local_stack"}
"""Modules of ``fly_potato.commands`` that hold several commands, each under its own name."""


class LazyGroup(click.Group):
    """A group whose commands live in ``fly_potato.commands.<name>`` as ``command``, or as ``MODULES`` says."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command, in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the named command, or answer None."""
        if cmd_name not in COMMANDS:
            return None
        name = MODULES.get(cmd_name, cmd_name.replace("-", "_"))
        module = importlib.import_module(f"fly_potato.commands.{name}")
        command = getattr(module, cmd_name if cmd_name in MODULES else "command")
        if not isinstance(command, click.Command):
            raise TypeError(cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="fly-potato")
def main() -> None:
    """Read UAV flight telegrams, give every flight its region, keep and serve them."""
