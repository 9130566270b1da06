"""A real browser, driven over the WebDriver protocol: Debian's Chromium, headless."""

import json
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update",
    "--disable-background-networking", "--disable-sync", "--disable-dev-shm-usage", "--window-size=1200,900",
)  # fmt: skip


class Browser:
    """One session of the browser."""

    def __init__(self, driver: str, session: str) -> None:
        self._base = f"{driver}/session/{session}"

    def open(self, url: str) -> None:
        """Go to an address and wait until it is loaded."""
        call("POST", f"{self._base}/url", {"url": url})

    @property
    def url(self) -> str:
        """Give the address that is shown."""
        return str(call("GET", f"{self._base}/url"))

    def find(self, selector: str, seconds: float = 20) -> str:
        """Wait for an element and give its handle."""
        until = time.monotonic() + seconds
        while True:
            try:
                found: str = call("POST", f"{self._base}/element", {"using": "css selector", "value": selector})[
                    ELEMENT
                ]
                return found
            except urllib.error.HTTPError as error:
                if error.code != 404 or time.monotonic() > until:
                    raise
                time.sleep(0.3)

    def type(self, selector: str, text: str) -> None:
        """Type into an element."""
        call("POST", f"{self._base}/element/{self.find(selector)}/value", {"text": text})

    def click(self, selector: str) -> None:
        """Click an element."""
        call("POST", f"{self._base}/element/{self.find(selector)}/click", {})

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script that calls ``arguments[arguments.length - 1]`` with its result."""
        return call("POST", f"{self._base}/execute/async", {"script": script, "args": list(arguments)})

    def fetch(self, path: str, method: str = "GET", body: str | None = None, **headers: str) -> tuple[int, str]:
        """Ask for something from within the page, with its session and under its policy."""
        script = """
            const [path, method, body, headers, done] = arguments;
            fetch(path, {method, body, headers, redirect: 'manual'})
                .then(async answer => done([answer.status, await answer.text()]), fault => done([-1, String(fault)]));
        """
        status, text = self.run(script, path, method, body, headers)
        return int(status), str(text)

    def cookies(self) -> dict[str, dict[str, Any]]:
        """Give the page's cookies by name."""
        return {cookie["name"]: cookie for cookie in call("GET", f"{self._base}/cookie")}

    def screenshot(self) -> str:
        """Give what is shown, as a PNG in base64."""
        return str(call("GET", f"{self._base}/screenshot"))


def call(method: str, url: str, body: dict[str, Any] | None = None) -> Any:
    """Send one command of the protocol and give its value."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)  # noqa: S310
    with urllib.request.urlopen(request, timeout=90) as answer:  # noqa: S310
        return json.load(answer)["value"]


@contextmanager
def started(*flags: str) -> Iterator[Browser]:
    """Start a driver and a browser with an empty profile."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    driver = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as profile:
        process = subprocess.Popen(
            ["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
        )
        try:
            _ready(driver)
            options = {"args": [*FLAGS, *flags, f"--user-data-dir={profile}"], "binary": "/usr/bin/chromium"}
            wanted = {
                "alwaysMatch": {
                    "goog:chromeOptions": options,
                    "acceptInsecureCerts": False,
                    "timeouts": {"script": 60000},
                }
            }
            session = call("POST", f"{driver}/session", {"capabilities": wanted})["sessionId"]
            try:
                yield Browser(driver, session)
            finally:
                call("DELETE", f"{driver}/session/{session}")
        finally:
            process.terminate()
            process.wait()


def _ready(driver: str) -> None:
    for _ in range(100):
        try:
            if call("GET", f"{driver}/status")["ready"]:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(driver)


def sign_in(browser: Browser, address: str, user: str, password: str) -> None:
    """Open an address that needs a session and go through Keycloak's page."""
    browser.open(address)
    browser.type("#username", user)
    browser.type("#password", password)
    browser.click("#kc-login")
