"""``fly-potato deploy``: bring a release to an environment, or take it back."""

import subprocess
import sys

import click

from fly_potato.terminal import json_option, refusing, say, tell


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
def command(
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
    with refusing():
        where = deploy.place(environment)
        say(f"среда {environment}, каталог {where.folder_id}")
        options = DeployOptions(
            approved=yes,
            allow_data_loss=allow_data_loss,
            release=release,
            rollback_on_failure=rollback_on_failure,
        )
        run = Deployment(where, ROOT, options, lambda line: say(f"    {line}"), _ask)
        for number, step in enumerate(steps, 1):
            say(f"{number:2}. {step.name}: {step.title}")
            if not dry_run:
                step.run(run)
    tell({"environment": environment, "steps": [step.name for step in steps], "done": not dry_run})


def _ask(question: str) -> bool:
    return click.confirm(question, err=True)
