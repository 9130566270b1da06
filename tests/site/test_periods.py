"""Periods of the calendar, the one compared with, scopes said in headings, regions found by their usual names."""

import json
import re

from tests.site.chromium import Page
from tests.site.server import Site
from tests.site.test_pages import NO_BREAK, READY, figure, show

SPANS = """(async () => {
  const names = performance.getEntriesByType('resource').map((each) => each.name);
  const periods = await import(names.find((name) => name.endsWith('/js/periods.js')));
  const { spanOf, before, after, yearBefore, spanName, spans } = periods;
  return JSON.stringify([
    spanOf('2025-06-30', 1), spanOf('2025-06-30', 3), spanOf('2025-06-30', 6), spanOf('2024-02-10', 1),
    before(spanOf('2025-03-31', 1)), before(spanOf('2025-01-15', 3)),
    before({ first: '2025-05-10', last: '2025-05-19' }), after(spanOf('2025-01-31', 1)),
    yearBefore(spanOf('2025-02-28', 1)), yearBefore({ first: '2024-02-29', last: '2024-03-05' }),
    spanName(spanOf('2025-06-30', 3)), spanName(spanOf('2025-06-30', 12)),
    spanName({ first: '2025-06-01', last: '2025-06-29' }), spans({ first: '2025-01-10', last: '2025-06-30' }, 3).length,
  ]);
})().then(arguments[0])"""


def span(first: str, last: str) -> dict[str, str]:
    return {"first": first, "last": last}


def test_calendar_spans_and_their_neighbours(page: Page, local: Site) -> None:
    show(page, local, "/")
    assert json.loads(page.run(SPANS)) == [
        span("2025-06-01", "2025-06-30"), span("2025-04-01", "2025-06-30"), span("2025-01-01", "2025-06-30"),
        span("2024-02-01", "2024-02-29"), span("2025-02-01", "2025-02-28"), span("2024-10-01", "2024-12-31"),
        span("2025-04-30", "2025-05-09"), span("2025-02-01", "2025-02-28"), span("2024-02-01", "2024-02-29"),
        span("2023-02-28", "2023-03-05"), "II квартал 2025", "2025 год", None, 2,
    ]  # fmt: skip


def test_the_buttons_choose_whole_spans_of_the_calendar(page: Page, local: Site) -> None:
    last = local.json("/api/stats/daily")["period"]["last"]
    for title, months in (("Месяц", 1), ("Квартал", 3), ("Год", 12)):
        show(page, local, "/quality")
        page.run(
            f"[...document.querySelectorAll('.presets button')].find(b => b.innerText === '{title}').click();"
            "arguments[0]()"
        )
        page.wait("location.search.includes('from=')")
        first, end = re.findall(r"(?:from|to)=([\d-]+)", page.url)
        assert first.endswith("-01")
        assert first <= last <= end
        begun = int(first[5:7])
        assert (begun - 1) % months == 0
        assert (int(end[5:7]) - begun + 1) == months


def test_a_comparison_says_with_what_and_by_how_much(page: Page, local: Site) -> None:
    show(page, local, "/?from=2025-03-01&to=2025-03-31&compare=before")
    now = local.json("/api/stats/overview?from=2025-03-01&to=2025-03-31")["totals"]["flights"]
    then = local.json("/api/stats/overview?from=2025-02-01&to=2025-02-28")["totals"]["flights"]
    change = page.text('[data-key="flights"] .change').replace(NO_BREAK, " ").replace("−", "-")
    percent = float(re.search(r"([+-]?[\d,]+) %", change)[1].replace(",", "."))  # type: ignore[index]
    assert abs(percent - 100 * (now - then) / then) < 0.06
    assert "февраль 2025" in page.text("#lead")
    show(page, local, "/?from=2025-03-01&to=2025-03-31&compare=year")
    assert "сравнить не с чем" in page.text("#lead")


def test_headings_say_where_the_filters_do_not_reach(page: Page, local: Site) -> None:
    show(page, local, "/?region=RU-LEN&type=BLA")
    heads = page.js("[...document.querySelectorAll('.card h2')].map(each => each.innerText)")
    assert {
        "Регионы на карте: вся страна",
        "Десять первых регионов: вся страна",
        "Типы воздушных судов: все типы",
    } <= set(heads)
    show(page, local, "/")
    assert not [
        head
        for head in page.js("[...document.querySelectorAll('.card h2')].map(each => each.innerText)")
        if ":" in head
    ]
    assert figure(page, "flights")


def test_regions_are_found_by_their_usual_names(page: Page, local: Site) -> None:
    show(page, local, "/regions")
    for typed, name in (
        ("питер", "Санкт-Петербург"),
        ("якутия", "Республика Саха (Якутия)"),
        ("хмао", "Ханты-Мансийский"),
        ("санкт петербург", "Санкт-Петербург"),
        ("масква", "Москва"),
        ("тюмень", "Тюменская область"),
    ):
        page.run(
            "const [typed, done] = arguments; const field = document.querySelector('.search'); field.value = typed;"
            "field.dispatchEvent(new Event('input')); done()",
            typed,
        )
        assert name in page.wait("document.querySelector('.ranking tbody th')?.innerText")
    page.run(
        "const field = document.querySelector('.search'); field.value = 'нигде';"
        "field.dispatchEvent(new Event('input')); arguments[0]()"
    )
    assert "в списке нет" in page.text(".ranking .notice")


def test_the_maps_choices_live_in_the_address_and_arrows_walk_it(page: Page, local: Site) -> None:
    show(page, local, "/?measure=mean&part=near")
    page.wait("document.querySelector('path.place')")
    assert page.js("document.querySelector('#map-measure').value") == "mean"
    page.run("document.querySelector('path.place[tabindex=\"0\"]').focus(); arguments[0]()")
    before = page.js("document.activeElement.dataset.code")
    page.press("ArrowRight")
    after = page.wait(
        "document.activeElement.dataset.code !== arguments[0] && document.activeElement.dataset.code", before
    )
    page.press("Enter")
    page.wait("location.pathname === '/region' && location.search.includes(arguments[0])", after)
    page.wait(READY)


REFUSED = """
const real = window.fetch;
window.fetch = (path, options) => ['/api/stats/daily', '/api/stats/types'].includes(path)
  ? Promise.resolve(new Response(JSON.stringify({ status: 403, code: 'REGION_FORBIDDEN', detail: 'x' }),
      { status: 403, headers: { 'content-type': 'application/problem+json' } }))
  : real(path, options);
"""
FILLED = "['type', 'period'].every(name => document.querySelectorAll(`#filter-${name} option`).length > 1)"


def test_who_may_see_several_regions_and_no_sum_of_others_chooses_types_and_months_too(page: Page, local: Site) -> None:
    offered = (
        "JSON.stringify([...document.querySelectorAll('#filter-{}')].map(list => [...list.options].map(o => o.value)))"
    )
    show(page, local, "/quality")
    page.wait(FILLED)
    usual = [page.js(offered.format(name)) for name in ("type", "period")]
    script = page.devtools("Page.addScriptToEvaluateOnNewDocument", source=REFUSED)["identifier"]
    try:
        show(page, local, "/quality")
        page.wait(FILLED)
        limited = [page.js(offered.format(name)) for name in ("type", "period")]
    finally:
        page.devtools("Page.removeScriptToEvaluateOnNewDocument", identifier=script)
    assert [sorted(json.loads(each)[0]) for each in limited] == [sorted(json.loads(each)[0]) for each in usual]
