"""A function asked as the gateway would ask it: it reads a request of ours, and its answer is an HTTP one."""

import base64
import json

import httpx
import pytest

from fly_potato.deploy import DeployError
from fly_potato.deploy.cloud import CloudClient, FunctionTransport, timer
from shared.runtime.http import HttpEvent
from shared.runtime.triggers import TimerMessage, messages
from tests.deploy.conftest import Stand

ROUTES = {"/": "stats", "/api/uploads": "upload"}
CLAIMS = {"sub": "deployment-check", "roles": "fly-potato-dev-operator"}


def client(stand: Stand) -> httpx.Client:
    """Give a client whose requests go to functions of the stand, at the tag green."""
    transport = FunctionTransport(CloudClient("invented", stand.endpoints), ROUTES, "green", CLAIMS)
    return httpx.Client(base_url="https://candidate.invalid", transport=transport)


def test_the_function_of_the_path_gets_a_request_at_its_tag(stand: Stand) -> None:
    headers = {"Content-Type": ["application/json"], "X-Request-Id": ["r"]}
    stand.tell(
        "/upload", {"statusCode": 201, "multiValueHeaders": headers, "body": '{"id": "u"}', "isBase64Encoded": False}
    )
    answer = client(stand).post("/api/uploads?limit=5", json={"file_name": "Отчёт.xlsx"})
    assert (answer.status_code, answer.json(), answer.headers["x-request-id"]) == (201, {"id": "u"}, "r")
    (request,) = stand.requests
    assert request.query == {"integration": ["raw"], "tag": ["green"]}
    event = HttpEvent(json.loads(request.body))
    assert event.is_http
    assert event.scope["path"] == "/api/uploads"
    assert event.scope["query_string"] == b"limit=5"
    assert json.loads(event.body) == {"file_name": "Отчёт.xlsx"}
    assert event.scope["fly_potato.claims"] == CLAIMS


def test_bytes_come_back_as_they_were(stand: Stand) -> None:
    stand.tell("/stats", {"statusCode": 200, "body": base64.b64encode(b"\0\1").decode(), "isBase64Encoded": True})
    assert client(stand).get("/api/charts/daily").content == b"\0\1"


def test_a_function_that_raises_is_no_answer(stand: Stand) -> None:
    stand.tell("/stats", {"errorMessage": "no module"}, 502, X_Function_Error="true")
    with pytest.raises(DeployError, match="no module"):
        client(stand).get("/health")


def test_a_timers_event_is_one_to_whom_it_is_sent() -> None:
    (message,) = messages(timer("warm"))
    assert isinstance(message, TimerMessage)
    assert json.loads(message.details.payload or "") == {"job": "warm"}
