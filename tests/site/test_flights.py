"""The page of flights: from a peak to its flights, conditions in the address, the map, one flight's card, files."""

import csv
import io

from testing.rows import SHR
from tests.site.chromium import Page
from tests.site.server import Site
from tests.site.test_pages import NO_BREAK, READY, figure, show

MAP = "document.querySelector('.flight-map')?.nextElementSibling?.innerText ?? ''"
ROWS = "document.querySelectorAll('#flights tbody tr')"


def test_a_peak_leads_to_exactly_its_flights(page: Page, local: Site) -> None:
    for key in ("peak-hour", "peak-airborne"):
        show(page, local, "/?from=2025-02-01&to=2025-03-31")
        wanted = figure(page, key)
        page.click(f'[data-key="{key}"] a')
        page.wait("location.pathname === '/flights'")
        page.wait(f"{READY} && {ROWS}.length > 0")
        assert str(page.js(f"{ROWS}.length")) == wanted
        assert page.text("#lead").startswith(wanted)
        assert "from=2025-02-01&to=2025-03-31" in page.js("document.querySelector('.nav a[href^=\"/regions\"]').href")


def test_conditions_live_in_the_address_and_narrow_list_and_map(page: Page, local: Site) -> None:
    show(page, local, "/flights?from=2025-02-01&to=2025-02-28")
    page.run(
        "const list = document.querySelector('#flight-operator'); list.value = 'person';"
        "list.dispatchEvent(new Event('change')); arguments[0]()"
    )
    page.wait("location.search.includes('operator=person')")
    query = "from=2025-02-01&to=2025-02-28&operator=person&state=counted"
    wanted = local.json(f"/api/flights/count?{query}")["flights"]
    page.wait(f"document.querySelector('#lead').innerText.startsWith('{wanted}{NO_BREAK}')")
    placed = sum(
        feature["geometry"] is not None for feature in local.json(f"/api/flights?{query}&limit=2000")["features"]
    )
    page.wait(f"{MAP}.includes(arguments[0])", f"На карте {placed}")
    page.open(page.url)
    page.wait(f"{READY} && {ROWS}.length > 0")
    assert page.js("document.querySelector('#flight-operator').value") == "person"
    page.click("#main > form.filters:nth-of-type(1) .presets button:last-child")
    page.wait("!location.search.includes('from=') && location.search.includes('operator=person')")


def test_a_flight_opens_as_a_card_with_an_address(page: Page, local: Site) -> None:
    problem = next(each for each in local.json("/api/flights?limit=2000")["features"] if each["properties"]["problems"])
    show(page, local, "/flights")
    page.click("#flights tbody button")
    page.wait("document.querySelector('dialog[open] .facts')")
    assert "План и факт" in page.text("dialog[open]")
    assert page.js("location.search").startswith("?flight=")
    page.click("dialog[open] button[aria-label='Закрыть карточку']")
    page.wait("!document.querySelector('dialog[open]') && !location.search.includes('flight=')")
    show(page, local, f"/flights?flight={problem['id']}")
    page.wait("document.querySelector('dialog[open] .problems')")
    assert "SID" in page.text("dialog[open]")  # on a developer's machine everybody may send workbooks
    page.click("dialog[open] [data-texts]")
    page.wait("document.querySelectorAll('dialog[open] .telegram mark').length > 3")
    assert "план полёта" in page.text("dialog[open] .flight-texts")
    page.click("dialog[open] .problems a")
    page.wait("location.search.includes('problem=')")


def test_the_map_takes_a_box_and_the_list_follows(page: Page, local: Site) -> None:
    show(page, local, "/flights?region=RU-LEN")
    page.wait(f"{MAP}.includes('На карте')")
    page.run(
        "[...document.querySelectorAll('button')].find(b => b.innerText.startsWith('Только что видно')).click();"
        "arguments[0]()"
    )
    page.wait("location.search.includes('bbox=')")
    page.wait(f"{READY} && {ROWS}.length > 0")
    assert page.js("document.querySelector('.chips').innerText").startswith("Область на карте")
    page.click(".chips button")
    page.wait("!location.search.includes('bbox=')")


def test_more_pages_and_the_file_hold_all_that_the_list_says(page: Page, local: Site) -> None:
    show(page, local, "/flights?from=2025-03-01&to=2025-03-10")
    total = local.json("/api/flights/count?from=2025-03-01&to=2025-03-10&state=counted")["flights"]
    assert total > 50
    while page.js(f"{ROWS}.length") < total:
        before = page.js(f"{ROWS}.length")
        page.run(
            "[...document.querySelectorAll('button')].find(b => b.innerText === 'Показать ещё').click(); arguments[0]()"
        )
        page.wait(f"{ROWS}.length > {before}")
    assert page.js(f"{ROWS}.length") == total
    page.click("a[href*='flights.csv']")
    text = page.downloaded(".csv").read_text("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text), delimiter=";"))) == total + 1


def test_pasted_telegrams_are_shown_field_by_field_and_stay_out_of_the_address(page: Page, local: Site) -> None:
    show(page, local, "/explain")
    text = SHR.replace("5512N06124E", "5512С06124В")
    page.run("document.querySelector('#telegrams').value = arguments[0]; arguments[1]()", text)
    page.click("#main form button[type=submit]")
    page.wait("document.querySelector('.telegram mark.noted')?.innerText === '5512С06124В'")
    assert "COORD_CYRILLIC" in page.text("#explained")
    assert page.url == f"{local.url}/explain"
    page.run("document.querySelector('#telegrams').value = 'ПОЛЁТ'; arguments[0]()")
    page.click("#main form button[type=submit]")
    page.wait("document.querySelector('#explained [role=alert]')?.innerText.includes('TELEGRAM_NOT_RECOGNISED')")
    assert any("422" in line for line in page.log())
