"""The alerts of the cloud by promtool; they, the contract of metrics and the dashboard speak of the same numbers."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.terraform.checking import ROOT

WATCHING = ROOT / "terraform" / "watching"
RULES: dict[str, dict[str, Any]] = {
    rule["alert"]: rule
    for group in yaml.safe_load((WATCHING / "alerts.yaml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
}
CONTRACT = yaml.safe_load((ROOT / "spec" / "contracts" / "metrics.yaml").read_text("utf-8"))


def promtool(*words: str) -> None:
    """Run promtool, or skip where there is none."""
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("promtool is not installed")
    done = subprocess.run([found, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_accepts_the_files(tmp_path: Path) -> None:
    shutil.copytree(WATCHING, tmp_path / "watching")
    path = tmp_path / "watching" / "prometheus.yaml"
    # It looks for the files of secrets, which lie elsewhere than here.
    text = path.read_text("utf-8").replace("/run/secrets/", f"{tmp_path}/")
    path.write_text(text, "utf-8")
    for name in re.findall(r"credentials_file: (\S+)\}", text):
        Path(name).write_text("invented", "utf-8")
    promtool("check", "config", str(path))


def test_every_alert_fires_when_its_time_has_come_and_not_without_its_cause() -> None:
    promtool("test", "rules", "tests/terraform/alerts.yaml")


def test_alerts_ask_for_numbers_that_there_are() -> None:
    metrics = next(value for value in CONTRACT.values() if isinstance(value, list) and "help" in value[0])
    ours = {metric["name"] for metric in metrics}
    dashboard = (ROOT / "terraform" / "dashboard.tf").read_text("utf-8")
    platforms = {name.replace(".", "_") for name in re.findall(r'metric = "([\w.]+)"', dashboard)}
    for name, rule in RULES.items():
        families = set(re.findall(r"\b(?:fly_potato|serverless|queue|api_gateway|disk)_\w+", rule["expr"]))
        assert families <= ours | platforms | {"disk_total_bytes"}, name


def test_what_the_cloud_asks_of_our_own_numbers_hosts_ask_too() -> None:
    """By the same name, with the same question, patience and severity; hosts may ask more beside it."""
    groups = yaml.safe_load((ROOT / "local/prometheus/alert.rules.yaml").read_text("utf-8"))["groups"]
    on_hosts = {rule["alert"]: rule for group in groups for rule in group["rules"] if "alert" in rule}
    ours = {name: rule for name, rule in RULES.items() if "fly_potato_" in rule["expr"]}
    assert len(ours) > 5
    for name, rule in ours.items():
        assert on_hosts[name]["labels"] == rule["labels"], name
        assert on_hosts[name]["for"] == rule["for"], name
        questions = " ".join(on_hosts[name]["expr"].split()).split(" or ")
        assert " ".join(rule["expr"].split()) in questions, name


def test_the_document_tells_of_every_alert() -> None:
    """In section 9, or with the hosts' alerts where the two ask the same."""
    text = (ROOT / "docs" / "deploy.md").read_text("utf-8").split("## 9.")[1].split("## 10.")[0]
    text += (ROOT / "docs" / "operations" / "alerts.ru.md").read_text("utf-8")
    assert not [name for name in RULES if f"`{name}`" not in text]
