"""The one port between the two machines of a host, by a real nginx on both sides of it."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.conftest import free_port
from tests.stack import hosts
from tests.stack.compose import wait
from tests.stack.test_datalens_gate import MODULE
from tests.stack.test_files import LOCAL, program

SERVICES = {"backend": 80, "grafana": 3000, "keycloak": 8080, "s3": 9000}


@dataclass(frozen=True, slots=True)
class Machines:
    """The port between them, what listens for each service on the outer one, and where the certificate lies."""

    port: int
    asked: dict[str, int]
    certificates: Path


@contextmanager
def service(name: str) -> Iterator[int]:
    """Answer every request with a name; gives the port."""

    class Named(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(name.encode())

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Named)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def nginx(role: str, folder: Path, own: int, other: int, ports: dict[str, int]) -> Iterator[None]:
    """Run a machine's half: ``ports`` stand for what it listens on (numbers) and for its services (names with them)."""
    folder.mkdir()
    for name in ("asks", "gives"):
        text = (LOCAL / f"nginx/between/{role}.{name}.conf").read_text()
        for written, here in ports.items():
            text = text.replace(f" {written};", f" {here};")
        (folder / f"{name}.conf").write_text(text.replace("other-half:8443", f"127.0.0.1:{other}"))
    (folder / "tls.conf").write_text((LOCAL / "nginx/between/tls.conf").read_text())
    main = (LOCAL / "nginx/between.conf").read_text().replace("listen 8443", f"listen 127.0.0.1:{own}")
    (folder / "between.conf").write_text(f"load_module {MODULE};\nuser root;\n{main}")
    here = {"/tmp/": f"{folder}/", "/dev/std": f"{folder}/std"}
    here |= {"/etc/nginx/certs": str(folder.parent), "/etc/nginx/between": str(folder)}
    for file in folder.glob("*.conf"):
        text = file.read_text()
        for written, place in here.items():
            text = text.replace(written, place)
        file.write_text(text)
    command = [program("nginx"), "-c", str(folder / "between.conf"), "-p", str(folder), "-g", "daemon off;"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            wait(lambda: socket.create_connection(("127.0.0.1", own), 1).close() is None, 20, "nginx")
            yield
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """Run both halves and the services of the inner one."""
    if not MODULE.exists():
        pytest.skip("nginx has no streams here")
    directory = tmp_path_factory.mktemp("machines")
    hosts.between(directory)
    inner, outer, asked = free_port(), free_port(), {name: free_port() for name in SERVICES}
    with ExitStack() as stack:
        running = {name: stack.enter_context(service(name)) for name in SERVICES}
        behind = {f"{name}:{port}": f"127.0.0.1:{running[name]}" for name, port in SERVICES.items()}
        listening = {str(port): f"127.0.0.1:{asked[name]}" for name, port in SERVICES.items()}
        rest = {str(port): f"127.0.0.1:{free_port()}" for port in (443, 4040, 44180)}
        stack.enter_context(nginx("internal", directory / "internal", inner, outer, behind | rest))
        stack.enter_context(nginx("dmz", directory / "dmz", outer, inner, listening))
        yield Machines(inner, asked, directory)


def test_each_service_is_reached_by_its_own_port(machines: Machines) -> None:
    answers = {name: httpx.get(f"http://127.0.0.1:{port}/").text for name, port in machines.asked.items()}
    assert answers == {name: name for name in SERVICES}


def answer(machines: Machines, name: str, certificate: Path | None) -> str:
    """Ask the inner machine itself; gives what comes, or nothing where the door stays shut."""
    context = ssl.create_default_context(cafile=str(machines.certificates / "between.pem"))
    context.check_hostname = False
    if certificate is not None:
        context.load_cert_chain(certificate / "between.pem", certificate / "between.key")
    with socket.create_connection(("127.0.0.1", machines.port), timeout=10) as raw:
        try:
            with context.wrap_socket(raw, server_hostname=name) as secured:
                secured.sendall(b"GET / HTTP/1.0\r\n\r\n")
                return b"".join(iter(lambda: secured.recv(4096), b"")).decode().rpartition("\n")[2]
        except OSError:
            return ""


def test_whoever_lacks_the_certificate_or_names_another_service_gets_nothing(
    machines: Machines, tmp_path: Path
) -> None:
    assert answer(machines, "keycloak", machines.certificates) == "keycloak"
    assert answer(machines, "keycloak", None) == ""
    assert answer(machines, "postgres", machines.certificates) == ""
    # Made by the same command, and another's all the same.
    hosts.between(tmp_path)
    assert answer(machines, "keycloak", tmp_path) == ""
