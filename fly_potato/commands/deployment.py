"""``fly-potato bundle``, ``site``, ``spec`` and ``deploy``: a release of the cloud, from its parts to its place."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from fly_potato.bundle.building import Bundle
from fly_potato.bundle.starting import Started
from fly_potato.terminal import console, exit_on_error, json_option, print_answer, print_line, wants_json

_FOLDER = click.Path(file_okay=False, path_type=Path)
_MEBIBYTE = 1024**2


@click.command()
@click.option("--out", type=_FOLDER, default=Path("build/bundles"), show_default=True, help="Куда.")
@click.option("--lock", is_flag=True, help="Только закрепить пакеты каждой функции заново.")
@click.argument("names", nargs=-1)
@json_option
def bundle(out: Path, lock: bool, names: tuple[str, ...]) -> None:
    """Собрать и запустить архивы функций NAMES (по умолчанию всех); рядом report.json: сколько они весят."""
    from fly_potato.bundle import build_and_start, building, find_python, recipes

    chosen = [recipe for recipe in recipes() if not names or recipe.name in names]
    if unknown := set(names) - {recipe.name for recipe in chosen}:
        raise click.BadParameter(f"нет функции {', '.join(sorted(unknown))}")
    with exit_on_error():
        if lock:
            for recipe in chosen:
                building.lock(recipe)
            files = [f"requirements/{recipe.name}.txt" for recipe in chosen]
            print_answer({"files": files}, files)
            return
        python = find_python()
        bundles = [build_and_start(recipe, python, out) for recipe in chosen]
    (out / "report.json").write_text(json.dumps(_document(bundles), indent=2, sort_keys=True) + "\n", "utf-8")
    if wants_json():
        print_answer(_document(bundles))
    else:
        console().print(_table(bundles))


def _table(bundles: Sequence[tuple[Bundle, Started]]) -> Table:
    """Tabulate bundles."""
    rows = Table("функция", "архив, МиБ", "распакован, МиБ", "импорт, мс", "из них процессор", "память, МиБ", "sha256")
    for bundle, started in bundles:
        rows.add_row(
            bundle.name,
            f"{bundle.zipped / _MEBIBYTE:.1f}",
            f"{bundle.unpacked / _MEBIBYTE:.1f}",
            f"{started.import_milliseconds:.0f}",
            f"{started.import_cpu_milliseconds:.0f}",
            f"{started.import_mebibytes:.0f}",
            bundle.sha256[:12],
        )
    return rows


def _document(bundles: Sequence[tuple[Bundle, Started]]) -> dict[str, Any]:
    """Write the same as a JSON document."""
    return {
        "functions": {
            bundle.name: {
                "sha256": bundle.sha256,
                "zipped_bytes": bundle.zipped,
                "unpacked_bytes": bundle.unpacked,
                "import_milliseconds": started.import_milliseconds,
                "import_cpu_milliseconds": started.import_cpu_milliseconds,
                "import_mebibytes": started.import_mebibytes,
            }
            for bundle, started in bundles
        },
    }


@click.command()
@click.argument("out_dir", type=click.Path(file_okay=False, path_type=Path))
@click.option("--config", metavar="JSON", help="Содержимое assets/config.json, например как входят.")
@click.option("--policy", is_flag=True, help="Вписать в страницы политику безопасности: её некому присылать.")
@click.option("--connect", multiple=True, metavar="URL", help="Вместе с --policy: куда ещё страницам можно обращаться.")
@json_option
def site(out_dir: Path, config: str | None, policy: bool, connect: tuple[str, ...]) -> None:
    """Разложить веб-страницу в OUT_DIR; кроме неё, там ничего не останется."""
    from fly_potato.site import lay_out
    from fly_potato.site import policy as policy_of

    try:
        settings = None if config is None else json.loads(config)
    except json.JSONDecodeError as error:
        raise click.BadParameter("не JSON", param_hint="--config") from error
    if settings is not None and not isinstance(settings, dict):
        raise click.BadParameter("нужен объект JSON", param_hint="--config")
    if connect and not policy:
        raise click.BadParameter("имеет смысл вместе с --policy", param_hint="--connect")
    with exit_on_error():
        files = lay_out(out_dir, settings, policy_of(connect) if policy else None)
    print_answer({"folder": out_dir, "files": len(files)}, [f"{out_dir}: файлов {len(files)}"])


@click.command("spec")
@click.option("--check", is_flag=True, help="Ничего не писать; код возврата 1, если файл разошёлся с кодом.")
@json_option
def spec(check: bool) -> None:
    """Написать spec/openapi.yaml по коду и spec/gateway.yaml и номера в spec/contracts/VERSION.json."""
    from fly_potato import openapi

    if not check:
        openapi.write()
    stale = openapi.stale() if check else []
    print_answer({"stale": stale}, [f"{path} разошёлся с кодом: make spec" for path in stale])
    if stale:
        sys.exit(1)


@click.command()
@click.argument("environment", type=click.Choice(["dev", "test", "preprod", "prod", "rehearsal"]))
@click.option("--back", is_flag=True, help="Вернуться к прежнему выпуску или к названному в --release.")
@click.option("--teardown", is_flag=True, help="Убрать среду; нужен --allow-data-loss.")
@click.option("--export-logs", is_flag=True, help="Только перенести вчерашние журналы в их хранилище.")
@click.option("--release", metavar="KEY", help="Вместе с --back: какой выпуск, releases/… в хранилище выпусков.")
@click.option("--until", metavar="STEP", help="Остановиться после шага, например plan.")
@click.option("--yes", is_flag=True, help="План одобрен в другом месте; не спрашивать.")
@click.option("--allow-data-loss", is_flag=True, help="Разрешить плану удалить базу, хранилища или ключи.")
@click.option("--rollback-on-failure", is_flag=True, help="Вернуться назад, если последняя проверка не прошла.")
@click.option("--dry-run", is_flag=True, help="Только перечислить шаги.")
@json_option
def deploy(
    environment: str,
    back: bool,
    teardown: bool,
    export_logs: bool,
    release: str | None,
    until: str | None,
    yes: bool,
    allow_data_loss: bool,
    rollback_on_failure: bool,
    dry_run: bool,
) -> None:
    """Выкатить этот коммит в среду ENVIRONMENT: собрать, план, применить, миграции, осмотр, переключение, проверка."""
    from fly_potato import deploy
    from fly_potato.bundle.contents import ROOT
    from fly_potato.deploy.steps import Deployment, DeployOptions

    if environment == "rehearsal":
        # A process of its own: it changes what the environment says of clouds and tokens.
        raise SystemExit(subprocess.call([sys.executable, "-m", "local.cloud.rehearsal"], cwd=ROOT))
    if back + teardown + export_logs > 1:
        raise click.BadParameter("одно из трёх: --back, --teardown или --export-logs", param_hint="--teardown")
    if back:
        steps = deploy.rollback()
    elif teardown:
        steps = deploy.teardown()
    else:
        steps = deploy.export() if export_logs else deploy.deployment()
    names = [step.name for step in steps]
    if until is not None and until not in names:
        raise click.BadParameter(f"нет шага {until}; есть {', '.join(names)}", param_hint="--until")
    if release is not None and not back:
        raise click.BadParameter("называют вместе с --back", param_hint="--release")
    steps = steps[: names.index(until) + 1] if until else steps
    with exit_on_error():
        where = deploy.place(environment)
        print_line(f"среда {environment}, каталог {where.folder_id}")
        options = DeployOptions(
            approved=yes,
            allow_data_loss=allow_data_loss,
            release=release,
            rollback_on_failure=rollback_on_failure,
        )
        run = Deployment(where, ROOT, options, lambda line: print_line(f"    {line}"), _ask)
        for number, step in enumerate(steps, 1):
            print_line(f"{number:2}. {step.name}: {step.title}")
            if not dry_run:
                step.run(run)
    print_answer({"environment": environment, "steps": [step.name for step in steps], "done": not dry_run})


def _ask(question: str) -> bool:
    return click.confirm(question, err=True)
