"""A dashboard in the page's frame, by a page that stands where DataLens' does and checks tokens as it documents."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.conftest import free_port
from tests.datalens.embed_page import EmbedPage, Rejected
from tests.datalens.stub import Stub
from tests.site import chromium
from tests.site.chromium import Page
from tests.site.server import Site
from tests.site.test_login import sign_in
from tests.stack import hosts

HTML = """<!doctype html><title>DataLens</title><p></p><script>
const check = async (token, how) => {
  const answer = await fetch("/check", { method: "POST", body: JSON.stringify({ token, how }) });
  document.querySelector("p").textContent = await answer.text();
};
check(new URLSearchParams(location.hash.slice(1)).get("dl_embed_token"), "opened");
addEventListener("message", ({ data, origin }) => {
  if (data?.type === "SECURE_EMBEDDING_TOKEN_UPDATE") check(data.token, `renewed by ${origin}`);
});
</script>"""


@dataclass
class DataLensPage:
    """Where it listens, what it was shown, and what came of it."""

    port: int
    embeds: Stub
    shown: list[tuple[str, str, Any]] = field(default_factory=list)

    def answer(self, body: dict[str, str]) -> str:
        """Check one token."""
        try:
            params = EmbedPage(self.embeds).open(body["token"], datetime.now(UTC))
        except Rejected as refused:
            self.shown.append((body["how"], str(refused), None))
            return str(refused)
        self.shown.append((body["how"], "open", params))
        return "open"


@contextmanager
def serving(page: DataLensPage, tls: Path) -> Iterator[None]:
    """Serve over TLS on the loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path.partition("?")[0] == "/embeds/dash"
            self._tell(200 if found else 404, HTML if found else "", "text/html")

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._tell(200, page.answer(body), "text/plain")

        def _tell(self, status: int, text: str, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", page.port), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls / "fullchain.pem", tls / "privkey.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def datalens(cloud: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataLensPage]:
    """Stand a page up that knows the site's published key, one embed, and ``region`` as its private parameter."""
    published: Any = jwt.PyJWK(cloud.json("/api/embed-keys")["keys"][0]).key
    pem = published.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    embed = {"embedId": "invented-embed", "embeddingSecretId": "s", "privateParams": ["region"]}
    page = DataLensPage(free_port(), Stub(embeds={"invented-embed": embed}, secrets={"s": {"publicKey": pem}}))
    tls = tmp_path_factory.mktemp("tls")
    hosts.certificate(tls, days=2)
    with serving(page, tls):
        yield page


@pytest.fixture(scope="module")
def browser(datalens: DataLensPage) -> Iterator[Page]:
    """Start a browser that finds DataLens' name at the stand-in."""
    rules = f"--host-resolver-rules=MAP datalens.yandex.cloud:443 127.0.0.1:{datalens.port}"
    with chromium.opened(rules, "--ignore-certificate-errors") as page:
        yield page


def test_the_frame_opens_narrowed_and_is_given_a_new_token_in_place(
    browser: Page, cloud: Site, datalens: DataLensPage
) -> None:
    sign_in(browser, cloud, "/quality")
    browser.open(f"{cloud.url}/time?region=RU-MOW")
    browser.wait("document.querySelector('iframe')")
    until = datetime.now(UTC).timestamp() + 40
    while len(datalens.shown) < 2 and datetime.now(UTC).timestamp() < until:
        browser.run("setTimeout(arguments[0], 300)")
    assert datalens.shown[0] == ("opened", "open", {"region": ["RU-MOW"]})
    assert datalens.shown[1] == (f"renewed by {cloud.url}", "open", {"region": ["RU-MOW"]})
    assert not [line for line in browser.log() if "401" not in line]


def test_no_other_origin_gets_into_the_frame(browser: Page, cloud: Site) -> None:
    browser.open(f"{cloud.url}/time?region=RU-MOW")
    browser.wait("document.querySelector('iframe')")
    browser.log()
    browser.run("document.querySelector('iframe').src = 'https://example.org/'; setTimeout(arguments[0], 500)")
    assert any("frame-src" in line for line in browser.log())


def test_a_token_that_is_not_given_is_told_with_a_way_on(browser: Page, cloud: Site) -> None:
    browser.devtools("Network.enable")
    browser.devtools("Network.setBlockedURLs", urls=["*embed-token*"])
    try:
        browser.open(f"{cloud.url}/time?region=RU-MOW")
        assert "Дашборд не открылся" in browser.text("main .notice")
        assert browser.js("document.querySelector('iframe')") is None
    finally:
        browser.devtools("Network.setBlockedURLs", urls=[])
    browser.click("main .notice a")
    browser.wait("location.search.includes('view=own') && location.search.includes('region=RU-MOW')")
    browser.wait("document.querySelector('#body')")
    browser.log()


def test_a_token_that_cannot_be_renewed_is_told_when_it_has_run_out(browser: Page, cloud: Site) -> None:
    browser.open(f"{cloud.url}/time?region=RU-MOW")
    browser.wait("document.querySelector('iframe')")
    browser.devtools("Network.setBlockedURLs", urls=["*embed-token*"])
    try:
        # The next try, five seconds from now, finds the clock an hour on.
        browser.run("const real = Date.now; Date.now = () => real() + 3600000; arguments[0]()")
        assert "больше не обновляется" in browser.text("main .notice")
        assert browser.js("document.querySelector('iframe')") is not None
        browser.devtools("Network.setBlockedURLs", urls=[])
        browser.wait("document.querySelector('main .notice') === null", seconds=40)
    finally:
        browser.devtools("Network.setBlockedURLs", urls=[])
    browser.log()
