"""The gateway as its callers see it: events, answers, limits and headers, with functions in processes of their own."""

import base64
import json
import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from local.emulator.settings import GATEWAY_BYTES
from tests.unit.emulator.conftest import Serve


@pytest.fixture
def client(serve: Serve) -> httpx.Client:
    return serve(
        {"S3_BUCKET": "bucket", "PROBE__POSTGRES_URI": "own", "POSTGRES_URI": "common", "OTHER": "no"}, 2, auth="dev"
    )


def _event(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    event: dict[str, Any] = answer.json()
    return event


def test_an_event_has_every_part_of_payload_1_0(client: httpx.Client) -> None:
    headers = {"Cookie": "a=1; b=2", "X-Twice": "1", "Authorization": "Basic zzz"}
    event = _event(client.get("/api/event?m=1&m=2&limit=3&empty=", headers=headers))
    assert set(event) == {
        "version", "resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters",
        "multiValueQueryStringParameters", "pathParameters", "parameters", "multiValueParameters", "operationId",
        "requestContext", "body", "isBase64Encoded",
    }  # fmt: skip
    assert (event["version"], event["resource"], event["path"]) == ("1.0", "/api/{name}", "/api/event")
    assert event["httpMethod"] == "GET"
    assert event["operationId"] == "anything"
    assert event["queryStringParameters"] == {"m": "2", "limit": "3", "empty": ""}
    assert event["multiValueQueryStringParameters"] == {"m": ["1", "2"], "limit": ["3"], "empty": [""]}
    assert event["pathParameters"] == {"name": "event"}
    assert event["parameters"] == {"name": "event", "limit": "3"}
    assert event["multiValueParameters"] == {"name": ["event"], "limit": ["3"]}
    assert (event["body"], event["isBase64Encoded"]) == ("", True)
    assert event["headers"]["Cookie"] == "a=1; b=2"
    assert event["headers"]["Authorization"] == "Basic zzz"
    assert event["multiValueHeaders"]["X-Twice"] == ["1"]
    assert "Connection" not in event["headers"]


def test_the_gateway_adds_its_headers_and_context(client: httpx.Client) -> None:
    event = _event(client.get("/api/event?x=1", headers={"X-Request-Id": "forged", "X-Forwarded-For": "198.51.100.1"}))
    added = {
        "Accept", "Host", "Traceparent", "Tracestate", "Uber-Trace-Id", "User-Agent", "X-Api-Gateway-Function-Id",
        "X-Envoy-External-Address", "X-Envoy-Original-Path", "X-Forwarded-For", "X-Forwarded-Proto",
        "X-Real-Remote-Address", "X-Request-Id", "X-Serverless-Certificate-Ids", "X-Serverless-Gateway-Id",
        "X-Trace-Id",
    }  # fmt: skip
    assert added <= set(event["headers"])
    assert all(event["multiValueHeaders"][name] == [event["headers"][name]] for name in added)
    assert event["headers"]["X-Envoy-Original-Path"] == "/api/event?x=1"
    context = event["requestContext"]
    assert set(context) == {"identity", "httpMethod", "requestId", "requestTime", "requestTimeEpoch"}
    assert event["headers"]["X-Request-Id"] == context["requestId"] != "forged"
    assert time.strptime(context["requestTime"], "%d/%b/%Y:%H:%M:%S +0000")
    assert abs(context["requestTimeEpoch"] - time.time()) < 5


@pytest.mark.parametrize(
    ("content_type", "encoded"),
    [("application/json", False), ("application/json; charset=utf-8", True), ("text/plain", True)],
)
def test_a_body_is_base64_unless_it_is_exactly_json(client: httpx.Client, content_type: str, encoded: bool) -> None:
    event = _event(client.post("/api/event", content='{"а": 1}'.encode(), headers={"Content-Type": content_type}))
    assert event["isBase64Encoded"] is encoded
    body = base64.b64decode(event["body"]).decode() if encoded else event["body"]
    assert body == '{"а": 1}'


def test_maps_without_entries_are_empty_and_not_null(client: httpx.Client) -> None:
    event = client.get("/api/named")
    assert event.content == b"/api/named"
    bare = _event(client.get("/api/event"))
    for name in ("queryStringParameters", "multiValueQueryStringParameters"):
        assert bare[name] == {}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/named", 200),
        ("/api/named/", 200),
        ("/files/a/b%20c.txt", 200),
        ("/files/", 404),
        ("/nothing", 404),
        ("/api/event?tag=a", 404),
    ],
)  # fmt: skip
def test_paths_find_their_operation(client: httpx.Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    if path.startswith("/files/a"):
        assert answer.content == b"/files/a/b c.txt"


def test_a_method_that_is_not_there_is_told_apart(client: httpx.Client) -> None:
    answer = client.post("/ping")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
    assert client.get("/ping").text == "pong"


def test_an_instance_sees_its_own_environment_only(client: httpx.Client) -> None:
    body = client.get("/api/environment").json()
    assert set(body["env"]) - {"LC_CTYPE"} == {"PATH", "LANG", "TZ", "PYTHONPATH", "S3_BUCKET", "POSTGRES_URI"}
    assert body["env"]["POSTGRES_URI"] == "own"
    assert body["pid"] != os.getpid()
    assert 0 < body["left"] <= 2000
    assert client.get("/api/environment").json()["pid"] == body["pid"], "an idle instance is used again"


def test_a_call_that_takes_too_long_is_504_and_its_instance_is_gone(serve: Serve) -> None:
    client = serve({}, 2, 1, auth="dev")
    pid = int(client.get("/api/sleep?seconds=0").text)
    started = time.monotonic()
    assert client.get("/api/sleep?seconds=30").status_code == 504
    assert time.monotonic() - started < 6
    assert int(client.get("/api/sleep?seconds=0").text) != pid
    deadline = time.monotonic() + 5
    while psutil.pid_exists(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_calls_run_beside_one_another_and_wait_their_turn(client: httpx.Client) -> None:
    client.get("/api/sleep?seconds=0")
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: client.get("/api/sleep?seconds=0.6"), range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.text for answer in answers}) == 2


def test_a_crash_is_502_and_the_next_call_has_a_new_instance(client: httpx.Client) -> None:
    assert client.get("/api/crash").status_code == 502
    assert client.get("/api/named").status_code == 200


def test_an_exception_is_502_with_what_the_runtime_reports(client: httpx.Client) -> None:
    answer = client.get("/api/raise")
    assert (answer.status_code, answer.headers["X-Function-Error"]) == (502, "true")
    assert {name: answer.json()[name] for name in ("errorType", "errorMessage")} == {
        "errorType": "ValueError",
        "errorMessage": "broken on purpose",
    }
    assert client.get("/api/unjson").json()["errorType"] == "ProxyIntegrationError"


@pytest.mark.parametrize(
    "value",
    ['"text"', "{}", '{"statusCode": "200"}', '{"statusCode": 200, "body": {"a": 1}}',
     '{"statusCode": 200, "headers": []}',
     '{"statusCode": 200, "body": "%", "isBase64Encoded": true}', '{"statusCode": 200, "headers": {"Via": "x"}}',
     '{"statusCode": 200, "multiValueHeaders": {"A": "x"}}'],
)  # fmt: skip
def test_what_is_no_answer_is_502(client: httpx.Client, value: str) -> None:
    answer = client.post("/api/answer", content=value, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["errorType"]) == (502, "ProxyIntegrationError")


def test_headers_of_an_answer_are_merged_dropped_and_renamed(client: httpx.Client) -> None:
    value = {
        "statusCode": 201,
        "headers": {"Set-Cookie": "lost=1", "Server": "mine", "Cookie": "no", "X-One": "1"},
        "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]},
        "body": "ы",
    }
    answer = client.post("/api/answer", content=json.dumps(value), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.text) == (201, "ы")
    assert answer.headers.get_list("Set-Cookie") == ["a=1", "b=2"]
    assert (answer.headers["X-Yf-Remapped-Server"], answer.headers["X-One"]) == ("mine", "1")
    assert "Cookie" not in answer.headers


def test_bodies_over_the_limit_are_refused_both_ways(client: httpx.Client) -> None:
    assert client.post("/api/event", content=b"x" * (GATEWAY_BYTES + 1)).status_code == 413
    chunked = iter([b"x" * 1_000_000] * 3)
    assert client.post("/api/event", content=chunked).status_code == 413
    assert client.post("/api/other", content=b"x" * 2_000_000).status_code == 200
    assert client.get(f"/api/large?bytes={GATEWAY_BYTES}").status_code == 200
    assert client.get(f"/api/large?bytes={GATEWAY_BYTES + 1}").status_code == 502
    assert client.get("/api/large?bytes=4000000").json()["errorType"] == "PayloadTooLarge"


def test_json_over_the_functions_limit_is_413(client: httpx.Client) -> None:
    # A quotation mark takes two bytes inside JSON, so a body within the gateway's limit makes an event over it.
    quotes = b'"' * 2_000_000
    answer = client.post("/api/other", content=quotes, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["errorType"]) == (413, "PayloadTooLarge")


def test_cross_origin_rules_of_the_spec_hold(client: httpx.Client) -> None:
    ask = {"Origin": "https://site.example", "Access-Control-Request-Method": "GET"}
    allowed = client.options("/files/x", headers=ask)
    assert allowed.headers["Access-Control-Allow-Origin"] == "https://site.example"
    assert allowed.headers["Access-Control-Allow-Credentials"] == "true"
    assert allowed.headers["Access-Control-Allow-Methods"] == "GET, POST"
    stranger = client.options("/files/x", headers=ask | {"Origin": "https://other.example"})
    assert "Access-Control-Allow-Origin" not in stranger.headers
    simple = client.get("/files/x", headers={"Origin": "https://site.example"})
    assert (simple.headers["Access-Control-Allow-Origin"], simple.headers["Vary"]) == ("https://site.example", "Origin")


def test_the_site_is_served_and_nothing_beside_it(client: httpx.Client) -> None:
    page = client.get("/static/index.html")
    assert (page.text, page.headers["content-type"]) == ("start", "text/html; charset=utf-8")
    lost = client.get("/static/nothing.html")
    assert (lost.status_code, lost.text) == (404, "lost")
    outside = client.get("/static/%2e%2e/spec.yaml")
    assert (outside.status_code, outside.text) == (404, "lost")


def test_browsers_keep_files_of_the_site_as_long_as_the_bucket_says(client: httpx.Client) -> None:
    page = client.get("/static/index.html")
    assert page.headers["cache-control"] == "no-cache"
    again = client.get("/static/index.html", headers={"If-None-Match": f'"x", W/{page.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", page.headers["etag"])
    assert client.get("/static/index.html", headers={"If-None-Match": '"x"'}).status_code == 200
    kept = client.get("/static/assets/0123456789ab/page.js")
    assert kept.headers["content-type"] == "text/javascript; charset=utf-8"
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_the_gateway_carries_no_file_over_its_limit(serve: Serve, tmp_path: Path) -> None:
    client = serve(auth="dev")
    (tmp_path / "site" / "large.bin").write_bytes(b" " * 2_621_441)
    assert client.get("/static/large.bin").status_code == 502


def test_without_a_site_there_is_nothing_to_find(serve: Serve) -> None:
    assert serve(auth="dev", site=None).get("/static/index.html").status_code == 404


@pytest.mark.parametrize("path", ["/static/%00", "/static/a%00.js", "/static/" + "a" * 300, "/static/%ff%fe"])
def test_paths_that_no_file_can_have_are_no_fault(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == (400 if "%00" in path else 404)


@pytest.mark.parametrize("head", ["Content-Length: 100", "Transfer-Encoding: chunked"])
def test_a_body_that_does_not_arrive_is_408(serve: Serve, head: str) -> None:
    client = serve(auth="dev", body_seconds=0.3)
    with socket.create_connection((client.base_url.host, client.base_url.port or 80), timeout=20) as half:
        half.sendall(f"POST /api/event HTTP/1.1\r\nHost: localhost\r\n{head}\r\n\r\n1\r\n".encode())
        assert half.recv(1000).startswith(b"HTTP/1.1 408")
        assert half.recv(1000) in {b"", b'{"message": "The request did not arrive in time"}'}
    assert client.get("/ping").text == "pong"
