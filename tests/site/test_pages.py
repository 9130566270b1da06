"""What a person reads and does on the pages: figures, filters in the address, the map, tables, files, the keyboard."""

import json
import re

import httpx

from tests.site.chromium import Page
from tests.site.server import Site

READY = "document.querySelector('#body') && !document.querySelector('#body[aria-busy], #body .skeleton')"
NO_BREAK = "\u00a0"


def show(page: Page, site: Site, path: str) -> None:
    """Open a page and wait until nothing is on its way any more."""
    page.open(site.url + path)
    page.wait(READY)


def figure(page: Page, key: str) -> str:
    """Read a key figure as it is written."""
    return page.text(f'[data-key="{key}"] .value').replace(NO_BREAK, " ")


def test_filters_live_in_the_address_and_survive_a_reload(page: Page, local: Site) -> None:
    show(page, local, "/")
    everything = figure(page, "flights")
    region = local.json("/api/stats/overview")["top"][0]
    page.wait("document.querySelectorAll('#filter-region option').length > 80")
    page.run(
        "const [code, done] = arguments; const list = document.querySelector('#filter-region');"
        "list.value = code; list.dispatchEvent(new Event('change')); done()",
        region["code"],
    )
    page.wait("location.search.includes(arguments[0])", f"region={region['code']}")
    page.wait("document.querySelector('#lead').innerText.includes(arguments[0])", region["name"])
    narrowed = figure(page, "flights")
    assert narrowed == f"{region['flights']:,}".replace(",", " ")
    show(page, local, page.url.removeprefix(local.url))
    assert figure(page, "flights") == narrowed
    assert page.js("document.querySelector('#filter-region').value") == region["code"]
    page.run("history.back(); arguments[0]()")
    page.wait("location.search === ''")
    shown = "document.querySelector('[data-key=flights] .value').innerText.replace(/\\s/g, ' ')"
    page.wait(f"{shown} === arguments[0]", everything)


def test_every_page_says_where_it_is_and_what_is_announced(page: Page, local: Site) -> None:
    def change(**values: str) -> None:
        httpx.post(f"{local.url}/api/maintenance", json=values, timeout=30).raise_for_status()

    change(announcement="Работы до 18:00", ingest="paused")
    try:
        page.open(f"{local.url}/upload")
        page.wait("document.querySelectorAll('#top .notice p').length === 3")
        where, announced, paused = page.text("#top .notice").splitlines()[::2]
        assert "среда test" in where
        assert announced == "Работы до 18:00"
        assert "приостановлен" in paused
    finally:
        change(announcement="", ingest="running")
    page.open(f"{local.url}/")
    page.wait("document.querySelectorAll('#top .notice p').length === 1")


def test_a_period_cuts_every_page(page: Page, local: Site) -> None:
    period = "from=2025-02-01&to=2025-02-28"
    wanted = local.json(f"/api/stats/overview?{period}")["totals"]["flights"]
    for path in ("/", "/quality"):
        show(page, local, f"{path}?{period}")
        assert figure(page, "flights") == f"{wanted:,}".replace(",", " ")
        assert "01.02.2025 – 28.02.2025" in page.text("#lead")
    assert period in page.js("document.querySelector('.nav a[href^=\"/time\"]').getAttribute('href')")


def test_a_period_without_flights_says_so(page: Page, local: Site) -> None:
    show(page, local, "/?from=1999-01-01&to=1999-12-31")
    assert "полётов нет" in page.text(".state h2")


def test_the_map_has_every_region_in_its_place_and_class(page: Page, local: Site) -> None:
    show(page, local, "/")
    items = {item["code"]: item for item in local.json("/api/stats/regions")["items"]}
    places = page.wait(
        "document.querySelector('path.place') && [...document.querySelectorAll('path.place')].map(path =>"
        " [path.dataset.code, Number(path.dataset.class), path.getBBox().x, path.getBBox().width])"
    )
    assert {code for code, *_ in places} == set(items)
    classes = {code: step for code, step, *_ in places}
    assert all((items[code]["flights"] > 0) == (step > 0) for code, step in classes.items())
    busiest = max(items, key=lambda code: items[code]["flights"])
    assert classes[busiest] == 5
    # Chukotka lies on both sides of the 180th meridian; drawn wrongly it would span the whole picture.
    left, width = next((x, w) for code, _, x, w in places if code == "RU-CHU")
    assert left > 600
    assert width < 200
    assert next(x for code, _, x, _ in places if code == "RU-KGD") < 100


def test_charts_draw_the_numbers_of_the_api(page: Page, local: Site) -> None:
    show(page, local, "/time")
    page.wait("document.querySelectorAll('[data-chart] [data-drawn=vega] svg').length === 2")
    drawn = page.js(
        '[...document.querySelectorAll(\'[data-chart=hours] svg [aria-label^="час вылета"],'
        " [data-chart=hours] svg [aria-label^=\"hour\"]')].map(mark => mark.getAttribute('aria-label'))"
    )
    hours = local.json("/api/stats/hourly")["hours"]
    assert len(drawn) == 24
    for label in drawn:
        hour = int(re.search(r"(?:час вылета|hour): (\d+)", label)[1])  # type: ignore[index]
        flights = re.search(r"flights: ([\d\u00a0]+)", label)
        assert flights is not None, label
        assert int(flights[1].replace(NO_BREAK, "")) == hours[hour]


def test_without_the_bundle_the_api_draws(page: Page, local: Site) -> None:
    [bundle] = local.folder.glob("assets/*/vendor/vega.js")
    away = bundle.with_suffix(".away")
    bundle.rename(away)
    try:
        page.devtools("Network.enable")
        page.devtools("Network.setCacheDisabled", cacheDisabled=True)
        show(page, local, "/time")
        page.wait("document.querySelectorAll('[data-drawn=server] svg').length === 2")
        assert any("vega.js" in line for line in page.log())
    finally:
        away.rename(bundle)
        page.devtools("Network.setCacheDisabled", cacheDisabled=False)


def test_the_ranking_sorts_finds_and_comes_down_as_csv(page: Page, local: Site) -> None:
    show(page, local, "/regions")
    page.run("[...document.querySelectorAll('th .sort')].find(b => b.innerText === 'Регион').click(); arguments[0]()")
    names = page.js("[...document.querySelectorAll('tbody th')].map(cell => cell.innerText)")
    assert names == sorted(names, key=lambda name: name.replace("ё", "е"))
    assert "sort=name" in page.url
    page.type("input[type=search]", "карел")
    assert page.wait("document.querySelectorAll('tbody tr').length === 1 && true")
    page.open(page.url)
    page.wait(READY)
    assert page.js("document.querySelectorAll('tbody tr').length") == 1
    page.click(".downloads button")
    text = page.downloaded(".csv").read_text("utf-8-sig")
    items = local.json("/api/stats/regions")["items"]
    rows = [line.split(";") for line in text.splitlines()]
    assert rows[0][:4] == ["№", "Регион", "Код", "Полёты"]
    assert [(row[2], int(row[3])) for row in rows[1:]] == [(item["code"], item["flights"]) for item in items]


def test_a_region_has_a_page_of_its_own(page: Page, local: Site) -> None:
    top = local.json("/api/stats/overview")["top"][0]
    show(page, local, "/")
    page.click("table.bars.stacked tbody a")
    page.wait("location.pathname === '/region'")
    page.wait(READY)
    assert page.text("h1") == top["name"]
    assert figure(page, "flights") == f"{top['flights']:,}".replace(",", " ")
    assert page.js("document.querySelectorAll('.map circle').length") > 0


def test_reports_come_down_in_every_format(page: Page, local: Site) -> None:
    show(page, local, "/?from=2025-01-01&to=2025-01-31")
    begins = {"xlsx": b"PK", "pdf": b"%PDF", "png": b"\x89PNG", "json": b"{"}
    for suffix, start in begins.items():
        page.click(f'[data-report=overview] a[href*=".{suffix}"]')
        path = page.downloaded(f".{suffix}")
        assert path.read_bytes().startswith(start)
        assert "2025-01-01" in path.name
    body = json.loads(page.downloaded(".json").read_text())
    assert body["period"]["last"] == "2025-01-31"
    page.run("[...document.querySelectorAll('summary')].at(-1).click(); arguments[0]()")
    formats = (
        "[...document.querySelectorAll('[aria-label=\"Журнал отчётов\"] tbody tr')].map(row => row.cells[2].innerText)"
    )
    assert page.wait(f"{formats}.length && {formats}")[:4] == ["JSON", "PNG", "PDF", "XLSX"]


def test_the_keyboard_reaches_everything_and_focus_is_seen(page: Page, local: Site) -> None:
    show(page, local, "/")
    page.press("Tab")
    assert page.js("document.activeElement.className") == "skip"
    assert page.js("document.activeElement.getBoundingClientRect().top") >= 0
    page.press("Enter")
    assert page.js("document.activeElement.id") == "main"
    seen = set()
    for _ in range(100):
        page.press("Tab")
        focused = page.js(
            "(() => { const at = document.activeElement; const style = getComputedStyle(at.matches('.switch input')"
            " ? at.nextElementSibling : at); return [at.id || at.name || at.getAttribute('aria-label')"
            " || at.innerText || at.className, style.outlineStyle, parseFloat(style.outlineWidth),"
            " at.matches(':focus')]; })()"
        )
        name, outline, width, itself = focused
        # The calendar's button inside a date field has the focus for itself, and shows it by itself.
        if itself and page.js("document.activeElement !== document.body"):
            seen.add(name)
            assert (outline, width >= 2) == ("solid", True), name
    assert {"filter-from", "filter-region", "dynamics", "Excel"} <= seen


def test_the_theme_is_the_systems_until_one_is_chosen(page: Page, local: Site) -> None:
    page.theme("dark")
    show(page, local, "/quality")
    assert page.js("document.documentElement.dataset.theme") == "dark"
    page.click("button[aria-label='Светлая тема']")
    show(page, local, "/quality")
    assert page.js("document.documentElement.dataset.theme") == "light"


def test_an_address_that_is_none_has_a_page(page: Page, local: Site) -> None:
    page.open(f"{local.url}/nowhere")
    assert page.text("h1") == "Такой страницы нет"
    assert any("404" in line for line in page.log())
