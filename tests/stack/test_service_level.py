"""The report of a month out of a real Prometheus with two staged days; and that it measures what alerts measure."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import yaml
from click.testing import CliRunner

from fly_potato import release_check, service_level
from fly_potato.commands.hosts import slo as command
from hosting.backups import report_last_month
from shared.errors import InputError, OutageError
from tests.conftest import free_port
from tests.stack.test_files import LOCAL, program

START = datetime(2026, 10, 1, tzinfo=UTC)
END = START + timedelta(days=2)
STEP = 120
_REQUESTS = "nginx_http_response_count_total"


def staged() -> str:
    """Two days: ten good answers a step and a perimeter that stands; from 06:00 to 07:00 of the second it is away, and
    one answer of eleven is a 500; an alert fires in that hour."""
    series: dict[str, list[tuple[int, float]]] = {}
    good = bad = 0
    for second in range(0, 2 * 86_400 + 1, STEP):
        away = 30 * 3600 <= second < 31 * 3600
        at = int(START.timestamp()) + second
        good, bad = good + 10, bad + away
        for name, value in {
            f'{_REQUESTS}{{area="api",status="200"}}': good,
            f'{_REQUESTS}{{area="api",status="500"}}': bad,
            'probe_success{job="perimeter"}': 0 if away else 1,
            'up{job="backend"}': 1,
            "fly_potato:api_latency_p95_seconds": 0.9 if away else 0.1,
            "fly_potato_media_usage_ratio": second / (4 * 86_400),
        }.items():
            series.setdefault(name, []).append((at, value))
        if away:
            firing = 'ALERTS{alertname="PerimeterDown",alertstate="firing",severity="page"}'
            series.setdefault(firing, []).append((at, 1))
    text = ""
    for name, samples in series.items():
        family = re.split("[{]", name)[0]
        kind = "counter" if family == _REQUESTS else "gauge"
        text += (
            f"# TYPE {family.removesuffix('_total')} {kind}\n"
            if f"# TYPE {family.removesuffix('_total')} " not in text
            else ""
        )
        text += "".join(f"{name} {value} {at}\n" for at, value in samples)
    return text + "# EOF\n"


@contextmanager
def prometheus_of(text: str, directory: Path) -> Iterator[str]:
    """Run a Prometheus over series in OpenMetrics and give its address."""
    promtool, binary = program("promtool"), shutil.which("prometheus")
    if binary is None:
        pytest.skip("prometheus is not installed")
    (directory / "staged.txt").write_text(text)
    blocks = [promtool, "tsdb", "create-blocks-from", "openmetrics", "-q", "staged.txt", "data"]
    subprocess.run(blocks, cwd=directory, check=True, capture_output=True)
    (directory / "prometheus.yaml").write_text("global: {}\n")
    port = free_port()
    flags = ["--config.file=prometheus.yaml", "--storage.tsdb.path=data", "--storage.tsdb.retention.time=100y"]
    with subprocess.Popen(
        [binary, *flags, f"--web.listen-address=127.0.0.1:{port}"], cwd=directory, stderr=subprocess.DEVNULL
    ) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            _until_ready(address, process)
            yield address
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a Prometheus over the staged days."""
    with prometheus_of(staged(), tmp_path_factory.mktemp("prometheus")) as address:
        yield address


def _until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None
        try:
            if httpx.get(f"{address}/-/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError


def test_two_days_with_an_outage_of_an_hour(prometheus: str) -> None:
    level = service_level.measure(prometheus, START, END)
    assert level.watched == pytest.approx(1, abs=0.01)
    # An hour of 48 without a perimeter, 30 of 14,430 answers bad.
    assert level.availability == pytest.approx(1 - 1 / 48 - 30 / 14_430, abs=0.0003)
    assert level.budget_used is not None
    assert level.budget_used > 4
    assert [day for day, _ in level.bad_days] == [START + timedelta(days=1)]
    values = {figure.title: value for figure, value in level.figures}
    assert values["Доля ответов 5xx на /api"] == pytest.approx(30 / 14_430, rel=0.02)
    assert values["Время, когда P95 ответа /api в норме"] == pytest.approx(47 / 48, abs=0.002)
    assert values["Наибольшая заполненность хранилища"] == pytest.approx(0.5)
    assert values["P95 ответа /api"] is None
    ((firing,),) = [level.firings]
    assert (firing.alert, firing.severity) == ("PerimeterDown", "page")
    assert firing.minutes == pytest.approx(62, abs=5)
    text = service_level.markdown(level)
    assert "| Доступность API | не меньше 99,5% | 97,71% | нет |" in text
    assert "| P95 ответа /api | не больше 0,50 с | нет данных | — |" in text
    assert "02.10.2026" in text


def test_a_good_day_keeps_the_aim_and_its_budget(prometheus: str) -> None:
    level = service_level.measure(prometheus, START, START + timedelta(days=1))
    assert (level.availability, level.bad_days, level.firings) == (1, (), ())
    assert "Таких дней нет." in service_level.markdown(level)


def test_the_command_writes_a_file_and_tells_a_missed_aim(prometheus: str, tmp_path: Path) -> None:
    target = tmp_path / "report.md"
    done = CliRunner().invoke(command, ["report", "2026-10", "--prometheus", prometheus, "-o", str(target)])
    assert done.exit_code == 1, done.output
    assert target.read_text().startswith("# Уровень обслуживания: 10.2026")
    assert "остальное неизвестно" in target.read_text()


def test_a_month_without_data_and_one_that_is_none(prometheus: str) -> None:
    with pytest.raises(OutageError) as caught:
        service_level.measure(prometheus, START - timedelta(days=60), START - timedelta(days=30))
    assert caught.value.code == "PROMETHEUS_EMPTY"
    for text, code in (("october", "MONTH_UNREADABLE"), ("2027-01", "MONTH_AHEAD")):
        with pytest.raises(InputError) as refused:
            service_level.month_of(text, END)
        assert refused.value.code == code
    assert service_level.month_of("2026-02", END) == (
        datetime(2026, 2, 1, tzinfo=UTC),
        datetime(2026, 3, 1, tzinfo=UTC),
    )


def test_the_check_of_a_release_hears_of_alerts(prometheus: str) -> None:
    def looked(at: datetime) -> dict[str, bool]:
        return {finding.name: finding.ok for finding in release_check.monitoring_findings(prometheus, at)}

    quiet = looked(START + timedelta(hours=20))
    assert quiet == {
        "alerts": True, "targets": True, "certificate": False, "disk": False, "errors": True, "latency": True
    }  # fmt: skip
    loud = looked(START + timedelta(hours=30, minutes=30))
    assert (loud["alerts"], loud["latency"]) == (False, False)


JUST_WELL, JUST_NOT = START, START + timedelta(hours=1)
NEAR = {
    'up{job="backend"}': (1, 0),
    'probe_ssl_earliest_cert_expiry{job="certificate"}': (
        (JUST_WELL + timedelta(days=14, hours=1)).timestamp(),
        (JUST_NOT + timedelta(days=13, hours=23)).timestamp(),
    ),
    'node_filesystem_avail_bytes{fstype="ext4",mountpoint="/"}': (21, 19),
    'node_filesystem_size_bytes{fstype="ext4",mountpoint="/"}': (100, 100),
    'node_filesystem_avail_bytes{fstype="ext4",mountpoint="/srv"}': (90, 90),
    'node_filesystem_size_bytes{fstype="ext4",mountpoint="/srv"}': (100, 100),
    "fly_potato:api_5xx_ratio": (0.009, 0.011),
    "fly_potato:api_latency_p95_seconds": (0.49, 0.51),
}
"""What a check of a release looks at, near both sides of its bounds."""


def test_the_check_of_a_release_knows_the_bounds_of_the_guide(tmp_path: Path) -> None:
    moments = (JUST_WELL.timestamp(), JUST_NOT.timestamp())
    lines: dict[str, list[str]] = {}
    for name, values in NEAR.items():
        family = lines.setdefault(name.partition("{")[0], [])
        family += [f"{name} {value} {at:.0f}\n" for value, at in zip(values, moments, strict=True)]
    text = "".join(f"# TYPE {family} gauge\n{''.join(found)}" for family, found in lines.items()) + "# EOF\n"
    with prometheus_of(text, tmp_path) as address:
        well, unwell = (
            {finding.name: finding.ok for finding in release_check.monitoring_findings(address, at)}
            for at in (JUST_WELL, JUST_NOT)
        )
    names = ("alerts", "targets", "certificate", "disk", "errors", "latency")
    assert well == dict.fromkeys(names, True)
    assert unwell == dict.fromkeys(names, False) | {"alerts": True}


def test_the_report_of_last_month_is_written_once(prometheus: str, tmp_path: Path) -> None:
    november = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    with pytest.raises(OutageError):
        report_last_month("http://127.0.0.1:9", tmp_path, november)
    written = report_last_month(prometheus, tmp_path, november)
    assert written == tmp_path / "slo-2026-10.md"
    assert "| Доступность API |" in written.read_text()
    assert report_last_month("http://127.0.0.1:9", tmp_path, november + timedelta(days=29)) is None
    assert report_last_month(prometheus, tmp_path, START - timedelta(days=9)) is None, "nothing was seen then"
    assert [path.name for path in tmp_path.iterdir()] == ["slo-2026-10.md"]


def test_availability_is_what_the_rules_measure() -> None:
    groups = yaml.safe_load((LOCAL / "prometheus/alert.rules.yaml").read_text())["groups"]
    recorded = {rule["record"]: rule["expr"] for group in groups for rule in group["rules"] if "record" in rule}

    def plain(text: str) -> str:
        return re.sub(r"\s+", "", text)

    for name, expression in (
        ("fly_potato:unavailability:ratio1h", service_level._UNAVAILABLE),
        ("fly_potato:api_latency_p95_seconds", service_level._LATENCY),
        ("fly_potato:api_5xx_ratio", service_level._ERRORS),
    ):
        assert plain(re.sub(r"\[\w+\]", "[SPAN]", recorded[name])) == plain(expression), name
    board = (LOCAL / "grafana/dashboards/service-level.json").read_text()
    assert plain(service_level._UNAVAILABLE).replace("SPAN", "30d").replace('"', '\\"') in plain(board)
