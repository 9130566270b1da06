"""A stand for the few calls that a deployment makes to the cloud: a real HTTP server that answers as it is told."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from fly_potato.deploy.cloud import Endpoints


@dataclass
class Request:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass
class Stand:
    """Answers by path; keeps what it was asked."""

    url: str = ""
    answers: dict[str, tuple[int, Any, dict[str, str]]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def tell(self, path: str, body: Any, status: int = 200, **headers: str) -> None:
        """Answer a path; one with a page token is told apart by it."""
        self.answers[path] = (status, body, {name.replace("_", "-"): value for name, value in headers.items()})

    @property
    def endpoints(self) -> Endpoints:
        return Endpoints(f"{self.url}/oauth/token", self.url, self.url, self.url)


@pytest.fixture
def stand() -> Iterator[Stand]:
    """Serve until the test ends."""
    made = Stand()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            parts = urlsplit(self.path)
            query = parse_qs(parts.query)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            made.requests.append(Request(self.command, parts.path, query, dict(self.headers), body))
            page = query.get("pageToken", [""])[0]
            status, content, headers = made.answers.get(f"{parts.path}{page}", (404, {}, {}))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        do_GET = do_POST = _answer

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
