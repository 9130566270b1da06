"""The web page through the local gateway, as it was laid out when the stack came up."""

import re
from pathlib import Path

import httpx
import pytest

from fly_potato.stack import Stack

PAGES = [page.stem for page in (Path(__file__).resolve().parents[2] / "site").glob("*.html")]


def paths() -> list[str]:
    return ["/" if name == "index" else f"/{name}" for name in PAGES if name != "404"]


@pytest.mark.parametrize("path", paths())
def test_every_page_comes_with_all_that_it_asks_for(stack: Stack, path: str) -> None:
    with httpx.Client(base_url=stack.paths.url) as client:
        page = client.get(path)
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert page.headers["cache-control"] == "no-cache"
        assert f"connect-src &#x27;self&#x27; {stack.paths.s3_url};" in page.text
        assets = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', page.text))
        assert any(name.endswith(".js") for name in assets)
        assert any(name.endswith(".css") for name in assets)
        for name in assets:
            answer = client.get(name)
            assert answer.status_code == 200, name
            # Settings keep their name whatever they say.
            keeps = "no-cache" if name == "/assets/config.json" else "public, max-age=31536000, immutable"
            assert answer.headers["cache-control"] == keeps, name


def test_on_a_developers_machine_nobody_is_asked_to_log_in(stack: Stack) -> None:
    answer = httpx.get(f"{stack.paths.url}/assets/config.json")
    assert (answer.json()["login"], answer.headers["cache-control"]) == ("none", "no-cache")


def test_what_there_is_not_is_a_page_to_people_and_an_answer_to_programs(stack: Stack) -> None:
    lost = httpx.get(f"{stack.paths.url}/nothing")
    assert (lost.status_code, lost.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Такой страницы нет" in lost.text
    assert httpx.get(f"{stack.paths.url}/assets/nothing.js").status_code == 404
    program = httpx.get(f"{stack.paths.url}/api/nothing")
    assert (program.status_code, program.headers["content-type"]) == (404, "application/json")
