"""``fly-potato bundle``: make the zips that the cloud runs."""

from pathlib import Path

import click

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option("--out", type=_FOLDER, default=Path("build/bundles"), show_default=True)
@click.option("--lock", is_flag=True, help="Pin the packages of each function anew, and make nothing.")
@click.argument("names", nargs=-1)
def command(out: Path, lock: bool, names: tuple[str, ...]) -> None:
    """Make and start the bundles of NAMES (default: all functions); report.json beside them says what they weigh."""
    import json

    from fly_potato.bundle import build_and_start, find_python, recipes, reporting, wheels
    from fly_potato.terminal import console, refusing

    chosen = [recipe for recipe in recipes() if not names or recipe.name in names]
    if unknown := set(names) - {recipe.name for recipe in chosen}:
        raise click.BadParameter(f"нет функции {', '.join(sorted(unknown))}")
    with refusing():
        if lock:
            for recipe in chosen:
                wheels.lock(recipe)
                click.echo(f"requirements/{recipe.name}.txt")
            return
        python = find_python()
        bundles = [build_and_start(recipe, python, out) for recipe in chosen]
    (out / "report.json").write_text(json.dumps(reporting.document(bundles), indent=2, sort_keys=True) + "\n", "utf-8")
    console().print(reporting.table(bundles))
