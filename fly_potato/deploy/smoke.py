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

from fly_potato.client import Client
from fly_potato.deploy.errors import DeployError

_WANTED_METRICS = ("fly_potato_build_info", "fly_potato_database_up 1")
_SCRIPT_PATH = re.compile(r"/assets/[0-9a-f]{12}/[\w./-]+\.js")
_SCRIPT = re.compile(f'src="({_SCRIPT_PATH.pattern})"')
_HEADER = ("Центр ЕС ОрВД", "SHR", "DEP", "ARR")
_ROW = ("Проверка", "Проверка после развёртывания: строка не телеграмма", "", "")


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens the doors: a bearer token for the API (empty where it asks for none), one for /metrics."""

    caller: str | None = field(default=None, repr=False)
    metrics: str | None = field(default=None, repr=False)


def write_workbook(path: Path) -> None:
    """Write the workbook of one unreadable row."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        # Without a time of its own the same bytes come out each time, so the second load is a duplicate.
        book.set_properties({"created": datetime(2025, 1, 1, tzinfo=UTC)})
        sheet = book.add_worksheet("Проверка")
        sheet.write_row(0, 0, _HEADER)
        sheet.write_row(1, 0, _ROW)


def check(address: str, keys: Keys, *, seconds: float = 300.0) -> dict[str, str]:
    """Look at an environment until it is ready, then carry the workbook through it; gives what was seen, by check.

    Raises:
        DeployError: ``DEPLOY_UNHEALTHY``, naming the check.
        FlyPotatoError: what the API said to the workbook.
    """
    seen = {"health": _health(address), "readiness": _ready(address, seconds), "metrics": _metrics(address, keys)}
    seen["page"] = _page(address)
    if keys.caller is None:
        raise DeployError("DEPLOY_NO_CALLER", "Для проверки загрузки нужен токен оператора: FLY_POTATO_TOKEN.")
    with tempfile.TemporaryDirectory() as directory, Client(address, keys.caller) as client:
        workbook = Path(directory) / "smoke.xlsx"
        write_workbook(workbook)
        announced = client.announce(workbook)
        seen["browser"] = _browser_may_send(address, str(announced["upload"]["url"]))
        client.send(announced, workbook)
        state = client.follow(announced["id"], lambda told: None, seconds=seconds, every=2.0)
    if state["state"] not in ("loaded", "duplicate"):
        raise DeployError("DEPLOY_UNHEALTHY", f"Проверочная книга не загружена: {state['state']}.")
    if (state.get("counts") or {}).get("flights_new"):
        raise DeployError("DEPLOY_UNHEALTHY", "Проверочная книга дала полёты, а не должна была.")
    return {**seen, "upload": str(state["state"])}


def _get(address: str, path: str, **more: str) -> httpx.Response:
    try:
        return httpx.get(f"{address}{path}", headers=more, timeout=60)
    except httpx.HTTPError as error:
        raise DeployError("DEPLOY_UNHEALTHY", f"{path}: {type(error).__name__}.") from error


def _health(address: str) -> str:
    answer = _get(address, "/health")
    if answer.status_code != 200:
        raise DeployError("DEPLOY_UNHEALTHY", f"/health ответил {answer.status_code}.")
    return str(answer.json()["version"])


def _ready(address: str, seconds: float) -> str:
    # The first calls start instances and open connections; a gateway that has just got its name may take a minute.
    deadline = time.monotonic() + seconds
    while True:
        answer = _get(address, "/healthz")
        if answer.status_code == 200:
            return "ready"
        if time.monotonic() > deadline:
            checks = answer.json().get("checks", []) if answer.status_code == 503 else []
            wrong = ", ".join(f"{each['name']}: {each['code']}" for each in checks if not each["ok"])
            raise DeployError("DEPLOY_UNHEALTHY", f"/healthz ответил {answer.status_code}: {wrong}.")
        time.sleep(2)


def _metrics(address: str, keys: Keys) -> str:
    headers = {"Authorization": f"Bearer {keys.metrics}"} if keys.metrics else {}
    answer = _get(address, "/metrics", **headers)
    if answer.status_code != 200:
        raise DeployError("DEPLOY_UNHEALTHY", f"/metrics ответил {answer.status_code}.")
    missing = [name for name in _WANTED_METRICS if name not in answer.text]
    if missing:
        raise DeployError("DEPLOY_UNHEALTHY", f"/metrics без {', '.join(missing)}.")
    return f"{len(answer.text.splitlines())} lines"


def _page(address: str) -> str:
    wanted = {"/": "text/html", "/assets/config.json": "application/json"}
    start = _get(address, "/").text
    if found := _SCRIPT.search(start):
        wanted[found[1]] = "text/javascript"
    for path, kind in wanted.items():
        answer = _get(address, path)
        told = answer.headers.get("content-type", "")
        if answer.status_code != 200 or not told.startswith(kind):
            raise DeployError("DEPLOY_UNHEALTHY", f"{path} ответил {answer.status_code}, тип {told or 'не указан'}.")
    if len(wanted) < 3:
        raise DeployError("DEPLOY_UNHEALTHY", "Страница / не ведёт к своим скриптам.")
    return next(path.split("/")[2] for path in wanted if _SCRIPT_PATH.fullmatch(path))


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
        given: str = answer.json()["access_token"]
    except (httpx.HTTPError, KeyError, ValueError) as error:
        raise DeployError("DEPLOY_NO_CALLER", f"Токен для проверки не получен: {type(error).__name__}.") from error
    return given
