"""Logging in from the page, what a role may do, dashboards on DataLens; before a gateway that wants bearer tokens."""

import json

from tests.site.chromium import Page
from tests.site.issuer import Provider
from tests.site.server import Site
from tests.site.test_errors import panel
from tests.site.test_pages import READY


def sign_in(page: Page, site: Site, path: str) -> None:
    """Open a page, be told to log in, do so, and be back there."""
    page.open(site.url + path)
    assert "Нужно войти" in panel(page, 401)
    page.click(".state .button.main")
    page.wait("location.pathname + location.search === arguments[0]", path)
    page.wait("document.querySelector('.account-name')?.innerText === 'i.primerov'")
    page.wait("document.querySelector('#body') && !document.querySelector('#body[aria-busy], .state[data-status]')")


def test_a_person_logs_in_and_comes_back_to_where_they_were(page: Page, cloud: Site, issuer: Provider) -> None:
    sign_in(page, cloud, "/quality?from=2025-01-01")
    page.wait(READY)
    assert "Данных пока нет" in page.text(".state h2") or "полётов нет" in page.text(".state h2")
    assert issuer.grants[-1] == "authorization_code"
    page.run(
        "const kept = JSON.parse(sessionStorage.getItem('fly-potato.tokens')); kept.until = Date.now();"
        "sessionStorage.setItem('fly-potato.tokens', JSON.stringify(kept)); arguments[0]()"
    )
    page.open(f"{cloud.url}/")
    page.wait(READY)
    assert issuer.grants[-1] == "refresh_token"
    assert "Загрузить книгу" in page.text(".state")
    assert all("401" in line for line in page.log())


def test_the_first_page_knows_the_name_at_once(page: Page, cloud: Site) -> None:
    sign_in(page, cloud, "/")
    assert page.url == f"{cloud.url}/"
    assert all("401" in line for line in page.log())


def test_an_analyst_may_not_send_and_is_told_why(page: Page, cloud: Site) -> None:
    sign_in(page, cloud, "/upload")
    assert "может оператор" in page.text("#may-not")
    assert page.js("document.querySelector('#files')") is None
    assert all("401" in line or "403" in line for line in page.log())


def test_a_person_without_a_role_is_told_so(page: Page, cloud: Site, issuer: Provider) -> None:
    issuer.roles[:] = []
    try:
        page.open(f"{cloud.url}/")
        panel(page, 401)
        page.click(".state .button.main")
        assert "Недостаточно прав" in panel(page, 403)
    finally:
        issuer.roles[:] = ["analyst"]
    assert all("401" in line or "403" in line for line in page.log())


def test_where_the_id_token_says_who_it_is_the_page_sends_that(
    page: Page, reconfigured: Site, issuer: Provider
) -> None:
    config = json.loads(reconfigured.config.read_text())
    reconfigured.config.write_text(json.dumps({**config, "token": "id", "scope": "openid profile email groups"}))
    issuer.opaque = True
    try:
        sign_in(page, reconfigured, "/quality?from=2025-01-01")
        kept = page.js("JSON.parse(sessionStorage.getItem('fly-potato.tokens'))")
        assert kept["access"] == kept["id"]
        # It ends with the ID token, whatever the other token's life is.
        assert page.js("JSON.parse(sessionStorage.getItem('fly-potato.tokens')).until - Date.now()") < 300_000
    finally:
        issuer.opaque = False
    assert all("401" in line for line in page.log())


def test_behind_the_proxy_logging_in_is_the_proxys(page: Page, reconfigured: Site) -> None:
    reconfigured.config.write_text(json.dumps({"login": "oauth2", "sign_in": "/oauth2/start?rd=", "dashboards": True}))
    page.open(f"{reconfigured.url}/time?from=2025-01-01")
    panel(page, 401)
    page.click(".state .button.main")
    page.wait("location.pathname === '/oauth2/start'")
    assert page.url.endswith("?rd=%2Ftime%3Ffrom%3D2025-01-01")
    assert page.log()


def test_a_dashboard_stands_in_a_frame_and_its_token_is_renewed(page: Page, cloud: Site) -> None:
    page.devtools("Network.enable")
    page.devtools("Network.setBlockedURLs", urls=["*datalens*"])
    try:
        sign_in(page, cloud, "/quality")
        page.open(f"{cloud.url}/time?region=RU-MOW")
        source = page.wait("document.querySelector('iframe')?.src")
        assert source.startswith("https://datalens.yandex.cloud/embeds/dash#dl_embed_token=")
        assert page.js("document.querySelector('iframe').title")
        # It holds for 122 seconds and is renewed two minutes before its end, at the earliest after five seconds.
        requests = "performance.getEntriesByType('resource').filter(each => each.name.includes('embed-token')).length"
        assert "region=RU-MOW" in page.js("performance.getEntriesByType('resource').map(each => each.name).join()")
        page.wait(f"{requests} > 1", seconds=30)
        page.click(".switch label:last-child input")
        page.wait("location.search.includes('view=own') && document.querySelector('#body')")
        assert page.js("document.querySelector('iframe')") is None
    finally:
        page.devtools("Network.setBlockedURLs", urls=[])
    page.log()
