"""The command speaks Russian, remembers ports and completes itself."""

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from fly_potato.main import COMMANDS, main
from fly_potato.stack import stack_paths
from fly_potato.stack.settings import StackPaths, keep_ports


def test_every_command_is_told_in_russian() -> None:
    output = CliRunner().invoke(main, ["--help"]).output
    assert "Команды:" in output
    assert all(name in output for name in COMMANDS)
    assert all(any("а" <= letter <= "я" for letter in text) for text in COMMANDS.values())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_completion(shell: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["completion", shell])
    assert result.exit_code == 0
    assert "_FLY_POTATO_COMPLETE" in result.output
    if shell == "bash":
        (tmp_path / "completion").write_text(result.output)
        subprocess.run(["bash", "-n", str(tmp_path / "completion")], check=True)


def test_ports_are_those_the_stack_was_started_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FLY_POTATO_PG_PORT", "FLY_POTATO_S3_PORT", "FLY_POTATO_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FLY_POTATO_STATE", str(tmp_path))
    assert stack_paths() == StackPaths(tmp_path)
    keep_ports(StackPaths(tmp_path, 5533, 9100, 8173))
    assert stack_paths() == StackPaths(tmp_path, 5533, 9100, 8173)
    monkeypatch.setenv("FLY_POTATO_PORT", "8200")
    assert stack_paths().port == 8200
    (tmp_path / "ports.json").write_text(json.dumps(["nonsense"]))
    assert stack_paths().postgres_port == 5433
