"""Both configurations of nginx by nginx itself, and what they have to say by the guide."""

import re
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path

import pytest

from tests.conftest import free_port
from tests.stack.hosts import DOMAIN
from tests.stack.nginx_here import NGINX, configured
from tests.stack.test_files import program
from tests.stack.test_hosts import CLOSED


def everything(variant: str) -> str:
    """Give the text of a variant with its snippets."""
    names = {"dev": "dev.conf", "prod": "prod.conf.template"}
    snippets = "".join(path.read_text() for path in sorted((NGINX / "snippets").glob("*.conf")))
    return (NGINX / "nginx.conf").read_text() + snippets + (NGINX / names[variant]).read_text()


@pytest.mark.parametrize("variant", ["dev", "prod"])
def test_nginx_accepts_its_configuration(variant: str, tmp_path: Path) -> None:
    nginx, root = program("nginx"), configured(variant, tmp_path)
    done = subprocess.run([nginx, "-t", "-c", str(root / "nginx.conf")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


Ask = Callable[..., HTTPResponse]


@pytest.fixture(scope="module")
def on_hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Run the hosts' variant, nobody behind it; asks for a path under a name, trusting the test's CA alone."""
    folder = tmp_path_factory.mktemp("hosts")
    nginx, root, port = program("nginx"), configured("prod", folder), free_port()
    site = root / "sites/prod.conf"
    site.write_text(
        site.read_text()
        .replace("listen 443", f"listen 127.0.0.1:{port}")
        .replace("listen 80 ", f"listen 127.0.0.1:{free_port()} ")
    )
    context = ssl.create_default_context(cafile=str(root / "certs/ca.pem"))

    def ask(path: str, name: str = DOMAIN) -> HTTPResponse:
        connection = HTTPSConnection("127.0.0.1", port, timeout=20, context=context)
        connection.sock = context.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname=name)
        with closing(connection):
            connection.request("GET", path, headers={"Host": name})
            answer = connection.getresponse()
            answer.read()
            return answer

    with subprocess.Popen([nginx, "-g", "daemon off;", "-c", str(root / "nginx.conf")]) as server:
        try:
            until(lambda: socket.create_connection(("127.0.0.1", port)).close())
            yield ask
        finally:
            server.terminate()


def test_the_domain_and_its_www_are_served_and_no_other_name(on_hosts: Ask) -> None:
    # Closed to everybody, but by the site's own answer.
    for name in (DOMAIN, f"www.{DOMAIN}"):
        answer = on_hosts("/sso", name)
        assert answer.status == 404
        age = re.fullmatch(r"max-age=(\d+); includeSubDomains", answer.headers["Strict-Transport-Security"])
        assert age is not None
        assert int(age[1]) >= 31536000
    with pytest.raises((ssl.SSLError, HTTPException, ConnectionError)):
        on_hosts("/sso", "elsewhere.test")


def test_administration_is_closed_by_nginx_itself(on_hosts: Ask) -> None:
    """Where something stands behind a path, nobody answering there makes it 502."""
    closed = [path for path in CLOSED if path.startswith(("/sso/", "/metrics", "/healthz"))]
    assert len(closed) > 12
    for path in closed:
        answer = on_hosts(path)
        assert answer.status == 404, path
        assert answer.headers["Strict-Transport-Security"], path
    assert on_hosts("/sso/realms/fly-potato/account").status == 502


def until(attempt: Callable[[], None]) -> None:
    """Try until it works, for ten seconds."""
    for _ in range(100):
        try:
            return attempt()
        except OSError:
            time.sleep(0.1)
    raise TimeoutError


def test_tls_is_as_the_guide_wants_it() -> None:
    text = everything("prod")
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in text
    assert "ssl_stapling on;" in text
    age = re.search(r"max-age=(\d+); includeSubDomains", text)
    assert age is not None
    assert int(age[1]) >= 31536000
    assert "return 301 https://${KC_HOSTNAME}$request_uri;" in text


@pytest.mark.parametrize("variant", ["dev", "prod"])
def test_frames_come_from_datalens_alone(variant: str) -> None:
    policy = re.search(r'set \$policy "([^"]+)"', everything(variant))
    assert policy is not None
    directives = dict(part.strip().split(" ", 1) for part in policy[1].split(";") if " " in part.strip())
    assert directives["frame-src"] == "https://datalens.yandex.cloud https://datalens.ru"
    assert directives["default-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"


def test_log_lines_hold_no_query_address_or_header() -> None:
    text = (NGINX / "nginx.conf").read_text()
    formats = re.findall(r"log_format \w+ escape=json\s+((?:'[^']*'\s*)+);", text)
    assert len(formats) == 2
    for form in formats:
        variables = set(re.findall(r"\$(\w+)", form))
        assert not variables & {"request", "request_uri", "args", "query_string", "remote_addr", "remote_user"}
        assert not [
            name for name in variables if name.startswith(("http_", "cookie_", "arg_", "sent_http_", "upstream_http_"))
        ]


def test_every_location_that_proxies_says_whose_it_is() -> None:
    """A location without the session's check has to be one of the few that are open on purpose."""
    text = (NGINX / "snippets/locations.conf").read_text()
    open_to_all = set()
    for name, body in re.findall(r"^location ([^{]+) \{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL):
        if "proxy_pass" in body and "signed_in.conf" not in body and "session.conf" not in body:
            open_to_all.add(name.strip())
    bucket = "~ ^/fly-potato/(incoming|results)/[A-Za-z0-9./_-]+$"
    for asked in ("= /oauth2/auth", "= /oauth2/auth/boards"):
        open_to_all.remove(asked)
        assert "internal;" in text.split(f"location {asked} {{")[1].split("}")[0]
    assert open_to_all == {"= /health", bucket, "/oauth2/", "@sign_in"}
    # What hands a session on asks for none by itself.
    assert text.count("snippets/session.conf") == text.count("auth_request /oauth2/auth")
