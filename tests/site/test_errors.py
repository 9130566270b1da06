"""What a person sees when something fails, and that it goes on from there."""

from tests.site.chromium import Page
from tests.site.server import Site
from tests.site.test_pages import READY, figure, show


def panel(page: Page, status: int) -> str:
    """Wait for the panel of a failure and give its words."""
    page.wait("document.querySelector(arguments[0])", f'.state[data-status="{status}"]')
    return page.text(f'.state[data-status="{status}"]')


def test_a_server_that_is_away_is_said_and_tried_again(page: Page, local: Site) -> None:
    show(page, local, "/quality")
    before = figure(page, "flights")
    local.stop()
    try:
        page.click(".filters .presets button:first-child")  # asks for the last day, which cannot be had
        page.run(
            "history.pushState(null, '', '?type=BLA');"
            "document.dispatchEvent(new Event('filterschange')); arguments[0]()"
        )
        assert "Нет связи" in panel(page, 0)
    finally:
        local.start()
    page.run("history.replaceState(null, '', '/quality'); arguments[0]()")
    page.click(".state .button.main")
    page.wait(READY)
    page.wait("document.querySelector('[data-key=flights]')")
    assert figure(page, "flights") == before
    assert page.log()


def test_a_database_that_takes_nobody_is_said_with_the_requests_number(page: Page, local: Site) -> None:
    name, cluster = local.database.name, local.database.cluster
    cluster.sql(f'ALTER DATABASE "{name}" CONNECTION LIMIT 0')
    cluster.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608
    try:
        page.open(f"{local.url}/time")
        text = panel(page, 503)
        assert "Номер запроса" in text
        assert "Повторить" in text
    finally:
        cluster.sql(f'ALTER DATABASE "{name}" CONNECTION LIMIT -1')
    page.click(".state .button.main")
    page.wait("document.querySelector('[data-key=peak-hour]')", seconds=40)
    page.wait(READY)
    assert any("503" in line for line in page.log())


def test_filters_that_make_no_sense_are_said(page: Page, local: Site) -> None:
    page.open(f"{local.url}/?from=2025-05-01&to=2025-01-01")
    assert len(panel(page, 422)) > 40
    page.click(".state a.button")
    page.wait("location.search === '' && document.querySelector('[data-key=flights]')")
    page.wait(READY)
    page.open(f"{local.url}/region?code=RU-NONE")
    assert panel(page, 404)
    assert page.log()


def test_a_file_that_cannot_be_had_is_said(page: Page, local: Site) -> None:
    show(page, local, "/quality")
    show(page, local, "/")
    local.stop()
    try:
        page.click('[data-report=overview] a[href*=".xlsx"]')
        assert "Файл не получен" in page.text(".toast")
        assert list(page.downloads.iterdir()) == []
    finally:
        local.start()
    assert page.log()
