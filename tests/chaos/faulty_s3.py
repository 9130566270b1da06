"""An HTTP server between the function and the bucket that answers some requests the way a sick store does."""

import contextlib
import http.client
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass
class Faults:
    """What to do to the next GETs of an object: ``error`` (500), ``truncate``, ``slow``; then behave."""

    script: list[str] = field(default_factory=list)
    played: list[str] = field(default_factory=list)


def _handler(target: str, faults: Faults) -> type[BaseHTTPRequestHandler]:
    address = urlsplit(target)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            fault = faults.script.pop(0) if faults.script and "incoming/" in self.path else None
            if fault:
                faults.played.append(fault)
            if fault == "error":
                self._answer(500, {}, b"<Error><Code>InternalError</Code></Error>")
                return
            self._forward(fault)

        def do_PUT(self) -> None:
            self._forward(None)

        do_HEAD = do_DELETE = do_PUT

        def _forward(self, fault: str | None) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            there = http.client.HTTPConnection(address.hostname or "", address.port)
            there.request(self.command, self.path, body, dict(self.headers))
            answer = there.getresponse()
            content = answer.read()
            there.close()
            self._answer(answer.status, dict(answer.getheaders()), content, fault)

        def _answer(self, status: int, headers: dict[str, str], body: bytes, fault: str | None = None) -> None:
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in ("content-length", "transfer-encoding", "connection", "server", "date"):
                    self.send_header(name, value)
            length = headers.get("Content-Length", str(len(body))) if self.command == "HEAD" else str(len(body))
            self.send_header("Content-Length", length)
            self.end_headers()
            if self.command == "HEAD":
                return
            if fault == "truncate":
                self.wfile.write(body[: len(body) // 2])
                self.close_connection = True
                return
            for start in range(0, len(body), 4096 if fault == "slow" else len(body) or 1):
                self.wfile.write(body[start : start + (4096 if fault == "slow" else len(body))])
                if fault == "slow":
                    threading.Event().wait(0.02)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


@contextlib.contextmanager
def faulty(target: str, faults: Faults) -> Iterator[str]:
    """Serve a sick copy of the store at ``target``; give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(target, faults))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
