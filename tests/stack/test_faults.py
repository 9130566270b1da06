"""Real faults on the development variant, and the alert that each has to raise.

The rules are the product's with a shorter clock: a scrape every 5 s in place of 15, rates over half a minute in place
of five, and 10 s of patience. Their own times are held by promtool's tests, those of loads over series that the
product's SQL gives (test_alert_sequences); here it is that a fault reaches the numbers and these the Alertmanager.
"""

import json
import re
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.stack import browser, uploads
from tests.stack.browser import sign_in
from tests.stack.compose import PROFILES, ROOT, Compose, firing, get, live, query, wait
from tests.stack.uploads import SITE

pytestmark = live

PATIENCE = 200


@pytest.fixture(scope="module")
def quick(development: Compose) -> Compose:
    """Give Prometheus the rules on a shorter clock."""
    directory = ROOT / ".local/stack"
    directory.mkdir(parents=True, exist_ok=True)
    for name in ("alert.rules.yaml", "prometheus.yaml"):
        own = (ROOT / "local/prometheus" / name).read_text()
        shorter = re.sub(r"for: \d+m", "for: 10s", own).replace("[5m]", "[30s]")
        shorter = shorter.replace("interval: 15s", "interval: 5s").replace("timeout: 10s", "timeout: 5s")
        assert shorter != own
        (directory / name).write_text(shorter)
    files = ("-f", "local/compose.yaml", "-f", "tests/stack/quick-rules.yaml")
    Compose(*files, *PROFILES)("up", "-d", "--wait", "--no-deps", "prometheus")
    return development


def signed_in() -> str:
    """Sign the operator in and give the session as a cookie header."""
    with browser.started() as page:
        sign_in(page, f"{SITE}/", "operator", "operator-dev-password")
        wait(lambda: page.url == f"{SITE}/", 30, "the site after log-in")
        kept = {name: cookie["value"] for name, cookie in page.cookies().items() if name.startswith("_fp")}
        return "; ".join(f"{name}={value}" for name, value in kept.items())


@pytest.fixture
def session(development: Compose) -> str:
    """Give a fresh session."""
    return signed_in()


@pytest.fixture(scope="module")
def old_session(development: Compose) -> tuple[str, float]:
    """Give a session that begins with the module, and when it began."""
    return signed_in(), time.monotonic()


@contextmanager
def stopped(compose: Compose, service: str) -> Iterator[None]:
    """Keep a service down, and bring it back healthy."""
    compose("stop", "-t", "2", service)
    try:
        yield
    finally:
        compose("up", "-d", "--wait", "--no-deps", service)


def expect(alert: str, load: object = None) -> None:
    """Wait until Prometheus fires an alert and the Alertmanager has it."""
    meanwhile = load if callable(load) else None
    wait(lambda: alert in firing(), PATIENCE, alert, meanwhile)
    wait(lambda: alert in reached(), 60, f"{alert} in the Alertmanager")


def reached() -> set[str]:
    """Name the alerts that the Alertmanager has."""
    return {alert["labels"]["alertname"] for alert in json.loads(get("http://localhost:9093/api/v2/alerts")[1])}


def calls(session: str, count: int = 20) -> None:
    """Call the API with a session, some at a time."""
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda _: suppressed(f"{SITE}/api/uploads", Cookie=session), range(count)))
    time.sleep(1)


def suppressed(url: str, **headers: str) -> int:
    """Call and forget; 0 where nothing answers."""
    with suppress(OSError):
        return get(url, **headers)[0]
    return 0


def test_a_slow_load_in_a_full_bucket(
    quick: Compose, old_session: tuple[str, float], session: str, tmp_path: Path
) -> None:
    upload = uploads.send(uploads.workbook(tmp_path, 30_000, seed=7)[0], session)
    wait(lambda: uploads.state(upload, session)["state"] in uploads.ENDS, 240, "the end of the load")
    assert uploads.state(upload, session)["state"] == "loaded"
    expect("SlowP95")
    # A function keeps its listing of the bucket for five minutes.
    quick("restart", "backend")
    expect("MediaDiskHigh")


def test_a_load_cut_off(quick: Compose, session: str, tmp_path: Path) -> None:
    upload = uploads.send(uploads.workbook(tmp_path, 60_000, seed=8)[0], session)
    wait(lambda: uploads.state(upload, session)["step"] in {"reading", "writing"}, 120, "the load under way")
    quick("kill", "-s", "KILL", "backend")
    quick("up", "-d", "--wait", "--no-deps", "backend")
    expect("HighTimeoutRate")
    wait(lambda: uploads.state(upload, session)["state"] == "loaded", 240, "the load, taken up again")


def test_postgres_away(quick: Compose, session: str) -> None:
    calls(session)
    with stopped(quick, "postgres"):
        expect("db_down")
        expect("api_5xx_rate", lambda: calls(session))
    wait(lambda: "db_down" not in firing(), PATIENCE, "the end of db_down")


def test_backend_away(quick: Compose) -> None:
    with stopped(quick, "backend"):
        for alert in ("InstanceDown", "MetricsMissing", "PerimeterDown"):
            expect(alert)


def test_bucket_away(quick: Compose) -> None:
    with stopped(quick, "s3"):
        expect("storage_down")


def test_guessing(quick: Compose) -> None:
    def guess() -> None:
        for _ in range(15):
            suppressed(f"{SITE}/api/uploads", Authorization="Bearer invented")
        time.sleep(1)

    expect("AuthErrors", guess)


def test_backend_slow(quick: Compose, session: str) -> None:
    container = quick("ps", "-q", "backend").strip()

    def breathe() -> None:
        subprocess.run(["docker", "pause", container], check=True, capture_output=True)
        try:
            with ThreadPoolExecutor(10) as pool:
                waiting = [pool.submit(suppressed, f"{SITE}/api/uploads", Cookie=session) for _ in range(10)]
                time.sleep(1.5)
                subprocess.run(["docker", "unpause", container], check=True, capture_output=True)
                for one in waiting:
                    one.result()
        finally:
            subprocess.run(["docker", "unpause", container], check=False, capture_output=True)

    expect("latency_p95", breathe)


def test_restarts(quick: Compose) -> None:
    def started() -> str:
        (sample,) = query('process_start_time_seconds{job="postgres_exporter"}')
        return str(sample["value"][1])

    for _ in range(5):
        before = started()
        quick("restart", "-t", "1", "postgres_exporter")
        wait(lambda last=before: started() != last, 60, "a scrape of the new process")
    expect("container_restarts")


def test_a_session_outlives_its_first_token(quick: Compose, old_session: tuple[str, float]) -> None:
    """The token of the log-in is good for five minutes; nginx hands the refreshed session back to the browser."""
    session, began = old_session
    time.sleep(max(0.0, 310 - (time.monotonic() - began)))
    status, _, headers = get(f"{SITE}/api/uploads", Cookie=session)
    assert status == 200
    fresh = [cookie for cookie in headers.get_all("Set-Cookie", []) if cookie.startswith("_fp")]
    assert fresh
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in fresh)
    renewed = "; ".join(cookie.split(";")[0] for cookie in fresh)
    assert renewed != session
    assert get(f"{SITE}/api/uploads", Cookie=renewed)[0] == 200
    lines = quick("logs", "--no-color", "oauth2-proxy", "nginx")
    assert "example.invalid" not in lines
    assert "PreferredUsername" not in lines


def test_log_in_broken(quick: Compose) -> None:
    def attempt() -> None:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(), Stay())
        with suppress(urllib.error.HTTPError):
            opener.open(f"{SITE}/", timeout=20)
        cookies = next(h for h in opener.handlers if isinstance(h, urllib.request.HTTPCookieProcessor)).cookiejar
        state = STATES.pop() if STATES else ""
        assert list(cookies), "no cookie of a log-in under way"
        with suppress(urllib.error.HTTPError):
            opener.open(f"{SITE}/oauth2/callback?code=invented&state={urllib.parse.quote(state)}", timeout=20)

    with stopped(quick, "keycloak"):
        expect("oauth2_errors_spike", attempt)
        expect("TargetDown")


STATES: list[str] = []


class Stay(urllib.request.HTTPRedirectHandler):
    """Keeps the state of a log-in under way and does not follow it."""

    def redirect_request(self, request, file, code, message, headers, address):  # type: ignore[no-untyped-def]
        STATES.extend(urllib.parse.parse_qs(urllib.parse.urlsplit(address).query).get("state", []))
