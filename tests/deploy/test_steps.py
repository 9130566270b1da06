"""The steps, their order, and the command that walks them."""

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from fly_potato.deploy import DeployError, deployment, place, rollback
from fly_potato.deploy.steps import Deployment, DeployOptions, Tags, commit
from fly_potato.main import main

WHERE = {"YC_CLOUD_ID": "b1g00000000000000000", "YC_FOLDER_ID": "b1g00000000000000001"}


def test_nothing_is_applied_before_it_was_planned_and_approved() -> None:
    for steps in (deployment(), rollback()):
        names = [step.name for step in steps]
        assert names.index("plan") < names.index("approve") < names.index("apply") < names.index("candidate")
        assert names.index("candidate") < names.index("switch") < names.index("site") < names.index("smoke")
        assert names.index("smoke") < names.index("record")
        assert all(step.title.endswith(".") for step in steps)


def test_a_deployment_migrates_and_a_return_leaves_the_schema() -> None:
    names = [step.name for step in deployment()]
    assert names.index("upload") < names.index("plan")
    assert names.index("plan") < names.index("identity") < names.index("approve"), "a wrong issuer changes nothing"
    assert names.index("apply") < names.index("migrate") < names.index("candidate"), "new code meets the new schema"
    back = [step.name for step in rollback()]
    assert "migrate" not in back
    assert back.index("apply") < back.index("site") < back.index("smoke"), "the page goes back with its release"


def test_each_release_takes_the_tag_that_is_not_in_use() -> None:
    assert Tags.after(None) == Tags("blue", "blue")
    assert Tags.after({"tag": "blue", "next": "blue"}) == Tags("blue", "green")
    assert Tags.after({"tag": "green", "next": "green"}) == Tags("green", "blue")
    # After a return the versions that failed are made anew, those in use stay.
    assert Tags.after({"tag": "blue", "next": "green"}) == Tags("blue", "green")


def run(*words: str, env: dict[str, str] | None = None) -> tuple[int, str]:
    """Run the command."""
    done = CliRunner().invoke(main, ["deploy", *words], env=WHERE if env is None else env)
    return done.exit_code, done.output


def test_a_dry_run_names_every_step_and_touches_nothing() -> None:
    status, output = run("prod", "--dry-run")
    assert status == 0
    assert [line.split()[1].rstrip(":") for line in output.splitlines()[1:]] == [step.name for step in deployment()]


def test_it_stops_where_it_is_told() -> None:
    status, output = run("prod", "--dry-run", "--until", "plan")
    assert status == 0
    assert output.splitlines()[-1].split()[1] == "plan:"


@pytest.mark.parametrize(
    "words", [("staging",), ("prod", "--until", "nothing"), ("prod", "--release", "releases/x.json")]
)
def test_what_makes_no_sense_is_refused(words: tuple[str, ...]) -> None:
    assert run(*words)[0] == 2


def test_without_a_folder_it_says_which_variable_is_missing() -> None:
    status, output = run("dev", "--dry-run", env={"YC_CLOUD_ID": "", "YC_FOLDER_ID": ""})
    assert status == 1
    assert "YC_CLOUD_ID, YC_FOLDER_ID" in output


def test_a_plan_that_nobody_approves_is_not_applied(tmp_path: Path) -> None:
    questions: list[str] = []
    lines: list[str] = []

    def refuse(question: str) -> bool:
        questions.append(question)
        return False

    here = place("prod", WHERE)
    with pytest.raises(DeployError) as refused:
        Deployment(here, tmp_path, DeployOptions(), lines.append, refuse).approve()
    assert refused.value.code == "DEPLOY_NOT_APPROVED"
    assert "prod" in questions[0]
    Deployment(here, tmp_path, DeployOptions(approved=True), lines.append, refuse).approve()
    assert len(questions) == 1


def test_only_a_committed_tree_is_deployed(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        who = ["-c", "user.name=tests", "-c", "user.email=tests@example.org"]
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    with pytest.raises(DeployError):
        commit(tmp_path)
    git("init", "-q")
    (tmp_path / "file").write_text("one", encoding="utf-8")
    with pytest.raises(DeployError) as refused:
        commit(tmp_path)
    assert refused.value.code == "DEPLOY_TREE_DIRTY"
    git("add", ".")
    git("commit", "-qm", "one")
    assert len(commit(tmp_path)) == 40
