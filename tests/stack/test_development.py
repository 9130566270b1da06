"""The development variant from outside: log-in in a browser, a workbook to its end, roles, tokens, every target."""

import json
import subprocess
import urllib.parse
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.stack import browser, page, uploads
from tests.stack.browser import Browser, sign_in
from tests.stack.compose import ROOT, Compose, get, healthy, live, query, wait
from tests.stack.uploads import SITE, XLSX

pytestmark = live

PORTS = {
    "postgres": 5433, "backend": 8073, "nginx": 80, "keycloak": 8080, "oauth2-proxy": 4180, "prometheus": 9090,
    "alertmanager": 9093, "node_exporter": 9100, "postgres_exporter": 9187, "sql_exporter": 9399,
}  # fmt: skip


@pytest.fixture(scope="module")
def operator(development: Compose) -> Iterator[Browser]:
    """Sign the operator in."""
    with browser.started() as session:
        sign_in(session, f"{SITE}/", "operator", "operator-dev-password")
        wait(lambda: session.url == f"{SITE}/", 30, "the site after log-in")
        yield session


def test_one_command_brings_everything_up_healthy(development: Compose) -> None:
    assert healthy(development.states(), development.services()) == []


def test_the_ports_are_the_guides(development: Compose) -> None:
    for service, port in PORTS.items():
        inside = 8000 if service == "backend" else port
        assert development("port", service, str(inside)).strip() == f"127.0.0.1:{port}"


def test_health_and_metrics_answer_as_in_the_guide(development: Compose) -> None:
    assert get("http://localhost:8073/health")[0] == 200
    assert "fly_potato_build_info" in get("http://localhost:8073/metrics")[1]
    status, text, _ = get("http://localhost:8073/healthz")
    assert status == 200, text


def test_every_target_is_up(development: Compose) -> None:
    def down() -> list[str]:
        targets = json.loads(get("http://localhost:9090/api/v1/targets")[1])["data"]["activeTargets"]
        assert len(targets) >= 13
        return [t["labels"]["job"] for t in targets if t["health"] != "up"]

    wait(lambda: not down(), 60, "all targets up")


def test_nobody_comes_in_without_a_session(development: Compose) -> None:
    status, _, headers = get(f"{SITE}/")
    assert status == 302
    assert headers["Location"].startswith("http://localhost:8080/realms/fly-potato/")
    assert get(f"{SITE}/api/uploads")[0] == 401
    assert get("http://localhost:8073/api/uploads")[0] == 401
    assert get(f"{SITE}/metrics")[0] == get(f"{SITE}/healthz")[0] == 404
    assert get(f"{SITE}/api/uploads", Authorization="Bearer not.a.token")[0] == 401


def test_the_session_is_kept_from_scripts_and_tokens_reach_the_backend(operator: Browser) -> None:
    cookies = {name: cookie for name, cookie in operator.cookies().items() if name.startswith("_fp")}
    assert cookies
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in cookies.values())
    status, text = operator.fetch("/api/uploads")
    assert status == 200
    assert json.loads(text)["items"] == []


def test_a_workbook_goes_from_the_page_to_the_numbers(development: Compose, operator: Browser, tmp_path: Path) -> None:
    content, truth = uploads.workbook(tmp_path, 2000)
    counted, flown = truth["totals"]["flights"], truth["totals"]["flights"] - truth["totals"]["cancelled"]
    file = tmp_path / "Полёты.xlsx"
    file.write_bytes(content)
    page.send(operator, SITE, file)
    assert page.new_flights(operator, file) == counted
    in_metrics = 'fly_potato_flights{job="backend"}'
    wait(lambda: sum(float(r["value"][1]) for r in query(in_metrics)) == flown, 60, "flights in the metrics")
    in_marts = "fly_potato_mart_flights"
    wait(lambda: any(float(r["value"][1]) > 0 for r in query(in_marts)), 60, "flights in the business metrics")
    assert page.flights(operator, SITE) == json.loads(operator.fetch("/api/stats/overview")[1])["totals"]["flights"]
    assert page.flights(operator, SITE) in {flown, counted}
    assert page.charts(operator) > 0
    assert page.name_shown(operator, "operator")


@pytest.mark.parametrize(
    ("user", "may_read", "may_send"), [("analyst", 200, 403), ("stranger", 403, 403), ("administrator", 200, 201)]
)
def test_roles_decide(development: Compose, user: str, may_read: int, may_send: int) -> None:
    with browser.started() as session:
        sign_in(session, f"{SITE}/", user, f"{user}-dev-password")
        wait(lambda: session.url == f"{SITE}/", 30, "the site after log-in")
        assert session.fetch("/api/uploads")[0] == may_read
        announced = json.dumps({"file_name": "a.xlsx", "size": 1000, "content_type": XLSX})
        sent = session.fetch("/api/uploads", "POST", announced, **{"Content-Type": "application/json"})
        assert sent[0] == may_send, sent


def test_logging_out_ends_both_sessions(development: Compose) -> None:
    with browser.started() as session:
        sign_in(session, f"{SITE}/", "analyst", "analyst-dev-password")
        wait(lambda: session.url == f"{SITE}/", 30, "the site after log-in")
        session.open(f"{SITE}/logout")
        session.find("#password")
        assert urllib.parse.urlsplit(session.url).port == 8080
        assert "_fp" not in session.cookies()


def test_a_wrong_password_is_not_tried_for_ever(development: Compose) -> None:
    def refused() -> bool:
        # The page has an element for the fault only where there is one, and loses it while the next try is under way.
        return "input-error-username" in str(session.run("arguments[0](document.body.innerHTML)"))

    with browser.started() as session:
        sign_in(session, f"{SITE}/", "stranger", "wrong")
        for password in [*["wrong"] * 5, "stranger-dev-password"]:
            wait(refused, 20, "the refusal")
            session.run("document.getElementById('kc-form-login').dataset.old = 1; arguments[0](1)")
            session.type("#password", password)
            session.click("#kc-login")
            session.find("#kc-form-login:not([data-old])")
        wait(refused, 20, "the refusal of the right password, too late")
        assert not session.url.startswith(f"{SITE}/")


def test_logs_hold_no_query_token_or_name(development: Compose, operator: Browser) -> None:
    of_all = ("X-Amz-Signature", "example.invalid", "eyJhbGciOi", "dev-password", "Ветров")
    everything = development("logs", "--no-color", "--no-log-prefix")
    asked = development("logs", "--no-color", "--no-log-prefix", "nginx", "oauth2-proxy", "keycloak", "backend")
    for lines, words in ((everything, of_all), (asked, ("code=", "session_state", "Bearer "))):
        for word in words:
            assert word not in lines, word


def test_every_query_of_the_dashboards_is_answered(development: Compose) -> None:
    def empty() -> list[str]:
        found = []
        for path in sorted((ROOT / "local/grafana/dashboards").glob("*.json")):
            for panel in json.loads(path.read_text())["panels"]:
                for target in panel.get("targets", []):
                    expression = target["expr"].replace("$__rate_interval", "10m").replace("$region", ".*")
                    if not query(expression) and not panel.get("description", "").startswith("Пусто"):
                        found.append(f"{path.name}: {panel['title']}: {expression}")
        return found

    # A rate needs two scrapes, and what it counts may have been counted just now.
    with suppress(AssertionError):
        wait(lambda: not empty(), 60, "an answer to every query")
    assert empty() == []


def test_containers_run_as_nobody_special_and_cannot_write(development: Compose) -> None:
    for service in development.services():
        container = development("ps", "-a", "-q", service).strip()
        output = subprocess.run(["docker", "inspect", container], capture_output=True, text=True, check=True).stdout
        config = json.loads(output)[0]
        assert config["Config"]["User"] not in {"", "0", "root", "0:0"}, service
        assert config["HostConfig"]["CapDrop"] == ["ALL"], service
        assert config["HostConfig"]["Memory"] > 0, service
        assert config["HostConfig"]["ReadonlyRootfs"] or service == "keycloak", service
