"""Grafana as it is looked at: through nginx and the log-in, its boards drawn in a browser from the live Prometheus."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stack import browser, uploads
from tests.stack.browser import Browser, sign_in
from tests.stack.compose import ROOT, Compose, get, live, query, wait
from tests.stack.page import enter_grafana, see
from tests.stack.report import DIRECTORY
from tests.stack.uploads import SITE

pytestmark = live

BOARDS = sorted((ROOT / "local/grafana/dashboards").glob("*.json"))
HOME = f"{SITE}/grafana"
ERRORS = 'document.querySelectorAll(\'[data-testid="Panel status error"], [aria-label="Panel status"]\').length'


def board(path: Path) -> dict[str, Any]:
    """Read a board as it is provisioned."""
    described: dict[str, Any] = json.loads(path.read_text())
    return described


@pytest.fixture(scope="module")
def flights(development: Compose, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Send a workbook, so that boards have something to show, and wait until Prometheus knows of it."""
    content, _ = uploads.workbook(tmp_path_factory.mktemp("workbook"), 600, seed=7)
    with browser.started() as session:
        sign_in(session, f"{SITE}/", "operator", "operator-dev-password")
        wait(lambda: session.url == f"{SITE}/", 30, "the site after log-in")
        cookies = "; ".join(f"{name}={cookie['value']}" for name, cookie in session.cookies().items())
        upload = uploads.send(content, cookies)
        wait(lambda: uploads.state(upload, cookies)["state"] in uploads.ENDS, 120, "the load")
    in_marts = "max(fly_potato_mart_region_flights) > 0 and on() fly_potato_uploads{state='loaded'} > 0"
    wait(lambda: query(in_marts), 90, "flights in the numbers")


@pytest.fixture(scope="module")
def keeper(flights: None) -> Iterator[Browser]:
    """Sign in to the system as an administrator, and go to Grafana."""
    with browser.started("--window-size=1600,1650") as session:
        sign_in(session, f"{SITE}/", "administrator", "administrator-dev-password")
        wait(lambda: session.url == f"{SITE}/", 30, "the site after log-in")
        enter_grafana(session, SITE)
        yield session


def answer_of(session: Browser, path: str, question: object | None = None) -> Any:
    """Ask Grafana from within its page."""
    body = None if question is None else json.dumps(question)
    method = "GET" if question is None else "POST"
    status, text = session.fetch(f"/grafana/api/{path}", method, body, **{"Content-Type": "application/json"})
    assert status == 200, text
    return json.loads(text)


def test_nobody_reaches_grafana_without_a_session(development: Compose) -> None:
    status, _, headers = get(f"{HOME}/")
    assert status == 302
    assert headers["Location"].startswith("http://localhost:8080/realms/fly-potato/")


def test_roles_of_the_log_in_are_roles_of_grafana(keeper: Browser) -> None:
    assert answer_of(keeper, "user")["login"] == "administrator"
    assert [each["role"] for each in answer_of(keeper, "user/orgs")] == ["Admin"]


def test_sources_and_boards_are_provisioned(keeper: Browser) -> None:
    for source in ("prometheus", "alertmanager"):
        assert answer_of(keeper, f"datasources/uid/{source}")["readOnly"]
    assert answer_of(keeper, "datasources/uid/prometheus/health")["status"] == "OK"
    assert answer_of(keeper, "alertmanager/alertmanager/api/v2/status")["cluster"]["status"]
    for path in BOARDS:
        shown = answer_of(keeper, f"dashboards/uid/{board(path)['uid']}")
        assert (shown["meta"]["provisioned"], shown["meta"]["folderTitle"]) == (True, "Fly Potato")
        assert len(shown["dashboard"]["panels"]) == len(board(path)["panels"])


@pytest.mark.parametrize("path", BOARDS, ids=lambda path: path.stem)
def test_grafana_gets_an_answer_to_every_query(keeper: Browser, path: Path) -> None:
    for panel in board(path)["panels"]:
        questions = [{**target, "intervalMs": 15000, "maxDataPoints": 200} for target in panel.get("targets", [])]
        answers = answer_of(keeper, "ds/query", {"queries": questions, "from": "now-15m", "to": "now"})
        assert set(answers["results"]) == {target["refId"] for target in panel["targets"]}
        for result in answers["results"].values():
            assert result.get("status", 200) == 200, (panel["title"], result)
            assert "error" not in result, (panel["title"], result)


@pytest.mark.parametrize("path", BOARDS, ids=lambda path: path.stem)
def test_a_board_is_drawn(keeper: Browser, path: Path) -> None:
    panels = board(path)["panels"]
    keeper.open(f"{HOME}/d/{board(path)['uid']}?kiosk&from=now-15m&to=now")
    see(keeper, "document.querySelector('.react-grid-layout, [data-testid*=\"dashboard-grid\"]')")
    columns = [
        name
        for panel in panels
        for step in panel.get("transformations", [])
        for name in step["options"].get("renameByName", {}).values()
    ]
    # A table of alerts has no columns while nothing fires.
    named = [panel["title"] for panel in panels] + (columns if path.stem == "loads" else [])
    for name in named:
        see(keeper, f"document.body.innerText.toUpperCase().includes({json.dumps(name.upper())})", 30)
    see(keeper, "document.querySelectorAll('.panel-loading').length === 0", 30)
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    (DIRECTORY / f"grafana-{path.stem}.png").write_bytes(base64.b64decode(keeper.screenshot()))
    assert keeper.run(f"arguments[0]({ERRORS})") == 0
    assert keeper.run("arguments[0](document.querySelectorAll('canvas').length)") > 0


def test_pages_have_a_policy_and_it_stops_nothing_of_theirs(keeper: Browser) -> None:
    policy = keeper.run(
        "fetch('/grafana/').then(answer => arguments[0](answer.headers.get('content-security-policy')))"
    )
    assert "'nonce-" in policy
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
