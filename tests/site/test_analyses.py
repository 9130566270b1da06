"""The pages of comparisons, plans and outlook say what the API says."""

from tests.site.chromium import Page
from tests.site.server import Site
from tests.site.test_pages import READY, figure, show


def spaced(value: int) -> str:
    return f"{value:,}".replace(",", " ")


def rows(page: Page, caption: str) -> list[list[str]]:
    """Read a table's body."""
    script = (
        "[...document.querySelectorAll('table')].find((each) => each.caption?.innerText === arguments[0]"
        " || each.caption?.textContent === arguments[0])"
    )
    cells = "[...row.cells].map((cell) => cell.innerText.replace(/\\s/g, ' '))"
    return page.js(f"[...{script}.tBodies[0].rows].map((row) => {cells})", caption)  # type: ignore[no-any-return]


def test_two_periods_stand_side_by_side(page: Page, local: Site) -> None:
    period = "from=2025-03-01&to=2025-03-31"
    body = local.json(f"/api/stats/comparison?{period}")
    show(page, local, f"/comparison?{period}")
    assert figure(page, "now") == spaced(body["now"]["flights"])
    assert figure(page, "before") == spaced(body["before"]["flights"])
    shown = rows(page, "Изменение по регионам")
    assert [row[0] for row in shown] == [item["name"] or "Без региона" for item in body["items"]]
    assert [row[2] for row in shown] == [spaced(item["flights"]) for item in body["items"]]
    page.run("document.querySelector('input[name=against][value=year]').click(); arguments[0]()")
    page.wait("location.search.includes('against=year')")
    page.wait("document.querySelector('#lead').innerText.includes('2024')")


def test_regions_stand_side_by_side(page: Page, local: Site) -> None:
    first, second = (item["code"] for item in local.json("/api/stats/overview")["top"][:2])
    show(page, local, f"/region-comparison?region={first}&region={second}&region=RU-XXX")
    assert "RU-XXX" in page.text("#body .notice")
    page.run(
        "const field = document.querySelector('#region-search'); field.value = 'тува';"
        "field.dispatchEvent(new Event('input')); field.form.requestSubmit(); arguments[0]()"
    )
    page.wait(
        "new URLSearchParams(location.search).getAll('region').join() === arguments[0]", f"{first},{second},RU-TY"
    )
    page.wait(f"{READY} && document.querySelectorAll('.beside')[0].tHead.rows[0].cells.length === 4")
    codes = (first, second, "RU-TY")
    told = [local.json(f"/api/stats/region/{code}") for code in codes]
    quality = [local.json(f"/api/stats/quality?region={code}") for code in codes]
    counts = {name.removesuffix("?").strip(): values for name, *values in rows(page, "Полёты")}
    assert counts["Полёты"] == [spaced(each["totals"]["flights"]) for each in told]
    assert counts["Место среди регионов"] == [str(each["place"]["rank"]) for each in told]
    sent = {name: values for name, *values in rows(page, "Качество данных")}["Есть вылет (DEP)"]
    wanted = [None if each["flights"] < 10 else each["with_dep"]["share_percent"] for each in quality]
    assert [None if text == "—" else float(text[:-2].replace(",", ".")) for text in sent] == [
        each and round(each, 1) for each in wanted
    ]
    page.wait("document.querySelector('[data-chart=month-lines] [data-drawn=vega] svg')")
    marks = "document.querySelectorAll('[data-chart=month-lines] .mark-symbol.role-mark path[aria-label]').length"
    assert page.js(marks) == sum(len(each["months"]) for each in told)
    page.click("[data-chart=month-lines] ~ .saving button")
    assert page.downloaded(".png").read_bytes().startswith(b"\x89PNG")
    page.run("document.querySelector('.card[aria-label=Полёты] .downloads button').click(); arguments[0]()")
    lines = page.downloaded(".csv").read_text("utf-8-sig").splitlines()
    assert lines[0] == ";".join(["Показатель", *(each["region"]["name"] for each in told)])
    assert lines[1] == ";".join(["Полёты", *(str(each["totals"]["flights"]) for each in told)])


def test_plans_centres_and_zones_are_shown(page: Page, local: Site) -> None:
    plans, centers, zones = (local.json(f"/api/stats/{name}") for name in ("plan-fact", "centers", "zones"))
    show(page, local, "/plans")
    assert spaced(plans["whole"]["lateness"]["late"]["count"]) in page.text('[data-key="late"] .note').replace(
        "\u00a0", " "
    )
    assert len(rows(page, "План и факт по видам эксплуатантов")) == len(plans["operators"])
    assert sorted(row[0] for row in rows(page, "План и факт по центрам")) == sorted(
        item["center"] or "Не указан" for item in plans["centers"]
    )
    assert [row[1] for row in rows(page, "Качество данных центров")] == [
        item["center"] or "Не указан" for item in centers["items"]
    ]
    assert len(rows(page, "Зоны по регионам")) == len(zones["regions"])
    flown = local.json("/api/stats/zones?state=flown")
    page.run(
        "const field = document.querySelector('#filter-state'); field.value = 'flown';"
        "field.dispatchEvent(new Event('change')); arguments[0]()"
    )
    page.wait("location.search.includes('state=flown')")
    page.wait("document.querySelector('#lead').innerText.includes('только состоявшиеся')")
    assert [row[1] for row in rows(page, "Зоны по регионам")] == [spaced(each["flights"]) for each in flown["regions"]]
    assert "по всем полётам и планам" in page.text("#body .notice")
    late = page.text('[data-key="late"] .note').replace("\u00a0", " ")
    assert spaced(plans["whole"]["lateness"]["late"]["count"]) in late


def test_the_outlook_says_how_it_was_reckoned(page: Page, local: Site) -> None:
    ahead, odd = local.json("/api/stats/forecast"), local.json("/api/stats/anomalies")
    show(page, local, "/outlook")
    text = page.text("#body")
    if ahead["method"] is None:
        assert ahead["method_title"] in text
    else:
        assert [figure(page, f"month-{n}") for n in (1, 2, 3)] == [spaced(m["flights"]) for m in ahead["months"]]
    shown = rows(page, "Необычные дни") if odd["days"] else []
    assert len(shown) == len(odd["days"])
