"""``fly-potato deploy``: bring a release to an environment, or take it back."""

import subprocess
import sys

import click


@click.command()
@click.argument("environment", type=click.Choice(["dev", "test", "preprod", "prod", "rehearsal"]))
@click.option("--back", is_flag=True, help="Return to the release before, or to the one that --release names.")
@click.option("--teardown", is_flag=True, help="Remove the environment; wants --allow-data-loss.")
@click.option("--export-logs", is_flag=True, help="Bring yesterday's logs into their bucket, and nothing else.")
@click.option("--release", metavar="KEY", help="With --back: which release, as releases/... in the artifacts bucket.")
@click.option("--until", metavar="STEP", help="Stop after this step, for instance plan.")
@click.option("--yes", is_flag=True, help="The plan was approved elsewhere; do not ask.")
@click.option("--allow-data-loss", is_flag=True, help="Let a plan destroy the database, buckets or keys.")
@click.option("--rollback-on-failure", is_flag=True, help="Turn back if the check at the end fails.")
@click.option("--dry-run", is_flag=True, help="Only list the steps.")
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
    """Deploy this commit to ENVIRONMENT: bundle, plan, apply, migrate, look at it, switch, smoke."""
    from fly_potato import deploy
    from fly_potato.bundle.recipes import ROOT
    from fly_potato.deploy.steps import Deployment, DeployOptions
    from fly_potato.terminal import refusing

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
        click.echo(f"среда {environment}, каталог {where.folder_id}")
        options = DeployOptions(
            approved=yes,
            allow_data_loss=allow_data_loss,
            release=release,
            rollback_on_failure=rollback_on_failure,
        )
        run = Deployment(where, ROOT, options, lambda line: click.echo(f"    {line}"), click.confirm)
        for number, step in enumerate(steps, 1):
            click.echo(f"{number:2}. {step.name}: {step.title}")
            if not dry_run:
                step.run(run)
