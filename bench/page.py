"""How soon the first page is usable, and what each page weighs: ``python -m bench.page [--url http://localhost:8073]``.

Asks a running stack (``make demo``). Every run is a new browser with nothing kept, which comes a second time; told are
milliseconds from the start of the navigation until the key figures stand, and until nothing is on its way any more,
charts and map included. Then every page is opened with an empty cache and all that it fetches is weighed as nginx sends
it; the map's script is told apart.
"""

import argparse
import gzip
import json
import statistics
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.site.chromium import Page, opened

FIGURES_MS, TRANSFER_KB = 1000, 600
FIGURES = "document.querySelector('[data-key=flights] .value') && performance.now()"
READY = (
    "document.querySelector('#body') && !document.querySelector('#body[aria-busy], #body .skeleton')"
    " && performance.now()"
)
WAITING = "document.querySelector('main .skeleton, main [aria-busy=true]') !== null"
FETCHED = (
    "[location.href, ...performance.getEntriesByType('resource').map(({name}) => name)]"
    ".filter(name => name.startsWith(location.origin))"
)
MAP_SCRIPT = "maplibre-gl"
COMPRESSED = ("text/", "application/javascript", "application/json", "image/svg+xml")
"""What nginx compresses of the site (``local/nginx/snippets/files.conf``); answers of the API go as they are."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://localhost:8073")
    parser.add_argument("--runs", type=int, default=7)
    arguments = parser.parse_args()
    times = _times(arguments.url, arguments.runs)
    print(json.dumps(times | {"limit_ms": FIGURES_MS, "met": times["first_figures_ms"] <= FIGURES_MS}))
    for path, page_kb, map_kb in _weights(arguments.url):
        shown = {"page": path, "transfer_kb": page_kb, "map_script_kb": map_kb, "limit_kb": TRANSFER_KB}
        print(json.dumps(shown | {"met": page_kb <= TRANSFER_KB}))


def _times(url: str, runs: int) -> dict[str, int]:
    """Give medians in milliseconds: of the first visit and of the one after it, of the figures and of everything."""
    first: list[tuple[float, float]] = []
    again: list[tuple[float, float]] = []
    for number in range(runs + 1):
        with opened() as page:
            for visits in (first, again):
                page.open(f"{url}/")
                times = page.wait(FIGURES), page.wait(READY)
                if number:  # the first browser wakes the functions
                    visits.append(times)
                page.open("about:blank")
        time.sleep(0.5)
    return {
        f"{name}_{what}_ms": round(statistics.median(times[i] for times in visits))
        for name, visits in (("first", first), ("again", again))
        for i, what in enumerate(("figures", "ready"))
    }


def _weights(url: str) -> Iterator[tuple[str, int, int]]:
    """Give each page with the kilobytes of what it fetches, without the map's script and of that script."""
    with opened() as page, httpx.Client(timeout=60, headers={"Accept-Encoding": "gzip"}) as client:
        for path in _pages(client.get(f"{url}/api/stats/overview").raise_for_status().json()):
            page.devtools("Network.clearBrowserCache")
            sizes = {name: _size(client, name) for name in _fetched(page, url + path)}
            of_map = sum(size for name, size in sizes.items() if MAP_SCRIPT in name)
            yield path, round((sum(sizes.values()) - of_map) / 1000), round(of_map / 1000)


def _pages(overview: dict[str, Any]) -> list[str]:
    codes = [region["code"] for region in overview["top"][:4]]
    plain = "/ /regions /time /flights /comparison /plans /outlook /quality /upload /explain /region-sets /docs"
    chosen = urlencode([("region", code) for code in codes])
    return [*plain.split(), f"/region?code={codes[0]}", f"/region-comparison?{chosen}"]


def _fetched(page: Page, address: str) -> list[str]:
    """Open a page and name all that it asked its own server for, once it is whole and nothing more comes."""
    page.open(address)
    before: list[str] = []
    fetched: list[str]
    while page.js(WAITING) or before != (fetched := page.js(FETCHED)):
        before = page.js(FETCHED)
        time.sleep(2)
    return fetched


def _size(client: httpx.Client, address: str) -> int:
    """Tell how many bytes an answer is on its way: those that came, or what nginx would make of them."""
    with client.stream("GET", address) as answer:
        body = answer.read()
        if "content-encoding" in answer.headers:
            return answer.num_bytes_downloaded
    kind = answer.headers.get("content-type", "")
    as_file = kind.startswith(COMPRESSED) and "/api/" not in address and len(body) >= 1024
    return len(gzip.compress(body, 6)) if as_file else len(body)


if __name__ == "__main__":
    main()
