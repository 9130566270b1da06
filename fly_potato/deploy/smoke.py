"""Is a deployed environment alive: health, readiness, metrics, the page, and one workbook carried to the end.

The workbook has one row, which cannot be read and says so. It makes no flight, so no statistic of production changes;
the second time the same bytes are known already.
"""

import os
import re
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from fly_potato.client import Client, Json
from fly_potato.deploy.cloud import DeployError

_WANTED_METRICS = ("fly_potato_build_info", "fly_potato_database_up 1")
_SCRIPT_PATH = re.compile(r"/assets/[0-9a-f]{12}/[\w./-]+\.js")
_SCRIPT = re.compile(f'src="({_SCRIPT_PATH.pattern})"')
_READ = ("/api/uploads", "/api/stats/overview")
_KEYS = "/api/embed-keys"
_MADE_UP = "eyJhbGciOiJSUzI1NiIsImtpZCI6Im5vYm9keSJ9.eyJzdWIiOiJub2JvZHkifQ.bm8gc2lnbmF0dXJl"
"""A token with a key and a signature that nobody has."""
_HEADER = ("Центр ЕС ОрВД", "SHR", "DEP", "ARR")
_ROW = ("Проверка", "Проверка после развёртывания: строка не телеграмма", "", "")


@dataclass(frozen=True, slots=True)
class Keys:
    """What a check signs in with: a bearer token for the API, one for /metrics; must callers without one be refused."""

    caller: str | None = field(default=None, repr=False)
    metrics: str | None = field(default=None, repr=False)
    strangers: bool = True


def write_workbook(path: Path) -> None:
    """Write the workbook of one unreadable row."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        # Without a time of its own the same bytes come out each time, so the second load is a duplicate.
        book.set_properties({"created": datetime(2025, 1, 1, tzinfo=UTC)})
        sheet = book.add_worksheet("Проверка")
        sheet.write_row(0, 0, _HEADER)
        sheet.write_row(1, 0, _ROW)


def candidate(client: httpx.Client, release: str, metrics: str | None, *, seconds: float = 300.0) -> dict[str, str]:
    """Look at versions that nobody uses yet, by a client that reaches them; gives what was seen, by check.

    Raises:
        DeployError: ``DEPLOY_UNHEALTHY``, naming the check.
    """
    results = {
        "health": _health(client, release),
        "readiness": _ready(client, seconds),
        "metrics": _metrics(client, metrics),
    }
    for path in _READ:
        answer = _get(client, path)
        if answer.status_code != 200:
            raise DeployError("DEPLOY_UNHEALTHY", f"{path} ответил {answer.status_code}.")
    return {**results, "api": f"{len(_READ)} routes", "dashboards": _embeds(client)}


def check(
    address: str,
    release: str,
    keys: Keys,
    inside: httpx.BaseTransport | None = None,
    *,
    seconds: float = 300.0,
    reached: str | None = None,
) -> dict[str, str]:
    """Look at an environment until it is ready, then carry the workbook through it; gives what was seen, by check.

    The workbook is announced with the caller's token, or, where there is none, by ``inside``, which reaches functions
    without the gateway's authorizer. That nobody gets in without a token, or with a made-up one, is looked at anyway.
    ``reached`` is where the gateway answers if not at its own address, as a stand-in does.

    Raises:
        DeployError: ``DEPLOY_UNHEALTHY``, naming the check; ``DEPLOY_NO_CALLER`` with neither token nor ``inside``.
        FlyPotatoError: what the API said to the workbook.
    """
    with httpx.Client(base_url=reached or address, timeout=60) as client:
        results = {"health": _health(client, release), "readiness": _ready(client, seconds)}
        results["metrics"] = _metrics(client, keys.metrics)
        results["page"] = _page(client)
        results["strangers"] = _strangers(client) if keys.strangers else "not asked"
    if keys.caller is None and inside is None:
        raise DeployError("DEPLOY_NO_CALLER", "Для проверки загрузки нужен токен оператора: FLY_POTATO_TOKEN.")
    within = inside if keys.caller is None else None
    with tempfile.TemporaryDirectory() as directory, Client(reached or address, keys.caller, transport=within) as api:
        workbook = Path(directory) / "smoke.xlsx"
        write_workbook(workbook)
        announced = api.announce(workbook)
        results["browser"] = _browser_may_send(address, str(announced["upload"]["url"]))
        return {**results, "upload": _carried(api, announced, workbook, seconds)}


def on_host(address: str, inside: httpx.BaseTransport, *, seconds: float = 300.0) -> dict[str, str]:
    """Look at a host's backend from beside it, then carry the workbook through it; gives what was seen, by check.

    ``address`` is the backend's own, behind nginx; the workbook is announced by ``inside``, with no person's token.

    Raises:
        DeployError: ``DEPLOY_UNHEALTHY``, naming the check.
        FlyPotatoError: what the API said to the workbook.
    """
    with httpx.Client(base_url=address, timeout=60) as client:
        results = {
            "readiness": _ready(client, seconds),
            "metrics": _metrics(client, None),
            "strangers": _strangers(client),
        }
    with tempfile.TemporaryDirectory() as directory, Client(address, transport=inside) as api:
        workbook = Path(directory) / "smoke.xlsx"
        write_workbook(workbook)
        return {**results, "upload": _carried(api, api.announce(workbook), workbook, seconds)}


def _carried(api: Client, announced: Json, workbook: Path, seconds: float) -> str:
    api.send(announced, workbook)
    state = api.follow(announced["id"], lambda _state: None, seconds=seconds, every=2.0)
    if state["state"] not in ("loaded", "duplicate"):
        raise DeployError("DEPLOY_UNHEALTHY", f"Проверочная книга не загружена: {state['state']}.")
    if (state.get("counts") or {}).get("flights_new"):
        raise DeployError("DEPLOY_UNHEALTHY", "Проверочная книга дала полёты, а не должна была.")
    return str(state["state"])


def _get(client: httpx.Client, path: str, **more: str) -> httpx.Response:
    try:
        return client.get(path, headers=more)
    except httpx.HTTPError as error:
        raise DeployError("DEPLOY_UNHEALTHY", f"{path}: {type(error).__name__}.") from error


def _health(client: httpx.Client, release: str) -> str:
    answer = _get(client, "/health")
    if answer.status_code != 200:
        raise DeployError("DEPLOY_UNHEALTHY", f"/health ответил {answer.status_code}.")
    health = answer.json()
    if health.get("release") != release:
        sentence = f"Отвечает другой выпуск: {str(health.get('release'))[:12]}, а развёрнут {release[:12]}."
        raise DeployError("DEPLOY_UNHEALTHY", sentence)
    return f"{health['version']}, {release[:12]}"


def _ready(client: httpx.Client, seconds: float) -> str:
    # The first calls start instances and open connections; a gateway that has just got its name may take a minute.
    deadline = time.monotonic() + seconds
    while True:
        answer = _get(client, "/healthz")
        if answer.status_code == 200:
            return "ready"
        if time.monotonic() > deadline:
            checks = answer.json().get("checks", []) if answer.status_code == 503 else []
            wrong = ", ".join(f"{result['name']}: {result['code']}" for result in checks if not result["ok"])
            raise DeployError("DEPLOY_UNHEALTHY", f"/healthz ответил {answer.status_code}: {wrong}.")
        time.sleep(2)


def _metrics(client: httpx.Client, token: str | None) -> str:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = _get(client, "/metrics", **headers)
    if answer.status_code != 200:
        raise DeployError("DEPLOY_UNHEALTHY", f"/metrics ответил {answer.status_code}.")
    missing = [name for name in _WANTED_METRICS if name not in answer.text]
    if missing:
        raise DeployError("DEPLOY_UNHEALTHY", f"/metrics без {', '.join(missing)}.")
    return f"{len(answer.text.splitlines())} lines"


def _page(client: httpx.Client) -> str:
    expected = {"/": "text/html", "/assets/config.json": "application/json"}
    start = _get(client, "/").text
    if script := _SCRIPT.search(start):
        expected[script[1]] = "text/javascript"
    for path, kind in expected.items():
        answer = _get(client, path)
        content_type = answer.headers.get("content-type", "")
        if answer.status_code != 200 or not content_type.startswith(kind):
            raise DeployError(
                "DEPLOY_UNHEALTHY", f"{path} ответил {answer.status_code}, тип {content_type or 'не указан'}."
            )
    if len(expected) < 3:
        raise DeployError("DEPLOY_UNHEALTHY", "Страница / не ведёт к своим скриптам.")
    return next(path.split("/")[2] for path in expected if _SCRIPT_PATH.fullmatch(path))


def _embeds(client: httpx.Client) -> str:
    answer = _get(client, _KEYS)
    if answer.status_code == 200:
        return "signed"
    # DataLens issues its key once dashboards are there, which is after the first deployment.
    if answer.status_code == 503 and answer.json().get("code") == "EMBED_KEY_MISSING":
        return "no key of DataLens yet"
    raise DeployError("DEPLOY_UNHEALTHY", f"{_KEYS} ответил {answer.status_code}.")


def _strangers(client: httpx.Client) -> str:
    # The gateway answers 500 to a token where it cannot fetch the issuer's keys.
    for headers in ({}, {"Authorization": f"Bearer {_MADE_UP}"}):
        answer = _get(client, _READ[0], **headers)
        if answer.status_code != 401:
            who = "с чужим токеном" if headers else "без токена"
            raise DeployError("DEPLOY_UNHEALTHY", f"{_READ[0]} {who} ответил {answer.status_code}, а должен 401.")
    return "refused"


def _browser_may_send(address: str, bucket: str) -> str:
    # What a browser asks before the page may PUT a workbook; the bucket's rules and the address must have met.
    ask = {
        "Origin": address,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "content-type,if-none-match",
    }
    try:
        answer = httpx.options(bucket, headers=ask, timeout=60)
    except httpx.HTTPError as error:
        raise DeployError("DEPLOY_UNHEALTHY", f"Хранилище: {type(error).__name__}.") from error
    if answer.headers.get("access-control-allow-origin") not in (address, "*"):
        sentence = f"Хранилище не пускает браузер со страницы {address}: ответ {answer.status_code} на вопрос CORS."
        raise DeployError("DEPLOY_UNHEALTHY", sentence)
    return "may send"


def caller_token(variables: Mapping[str, str] = os.environ) -> str | None:
    """Get a bearer token of an operator: ``FLY_POTATO_TOKEN``, else by the client's own credentials; None without.

    The credentials are ``SMOKE_TOKEN_URL``, ``SMOKE_CLIENT_ID`` and ``SMOKE_CLIENT_SECRET``.

    Raises:
        DeployError: ``DEPLOY_NO_CALLER``.
    """
    if token := variables.get("FLY_POTATO_TOKEN"):
        return token
    if not (address := variables.get("SMOKE_TOKEN_URL")):
        return None
    try:
        answer = httpx.post(
            address,
            data={"grant_type": "client_credentials"},
            auth=(variables.get("SMOKE_CLIENT_ID", ""), variables.get("SMOKE_CLIENT_SECRET", "")),
            timeout=30,
        )
        answer.raise_for_status()
        access_token: str = answer.json()["access_token"]
    except (httpx.HTTPError, KeyError, ValueError) as error:
        raise DeployError("DEPLOY_NO_CALLER", f"Токен для проверки не получен: {type(error).__name__}.") from error
    return access_token
