"""The API's description as a person reads it, and tries it, on /docs."""

from tests.site.chromium import Page
from tests.site.server import Site

OPERATION = "#body .opblock-get:has([data-path='/api/stats/overview'])"


def test_the_description_is_shown_and_tried_without_asking_anybody_else(page: Page, local: Site) -> None:
    page.open(f"{local.url}/docs")
    page.wait("document.querySelectorAll('#body .opblock').length > 20")
    page.click(f"{OPERATION} .opblock-summary-control")
    page.wait(f'document.querySelector("{OPERATION} .try-out__btn")')
    page.click(f"{OPERATION} .try-out__btn")
    page.wait(f'document.querySelector("{OPERATION} .execute")')
    page.click(f"{OPERATION} .execute")
    page.wait(f'document.querySelector("{OPERATION} .live-responses-table .response .response-col_status")')
    assert page.text(f"{OPERATION} .live-responses-table .response .response-col_status").startswith("200")
    assert page.text("h1") == "Программный интерфейс"
    # Whatever the browser complains of, a refusal of the content policy too, fails in the fixture.


def test_programs_read_the_same_description(local: Site) -> None:
    document = local.json("/openapi.json")
    assert document["openapi"].startswith("3.0")
    assert "/api/stats/overview" in document["paths"]
    assert "/docs" not in document["paths"]
