"""Every page, light and dark, without serious findings of axe-core."""

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
GRAVE = ("serious", "critical")
WIDTHS = (1280, 768, 390)
LOOKED_AT = {"light": (1280, 390), "dark": (768,)}
"""Widths at which the checker runs, for it takes most of the time; a second theme changes colours alone."""


@pytest.fixture(scope="package")
def checker() -> str:
    """Give axe-core."""
    try:
        return axe.source()
    except axe.Missing as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_serious_findings_or_scrolls_sideways(page: Page, local: Site, checker: str, theme: str) -> None:
    page.theme(theme)
    found, wide = [], []
    for path in PAGES:
        page.size(WIDTHS[0], 900)
        show(page, local, path)
        assert page.js("document.documentElement.dataset.theme") == theme
        for width in WIDTHS:
            page.size(width, 900)
            wide += [(path, width)] if page.js("document.documentElement.scrollWidth") > width else []
            if width in LOOKED_AT[theme]:
                found += [(path, width, *finding) for finding in findings(page, checker)]
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


def findings(page: Page, checker: str) -> list[tuple[str, str, str]]:
    """Run axe-core in the page: the rule, the element, what is said of it."""
    page.devtools("Runtime.evaluate", expression=checker)
    script = "axe.run(document, {resultTypes: ['violations']})"
    report = page.run(f"{script}.then(arguments[0], fault => arguments[0]({{error: String(fault)}}))")
    assert "error" not in report, report
    assert len(report["passes"]) > 10  # it did look
    grave = [each for each in report["violations"] if each["impact"] in GRAVE]
    return [(each["id"], node["html"][:160], node["failureSummary"]) for each in grave for node in each["nodes"]]
