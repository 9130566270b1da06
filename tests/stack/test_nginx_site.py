"""The web page by a real nginx with our configuration; who asks has a session or not, as a stand-in says."""

import gzip
import hashlib
import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from fly_potato.site import lay_out
from tests.conftest import free_port
from tests.stack.nginx_here import configured
from tests.stack.test_files import program

PAGE = '<!doctype html><html lang="ru"><head><script type="module" src="/assets/page.js"></script></head>{}</html>'
SESSION = {"Cookie": "_fp=good"}


class SignIn(BaseHTTPRequestHandler):
    """Says of a session whether it holds, as oauth2-proxy does, and renews each with a cookie; is Grafana, too."""

    def do_GET(self) -> None:
        if self.path.startswith("/grafana/"):
            self.send_response(200)
            self.send_header("X-Person", f"{self.headers.get('X-WEBAUTH-USER')} {self.headers.get('X-WEBAUTH-ROLE')}")
            self.send_header("Content-Security-Policy", "script-src 'nonce-once'")
            self.send_header("X-Frame-Options", "deny")
            self.send_header("X-Seen", self.headers.get("Cookie", "nothing"))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        good = "_fp=good" in self.headers.get("Cookie", "")
        groups = re.search(r"groups=([a-z,]+)", self.headers.get("Cookie", ""))
        status = 302 if self.path.startswith("/oauth2/start") else 202 if good else 401
        if groups and good and "allowed_groups=" in self.path:
            allowed = set(self.path.partition("allowed_groups=")[2].split(","))
            status = 202 if allowed & set(groups[1].split(",")) else 403
        self.send_response(status)
        if groups:
            self.send_header("X-Auth-Request-Preferred-Username", "anna")
            self.send_header("X-Auth-Request-Groups", groups[1])
        if status == 302:
            self.send_header("Location", f"http://sso.invalid/?back={self.headers['X-Auth-Request-Redirect']}")
        if good:
            self.send_header("Set-Cookie", "_fp=renewed; Path=/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay a small page out."""
    folder = tmp_path_factory.mktemp("site")
    source = folder / "source"
    (source / "assets").mkdir(parents=True)
    for name in ("index", "region", "404"):
        (source / f"{name}.html").write_text(PAGE.format(f"<body>{name} {'х' * 2000}</body>"), encoding="utf-8")
    (source / "assets/page.js").write_text(f"// {'x' * 2000}", encoding="utf-8")
    (source / "assets/config.json").write_text('{"login": "oauth2"}', encoding="utf-8")
    lay_out(folder / "out", source=source, vendor=lambda out: None)
    return folder / "out"


@pytest.fixture(scope="module")
def client(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Serve it by nginx."""
    nginx, port = program("nginx"), free_port()
    folder = tmp_path_factory.mktemp("nginx")
    root = configured("dev", folder)
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), SignIn)
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    for file in root.rglob("*.conf"):
        text = file.read_text().replace("/var/www/site", str(site)).replace("listen 80 ", f"listen 127.0.0.1:{port} ")
        # However slow the machine, the forty calls that may come at once are soon over.
        text = text.replace("zone=calls:10m rate=20r/s", "zone=calls:10m rate=1r/m")
        for name in ("oauth2-proxy:4180", "grafana:3000"):
            text = text.replace(f"http://{name}", f"http://127.0.0.1:{proxy.server_port}")
        file.write_text(text)
    main = root / "nginx.conf"
    # Started by root its workers would be nobody, who may not read a folder of the tests.
    main.write_text(("user root;\n" if os.geteuid() == 0 else "") + main.read_text())
    with subprocess.Popen([nginx, "-g", "daemon off;", "-c", str(main)]) as server:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=SESSION) as asking:
                _wait(asking, server)
                yield asking
        finally:
            server.terminate()
            server.wait(10)
            proxy.shutdown()
            thread.join()
            proxy.server_close()


def _wait(client: httpx.Client, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(100):
        assert server.poll() is None
        try:
            client.get("/nginx-health")
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("nginx did not answer")


def asset(client: httpx.Client) -> str:
    """Give the address of the page's script."""
    found = re.search(r'src="(/assets/[0-9a-f]{12}/page\.js)"', client.get("/").text)
    assert found is not None
    return found[1]


def test_pages_have_one_address_each(client: httpx.Client) -> None:
    for path, name in (("/", "index"), ("/region", "region"), ("/region?code=RU-MOS&from=2025-01-01", "region")):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8"), path
        assert f"<body>{name} х" in answer.text
        assert answer.headers["cache-control"] == "no-cache"
    for path in (
        "/index.html",
        "/region.html",
        "/404",
        "/nothing",
        "/a/b",
        "/.fly-potato-site",
        "/assets/nothing.js",
        "/assets/",
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-cache"), path
        assert "<body>404 х" in answer.text, path


def test_every_answer_carries_the_policy_and_the_renewed_session(client: httpx.Client) -> None:
    for path in ("/", "/nothing", asset(client), "/assets/config.json"):
        answer = client.get(path)
        assert "default-src 'self'" in answer.headers["content-security-policy"], path
        assert answer.headers["x-content-type-options"] == "nosniff"
    renewed = client.get("/region").headers["set-cookie"]
    assert renewed.startswith("_fp=renewed; ")
    assert "HttpOnly" in renewed


def test_grafana_has_a_policy_of_its_own_and_hands_the_renewed_session_on(client: httpx.Client) -> None:
    answer = client.get("/grafana/d/board")
    assert answer.headers.get_list("content-security-policy") == ["script-src 'nonce-once'"]
    assert answer.headers.get_list("x-frame-options") == ["DENY"]
    assert answer.headers["set-cookie"].startswith("_fp=renewed; ")
    assert answer.headers["x-seen"] == "nothing"
    assert client.get("/grafana/", headers={"Cookie": "_fp=bad"}).status_code == 302


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        ("analyst", "Viewer"),
        ("analyst,operator", "Editor"),
        ("operator,administrator", "Admin"),
        ("coadministrator", ""),
    ],
)
def test_grafana_hears_who_looks_and_in_which_role(client: httpx.Client, groups: str, role: str) -> None:
    forged = {"X-WEBAUTH-USER": "somebody", "X-WEBAUTH-ROLE": "Admin"}
    answer = client.get("/grafana/", headers={"Cookie": f"_fp=good; groups={groups}", **forged})
    if role:
        assert (answer.status_code, answer.headers["x-person"]) == (200, f"anna {role}")
    else:
        assert answer.status_code == 403


def test_assets_are_kept_for_ever_and_pages_are_asked_for(client: httpx.Client) -> None:
    kept = client.get(asset(client))
    assert kept.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert kept.headers["content-type"].split(";")[0] in {"text/javascript", "application/javascript"}
    config = client.get("/assets/config.json")
    assert (config.json(), config.headers["cache-control"]) == ({"login": "oauth2"}, "no-cache")
    page = client.get("/")
    again = client.get("/", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_text_travels_compressed(client: httpx.Client, site: Path) -> None:
    for path in ("/", asset(client)):
        with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
            packed = b"".join(answer.iter_raw())
            assert (answer.headers["content-encoding"], answer.headers["vary"]) == ("gzip", "Accept-Encoding")
        assert len(packed) < 700
        file = site / ("index.html" if path == "/" else path[1:])
        assert hashlib.sha256(gzip.decompress(packed)).digest() == hashlib.sha256(file.read_bytes()).digest()


def test_without_a_session_there_is_the_log_in_and_no_file(client: httpx.Client) -> None:
    page = client.get("/region?code=RU-MOS", headers={"Cookie": ""})
    assert page.status_code == 302
    assert page.headers["location"] == "http://sso.invalid/?back=/region?code=RU-MOS"
    for path in (asset(client), "/assets/config.json", "/assets/nothing.js"):
        answer = client.get(path, headers={"Cookie": ""})
        assert (answer.status_code, answer.json()["code"]) == (401, "TOKEN_MISSING"), path


@pytest.mark.parametrize(
    "path", ["/assets/%2e%2e/%2e%2e/nginx.conf", "/assets/..%2f..%2fsource/index.html", "/%2e%2e/x"]
)
def test_nothing_beside_the_page_is_given_out(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code in {400, 404}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_pages_are_only_read(client: httpx.Client, method: str) -> None:
    assert client.request(method, "/").status_code == 403


def test_who_asks_too_often_is_told_so_as_by_the_product_itself(client: httpx.Client) -> None:
    answers = [client.get("/api/uploads", headers={"Cookie": ""}) for _ in range(42)]
    assert {answer.status_code for answer in answers} == {401, 429}
    refused = answers[-1]
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["retry-after"] == "5"
    assert "default-src 'self'" in refused.headers["content-security-policy"]
    body = refused.json()
    assert (body["status"], body["code"]) == (429, "TOO_MANY_REQUESTS")
    assert len(body["request_id"]) == 32
