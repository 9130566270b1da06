"""The commands that a person types, against the running stack."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fly_potato.commands import demo
from fly_potato.commands.demo import truth_beside
from fly_potato.stack import Stack


def _command(stack: Stack, *words: str) -> subprocess.CompletedProcess[str]:
    paths = stack.paths
    own = {
        "FLY_POTATO_STATE": str(paths.state),
        "FLY_POTATO_PG_PORT": str(paths.postgres_port),
        "FLY_POTATO_S3_PORT": str(paths.s3_port),
        "FLY_POTATO_PORT": str(paths.port),
    }
    script = "from fly_potato.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", script, *words], env=os.environ | own, capture_output=True, text=True, check=False
    )


def test_ingest_takes_many_files_and_tells_which_failed(stack: Stack, samples: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "text.xlsx").write_text("this is no workbook")
    good, bad = str(samples["other"]), str(tmp_path / "text.xlsx")
    done = _command(stack, "ingest", good, bad, good)
    assert done.returncode == 1
    lines = [line for line in done.stdout.splitlines() if not line.startswith("  ")]
    assert len(lines) == 3, done.stdout + done.stderr
    assert "не загружен: WORKBOOK_" in lines[1]
    assert "уже известен" in lines[2]
    assert _command(stack, "ingest", good).returncode == 0


def test_status_tells_what_runs(stack: Stack) -> None:
    done = _command(stack, "status")
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in ("postgres", "s3", "emulator"))


def test_up_again_changes_nothing(stack: Stack) -> None:
    before = (stack.emulator.pid(), stack.s3.pid())
    assert _command(stack, "up").returncode == 0
    assert (stack.emulator.pid(), stack.s3.pid()) == before


def test_the_demo_agrees_with_its_samples_and_tells_when_they_disagree(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "ROWS", 300)
    first, second, wrong = (demo.Demo(stack.paths) for _ in range(3))
    first.run(None)
    assert first.faults == []
    second.run(None)
    assert second.faults == []
    assert "таблицы не изменились" in capsys.readouterr().out
    sample = stack.paths.state / "samples" / "demo-2025-300.xlsx"
    totals = truth_beside(sample)
    assert totals is not None
    totals["flights"] += 1
    sample.with_suffix(".truth.json").write_text(json.dumps({"totals": totals}))
    wrong.run(None)
    assert [fault.split(":")[0] for fault in wrong.faults] == ["полётов"]


def test_programs_get_json_and_other_shells_find_the_stack(stack: Stack, samples: dict[str, Path]) -> None:
    done = _command(stack, "ingest", "--json", str(samples["other"]))
    [line] = done.stdout.splitlines()
    assert json.loads(line)["state"] in ("loaded", "duplicate")
    # A shell that knows the stack's folder and none of its ports.
    state = {"FLY_POTATO_STATE": str(stack.paths.state)}
    bare = {name: value for name, value in os.environ.items() if not name.startswith("FLY_POTATO_")} | state
    script = "from fly_potato.main import main; main()"
    run = subprocess.run(
        [sys.executable, "-c", script, "status", "--json"], env=bare, capture_output=True, text=True, check=False
    )
    body = json.loads(run.stdout)
    assert all(part["runs"] for part in body["parts"]), body
    assert {part["name"]: part["where"] for part in body["parts"]}["emulator"] == stack.paths.url
