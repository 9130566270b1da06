"""Every page, light and dark, wide and narrow, without a finding of axe-core."""

import json

import pytest

from tests.site import axe
from tests.site.chromium import Page
from tests.site.server import Site
from tests.site.test_pages import show

PAGES = (
    "/",
    "/regions",
    "/region?code=RU-LEN",
    "/time",
    "/flights?region=RU-LEN",
    "/comparison?from=2025-02-01&to=2025-02-28",
    "/region-comparison?region=RU-LEN&region=RU-MOW&region=RU-TY&region=RU-KHM",
    "/plans",
    "/outlook",
    "/quality",
    "/upload",
    "/explain",
    "/region-sets",
    "/?from=1999-01-01&to=1999-01-02",
)
WIDTHS = (1280, 768, 390)
THEMES = {"light": None, "dark": ("color-contrast", "link-in-text-block")}
"""Which rules are looked at in a theme, None: all; another theme changes colours alone."""
SIDEWAYS = (
    "[document.documentElement.scrollWidth > innerWidth && 'the page', ...[...document.querySelectorAll('.table-box')]"
    ".filter(box => innerWidth < 400 && box.scrollWidth > box.clientWidth + 1)"
    ".map(box => box.getAttribute('aria-label'))].filter(Boolean)"
)
"""What scrolls sideways: no page does, and on a telephone no table."""


@pytest.fixture(scope="package")
def checker() -> str:
    """Give axe-core."""
    try:
        return axe.source()
    except axe.Missing as reason:
        pytest.skip(str(reason))


def test_no_page_has_findings_or_scrolls_sideways(page: Page, local: Site, checker: str) -> None:
    found, wide = [], []
    for path in PAGES:
        page.size(WIDTHS[0], 900)
        show(page, local, path)
        for width in WIDTHS:
            page.size(width, 900)
            wide += [(path, width, what) for what in page.js(SIDEWAYS)]
            for theme, rules in THEMES.items():
                page.theme(theme)
                page.wait("document.documentElement.dataset.theme === arguments[0]", theme)
                found += [(path, width, theme, *finding) for finding in findings(page, checker, rules)]
    assert (found, wide) == ([], [])
    page.log()


def test_error_and_opened_states_have_none_either(page: Page, local: Site, checker: str) -> None:
    page.open(f"{local.url}/?from=2025-05-01&to=2025-01-01")
    page.wait("document.querySelector('.state[data-status]')")
    found = findings(page, checker)
    show(page, local, "/time")
    page.run("document.querySelectorAll('details').forEach(each => { each.open = true; }); arguments[0]()")
    found += findings(page, checker)
    show(page, local, "/upload?upload_state=loaded")
    page.click("#history tr[data-upload] button")
    page.wait("document.querySelector('#history .counts')")
    found += findings(page, checker)
    show(page, local, "/flights")
    page.click("#flights tbody button")
    page.wait("document.querySelector('dialog[open] .facts')")
    page.click("dialog[open] [data-texts]")
    page.wait("document.querySelector('dialog[open] .telegram mark')")
    found += findings(page, checker)
    show(page, local, "/")
    page.wait("document.querySelector('.term-button')")
    page.run("document.querySelectorAll('.term-button').forEach(each => each.click()); arguments[0]()")
    found += findings(page, checker)
    assert found == []
    page.log()


def findings(page: Page, checker: str, rules: tuple[str, ...] | None = None) -> list[tuple[str, str, str]]:
    """Run axe-core in the page, all of its rules or some: the rule, the element, what is said of it."""
    page.devtools("Runtime.evaluate", expression=checker)
    options = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    script = f"axe.run(document, {json.dumps(options)})"
    report = page.run(f"{script}.then(arguments[0], fault => arguments[0]({{error: String(fault)}}))")
    assert "error" not in report, report
    assert len(report["passes"]) > (0 if rules else 10)  # it did look
    return [
        (each["id"], node["html"][:160], node["failureSummary"])
        for each in report["violations"]
        for node in each["nodes"]
    ]
