"""What a person sees and does on the site, in a browser that is signed in."""

from pathlib import Path
from typing import Any

from tests.stack.browser import Browser
from tests.stack.compose import wait


def enter_grafana(browser: Browser, site: str) -> None:
    """Open Grafana in a browser that is signed in to the system, which is all that it asks for."""
    browser.open(f"{site}/grafana/")
    wait(lambda: browser.fetch("/grafana/api/user")[0] == 200, 30, "Grafana's user")


def see(browser: Browser, expression: str, seconds: float = 60) -> Any:
    """Wait until an expression in the page gives something true and give that."""
    return wait(lambda: browser.run(f"arguments[0]({expression})"), seconds, expression)


def number(text: str) -> int:
    """Read a number as pages write it, with spaces that do not break."""
    return int("".join(letter for letter in text if letter.isdigit()))


def send(browser: Browser, site: str, file: Path) -> None:
    """Choose a workbook on the page that takes them, and wait until its flights are in."""
    browser.open(f"{site}/upload")
    browser.type("#files", str(file))
    state = f"document.querySelector('[data-file=\"{file.name}\"]')?.dataset.state"
    ended = see(browser, f"['loaded', 'duplicate', 'failed', 'expired'].includes({state}) && {state}", 180)
    assert ended == "loaded", browser.run("arguments[0](document.body.innerText)")


def new_flights(browser: Browser, file: Path) -> int:
    """Read how many flights of a workbook just sent were new."""
    selector = f"[data-file='{file.name}'] [data-count='flights_new'] dd"
    return number(str(see(browser, f'document.querySelector("{selector}")?.innerText')))


def flights(browser: Browser, site: str) -> int:
    """Open the first page and read its number of flights."""
    browser.open(f"{site}/")
    return number(str(see(browser, "document.querySelector('[data-key=flights] .value')?.innerText")))


def charts(browser: Browser) -> int:
    """Count the charts that are drawn on the page that is open, once there is one."""
    return int(see(browser, "document.querySelectorAll('[data-chart] svg').length"))


def name_shown(browser: Browser, name: str) -> bool:
    """Tell whether the page says who is signed in."""
    return bool(see(browser, f"document.querySelector('#top').innerText.includes('{name}')"))
