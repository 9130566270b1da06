"""Chromium for the site's tests: the driver of ``tests/stack``, with what a page logs and what DevTools can do."""

import base64
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any

from tests.conftest import free_port
from tests.stack.browser import ELEMENT, FLAGS, Browser, _ready, call

MISSING = "chromium and chromedriver are not installed"


def installed() -> bool:
    """Tell whether there is a browser to test with."""
    return shutil.which("chromium") is not None and shutil.which("chromedriver") is not None


class Page(Browser):
    """A browser that is looked at closely."""

    def __init__(self, driver: str, session: str, downloads: Path) -> None:
        super().__init__(driver, session)
        self.downloads = downloads

    def devtools(self, command: str, **parameters: Any) -> Any:
        """Run a command of the DevTools protocol."""
        return call("POST", f"{self._base}/goog/cdp/execute", {"cmd": command, "params": parameters})

    def js(self, expression: str, *arguments: Any) -> Any:
        """Evaluate an expression in the page; ``arguments`` are at hand."""
        body = {"script": f"return ({expression});", "args": list(arguments)}
        return call("POST", f"{self._base}/execute/sync", body)

    def wait(self, expression: str, *arguments: Any, seconds: float = 20) -> Any:
        """Wait until an expression is true and give its value."""
        until = time.monotonic() + seconds
        while not (value := self.js(expression, *arguments)):
            if time.monotonic() > until:
                shown = self.js("document.querySelector('#body')?.innerText ?? document.body.innerText")[:1500]
                raise AssertionError(f"{expression} {arguments} never held; the page shows:\n{shown}\n{self.log()}")
            time.sleep(0.05)
        return value

    def text(self, selector: str) -> str:
        """Give the text of the first element found, once it is there."""
        return str(self.wait("document.querySelector(arguments[0])?.innerText ?? null", selector))

    def press(self, *keys: str) -> None:
        """Press keys one after the other: characters, or names of the DevTools protocol such as ``Tab``."""
        codes = {"Tab": 9, "Enter": 13, "Space": 32, "ArrowRight": 39, "ArrowDown": 40}
        texts = {"Enter": "\r", "Space": " "}
        for key in keys:
            name = " " if key == "Space" else key
            event = {"key": name, "code": key, "windowsVirtualKeyCode": codes[key]}
            extra = {"text": texts[key]} if key in texts else {}
            self.devtools("Input.dispatchKeyEvent", type="keyDown", **event, **extra)
            self.devtools("Input.dispatchKeyEvent", type="keyUp", **event)

    def choose_files(self, selector: str, *files: Path) -> None:
        """Give files to an input, as the system's dialog would."""
        node = self.devtools("Runtime.evaluate", expression=f"document.querySelector({json.dumps(selector)})")
        self.devtools("DOM.setFileInputFiles", files=[str(file) for file in files], objectId=node["result"]["objectId"])

    def theme(self, name: str) -> None:
        """Say which colours the system prefers."""
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def size(self, width: int, height: int) -> None:
        """Set the window's inner size."""
        wanted = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.devtools("Emulation.setDeviceMetricsOverride", **wanted)

    def picture(self) -> bytes:
        """Give the whole page as PNG, however long."""
        box = self.devtools("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": box["width"], "height": box["height"], "scale": 1}
        shot = self.devtools("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        return base64.b64decode(shot["data"])

    def log(self) -> list[str]:
        """Give what the page has logged since the last time: warnings, errors, refusals of the policy."""
        entries = call("POST", f"{self._base}/se/log", {"type": "browser"})
        lines = [f"{entry['level']} {entry['message']}" for entry in entries]
        # A machine without a graphics card draws maps by software and says how slow that is.
        return [line for line in lines if "GL Driver Message" not in line]

    def downloaded(self, suffix: str, seconds: float = 20) -> Path:
        """Wait for a file to have come down, and give it."""
        until = time.monotonic() + seconds
        while not (found := [path for path in self.downloads.iterdir() if path.name.endswith(suffix)]):
            if time.monotonic() > until:
                raise AssertionError(f"no {suffix} came down; the page says {self.log()}")
            time.sleep(0.05)
        return found[0]


@contextmanager
def opened(*flags: str) -> Iterator[Page]:
    """Start a driver and a browser with an empty profile and a Russian tongue."""
    port = free_port()
    driver = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        downloads = Path(directory) / "downloads"
        downloads.mkdir()
        environment = os.environ | {"LANGUAGE": "ru", "LC_ALL": "C.UTF-8", "TZ": "Europe/Moscow"}
        process = Popen(["chromedriver", f"--port={port}"], stdout=DEVNULL, stderr=DEVNULL, env=environment)
        try:
            _ready(driver)
            session = call("POST", f"{driver}/session", {"capabilities": _wanted(Path(directory), flags)})["sessionId"]
            try:
                page = Page(driver, session, downloads)
                page.devtools("Emulation.setLocaleOverride", locale="ru-RU")
                page.devtools("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))
                yield page
            finally:
                call("DELETE", f"{driver}/session/{session}")
        finally:
            process.terminate()
            process.wait()


def _wanted(directory: Path, flags: tuple[str, ...]) -> dict[str, Any]:
    arguments = [
        *FLAGS,
        "--enable-unsafe-swiftshader",
        "--lang=ru",
        "--hide-scrollbars",
        *flags,
        f"--user-data-dir={directory / 'profile'}",
    ]
    options = {"args": arguments, "binary": shutil.which("chromium")}
    return {
        "alwaysMatch": {
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "WARNING"},
            "timeouts": {"script": 60000},
        }
    }


__all__ = ["ELEMENT", "MISSING", "Page", "installed", "opened"]
