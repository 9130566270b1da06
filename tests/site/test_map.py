"""The map of regions: it comes nearer and moves, keeps its view in the address, and still leads to regions."""

import re

import pytest

from tests.site.chromium import Page
from tests.site.server import Site
from tests.site.test_pages import READY, show

VIEW = "document.querySelector('.map > g').getAttribute('transform')"
NAMES = "[...document.querySelectorAll('.map .names text')].map(each => each.textContent)"
BOX = "document.querySelector('.map').getBoundingClientRect()"


def opened(page: Page, site: Site, path: str) -> None:
    """Open a page with the map and wait for its names."""
    show(page, site, path)
    page.wait(f"document.querySelector('.map') && {NAMES}.length > 0")


def view(page: Page) -> list[float]:
    """Tell where the map's left and top stand, and how many times nearer it is."""
    return [float(number) for number in re.findall(r"-?[\d.]+", page.js(VIEW))]


def middle(page: Page) -> list[float]:
    """Tell where the middle of the map is on the screen."""
    found: list[float] = page.js(f"(box => [box.left + box.width / 2, box.top + box.height / 2])({BOX})")
    return found


def drag(page: Page, dx: int, dy: int) -> None:
    """Press in the middle of the map, move and let go; without a move it is a click."""
    x, y = middle(page)
    for kind, part in (("mousePressed", 0.0), ("mouseMoved", 0.5), ("mouseMoved", 1.0), ("mouseReleased", 1.0)):
        place = {"x": x + part * dx, "y": y + part * dy}
        page.devtools("Input.dispatchMouseEvent", type=kind, button="left", buttons=1, clickCount=1, **place)


def test_the_map_comes_nearer_moves_and_keeps_its_view(page: Page, local: Site) -> None:
    opened(page, local, "/?part=near")
    whole = page.js(NAMES)
    for _ in range(3):
        page.click("button[aria-label=Приблизить]")
    before = view(page)
    assert before[2] > 4
    assert set(page.js(NAMES)) - set(whole), "names that had no room before"
    drag(page, -120, 60)
    assert view(page)[:2] != before[:2]
    assert page.js("location.pathname") == "/", "moving is no click"
    x, y = middle(page)
    page.devtools("Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=0, deltaY=60, modifiers=2)
    page.wait(f"Number({VIEW}.match(/scale.([\\d.]+)/)[1]) < arguments[0]", before[2])
    kept = view(page)
    page.wait("location.search.includes(arguments[0])", f"zoom={kept[2]:.2f}")
    opened(page, local, page.url.removeprefix(local.url))
    assert view(page) == pytest.approx(kept, abs=8)
    page.click("[aria-label='Сохранить PNG']")
    assert page.downloaded(".png").read_bytes().startswith(b"\x89PNG")
    page.run("document.querySelector('path.place[tabindex=\"0\"]').focus(); arguments[0]()")
    page.press("ArrowRight")
    inside = "a.right > b.left && a.left < b.right && a.bottom > b.top && a.top < b.bottom"
    assert page.js(f"((a, b) => {inside})(document.activeElement.getBoundingClientRect(), {BOX})"), "brought in"
    page.click("button[aria-label='Показать всё']")
    page.wait("!location.search.includes('zoom=')")
    drag(page, 0, 0)
    page.wait("location.pathname === '/region'")
    page.wait(READY)


def test_the_menu_of_a_telephone_shows_every_section(page: Page, local: Site) -> None:
    page.size(390, 800)
    show(page, local, "/quality")
    shown = "a => a.checkVisibility() && a.getBoundingClientRect().right <= 390"
    seen = f"[...document.querySelectorAll('.nav a')].filter({shown}).length"
    assert page.js(seen) == 0
    page.click(".button.menu")
    assert page.js(seen) == page.js("document.querySelectorAll('.nav a').length") == 9
    page.devtools("Input.dispatchKeyEvent", type="keyDown", key="Escape")
    assert (page.js(seen), page.js("document.activeElement.getAttribute('aria-expanded')")) == (0, "false")
