"""``fly-potato bundle``: make the zips that the cloud runs."""

from pathlib import Path

import click

from fly_potato.terminal import json_option

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option("--out", type=_FOLDER, default=Path("build/bundles"), show_default=True, help="Куда.")
@click.option("--lock", is_flag=True, help="Только закрепить пакеты каждой функции заново.")
@click.argument("names", nargs=-1)
@json_option
def command(out: Path, lock: bool, names: tuple[str, ...]) -> None:
    """Собрать и запустить архивы функций NAMES (по умолчанию всех); рядом report.json: сколько они весят."""
    import json

    from fly_potato.bundle import build_and_start, building, find_python, recipes, reporting
    from fly_potato.terminal import console, refusing, tell, wants_json

    chosen = [recipe for recipe in recipes() if not names or recipe.name in names]
    if unknown := set(names) - {recipe.name for recipe in chosen}:
        raise click.BadParameter(f"нет функции {', '.join(sorted(unknown))}")
    with refusing():
        if lock:
            for recipe in chosen:
                building.lock(recipe)
            files = [f"requirements/{recipe.name}.txt" for recipe in chosen]
            tell({"files": files}, files)
            return
        python = find_python()
        bundles = [build_and_start(recipe, python, out) for recipe in chosen]
    (out / "report.json").write_text(json.dumps(reporting.document(bundles), indent=2, sort_keys=True) + "\n", "utf-8")
    if wants_json():
        tell(reporting.document(bundles))
    else:
        console().print(reporting.table(bundles))
