"""Alerts by promtool and amtool, scrapes and queries as data, and that the run-book knows every alert."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.stack.test_files import LOCAL, ROOT, compose, program

GUIDE = {
    "InstanceDown",
    "api_5xx_rate",
    "latency_p95",
    "db_down",
    "cert_expiry_days",
    "oauth2_errors_spike",
    "container_restarts",
    "AuthErrors",
}
CASES = sorted((ROOT / "tests/stack/rules").glob("*.yaml"))
OPERATIONS = {"HighTimeoutRate", "SlowP95", "MediaDiskHigh", "MetricsMissing"}


def rules() -> list[dict[str, Any]]:
    """Read every alert."""
    groups = yaml.safe_load((LOCAL / "prometheus/alert.rules.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"] if "alert" in rule]


def test_the_alerts_of_both_documents_are_there() -> None:
    assert {rule["alert"] for rule in rules()} >= GUIDE | OPERATIONS
    for rule in rules():
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert set(rule["annotations"]) == {"summary", "description"}


def test_alerts_ask_for_what_the_contract_promises() -> None:
    contract = yaml.safe_load((ROOT / "spec/contracts/metrics.yaml").read_text())
    promised = {level["name"]: level["target"] for level in contract["service_levels"]}
    expressions = {rule["alert"]: rule["expr"] for rule in rules()}

    def asked(alert: str) -> float:
        return float(re.findall(r"[<>] ([0-9.]+)", expressions[alert])[0])

    def number(name: str) -> float:
        return float(re.findall(r"[0-9.]+", promised[name])[0])

    assert number("timeout_rate") == asked("HighTimeoutRate") * 100 == 5
    assert number("media_usage") == asked("MediaDiskHigh") * 100 == 80
    assert number("errors") == asked("api_5xx_rate") * 100 == 1
    assert number("latency_p95") == asked("latency_p95") * 1000 == 500
    assert 100 - number("availability") == pytest.approx(asked("ErrorBudgetLow") * 100) == 0.5
    assert "fly_potato_ingest_sync_response_seconds" in expressions["SlowP95"]
    assert asked("cert_expiry_days") == 14
    assert contract["scrape_interval_seconds"] == 15


def test_prometheus_of_hosts_keeps_a_whole_month_for_its_report() -> None:
    (kept,) = re.findall(
        r"retention\.time=(\d+)d", str(compose("compose.prod.yaml")["services"]["prometheus"]["command"])
    )
    # The report of a month of 31 days is written on the first days of the next one.
    assert int(kept) >= 31 + 7
    assert f"хранение {kept} дней" in (ROOT / "docs/admin-guide.ru.md").read_text()


def test_promtool_accepts_the_rules_and_their_tests_hold() -> None:
    promtool = program("promtool")
    subprocess.run(
        [promtool, "check", "rules", "local/prometheus/alert.rules.yaml"], cwd=ROOT, check=True, capture_output=True
    )
    done = subprocess.run(
        [promtool, "test", "rules", *map(str, CASES)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_has_a_test_in_which_it_fires() -> None:
    cases = [case for path in CASES for case in yaml.safe_load(path.read_text())["tests"]]
    fired = {check["alertname"] for case in cases for check in case["alert_rule_test"] if check["exp_alerts"]}
    assert fired == {rule["alert"] for rule in rules()}


def test_promtool_accepts_the_configuration(tmp_path: Path) -> None:
    promtool = program("promtool")
    text = (LOCAL / "prometheus/prometheus.yaml").read_text()
    here = text.replace("/etc/prometheus/alert.rules.yaml", str(LOCAL / "prometheus/alert.rules.yaml"))
    for variant in ("dev", "prod"):
        config = tmp_path / f"{variant}.yaml"
        config.write_text(here.replace("/etc/prometheus/targets", str(LOCAL / "prometheus/targets" / variant)))
        done = subprocess.run([promtool, "check", "config", str(config)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_scrapes_are_the_guides() -> None:
    config = yaml.safe_load((LOCAL / "prometheus/prometheus.yaml").read_text())
    assert config["global"]["scrape_interval"] == "15s"
    jobs = {job["job_name"]: job for job in config["scrape_configs"]}
    for name, port in (("postgres_exporter", 9187), ("node_exporter", 9100), ("sql_exporter", 9399)):
        assert jobs[name]["static_configs"] == [{"targets": [f"{name}:{port}"]}]
    backend = {v: yaml.safe_load((LOCAL / f"prometheus/targets/{v}/backend.yaml").read_text()) for v in ("dev", "prod")}
    assert backend == {"dev": [{"targets": ["backend:8000"]}], "prod": [{"targets": ["backend:80"]}]}
    assert {"prometheus", "alertmanager", "oauth2_proxy", "keycloak", "nginx", "grafana"} <= set(jobs)


@pytest.mark.parametrize(
    ("cloud", "expected"),
    [
        ({}, False),
        ({"GRAFANA_CLOUD_USERNAME": "7", "GRAFANA_CLOUD_TOKEN": "t", "GRAFANA_CLOUD_URL": "https://x.test/push"}, True),
    ],
)
def test_remote_write_is_there_if_asked_for(tmp_path: Path, cloud: dict[str, str], expected: bool) -> None:
    script = (
        (LOCAL / "prometheus/start.sh")
        .read_text()
        .replace("/tmp/", f"{tmp_path}/")
        .replace("/etc/prometheus/", f"{LOCAL}/prometheus/")
    )
    (tmp_path / "start.sh").write_text(script)
    done = subprocess.run(
        ["sh", str(tmp_path / "start.sh"), "--print-config"],
        env={"PATH": "/usr/bin:/bin", **cloud},
        capture_output=True,
        text=True,
        check=True,
    )
    config = yaml.safe_load(done.stdout)
    assert ("remote_write" in config) is expected
    if expected:
        (target,) = config["remote_write"]
        assert target["url"] == "https://x.test/push"
        assert Path(target["basic_auth"]["password_file"]).read_text() == "t"
        assert "t" not in target["basic_auth"].values()


def test_both_variants_route_alike() -> None:
    development, hosts = (
        yaml.safe_load((LOCAL / f"alertmanager/{name}").read_text())
        for name in ("alertmanager.yaml", "alertmanager.prod.yaml")
    )
    for part in ("route", "inhibit_rules"):
        assert development[part] == hosts[part]
    assert [r["name"] for r in development["receivers"]] == [r["name"] for r in hosts["receivers"]]
    assert all(r["webhook_configs"][0]["url_file"].startswith("/run/secrets/ALERT_") for r in hosts["receivers"])


@pytest.mark.parametrize(("severity", "receiver"), [("page", "oncall"), ("ticket", "tickets"), ("anything", "tickets")])
def test_amtool_routes(severity: str, receiver: str) -> None:
    amtool = program("amtool")
    config = f"--config.file={LOCAL / 'alertmanager/alertmanager.yaml'}"
    subprocess.run(
        [amtool, "check-config", str(LOCAL / "alertmanager/alertmanager.yaml")], check=True, capture_output=True
    )
    done = subprocess.run(
        [amtool, "config", "routes", "test", config, f"severity={severity}", "alertname=x"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == receiver


def test_every_alert_has_its_page_in_the_run_book() -> None:
    book = (ROOT / "docs/operations/alerts.ru.md").read_text()
    assert set(re.findall(r"^### `(\w+)`", book, re.MULTILINE)) == {rule["alert"] for rule in rules()}


def test_dashboards_ask_for_what_there_is(tmp_path: Path) -> None:
    """Business metrics of the dashboards and rules are ones that a collector or the metrics contract names."""
    from fly_potato.backups.backup_jobs import BackupSettings
    from hosting.__main__ import MachineryCollector
    from hosting.backups import BackupsCollector
    from hosting.settings import HostingSettings
    from shared.metrics import FAMILIES, PREFIX

    collectors = [yaml.safe_load(path.read_text()) for path in (LOCAL / "sql_exporter").glob("*.collector.yaml")]
    exposed = {metric["metric_name"] for collector in collectors for metric in collector["metrics"]} | {
        PREFIX + f.name for f in FAMILIES
    }
    settings = HostingSettings(state=tmp_path, dead_letters=tmp_path / "dead")
    for collector in (MachineryCollector(settings), BackupsCollector(settings, BackupSettings(directory=tmp_path))):
        exposed |= {family.name for family in collector.collect()}
    texts = [
        path.read_text()
        for path in [*(LOCAL / "grafana/dashboards").glob("*.json"), LOCAL / "prometheus/alert.rules.yaml"]
    ]
    queried = {name for text in texts for name in re.findall(r"fly_potato_[a-z0-9_]+", text)}
    assert queried
    assert queried <= exposed


def test_grafana_finds_its_dashboards() -> None:
    provider = yaml.safe_load((LOCAL / "grafana/provisioning/dashboards/fly-potato.yaml").read_text())["providers"][0]
    mounted = compose("compose.yaml")["services"]["grafana"]["volumes"]
    assert f"./grafana/dashboards:{provider['options']['path']}:ro" in mounted
    sources = yaml.safe_load((LOCAL / "grafana/provisioning/datasources/prometheus.yaml").read_text())["datasources"]
    uids = {source["uid"] for source in sources}
    dashboards = [json.loads(path.read_text()) for path in (LOCAL / "grafana/dashboards").glob("*.json")]
    assert len(dashboards) == 3
    for dashboard in dashboards:
        for panel in dashboard["panels"]:
            assert {panel["datasource"]["uid"], *(t["datasource"]["uid"] for t in panel["targets"])} <= uids
