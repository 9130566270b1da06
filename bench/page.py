"""How soon the first page is usable: ``python -m bench.page [--url http://localhost:8073] [--runs 5]``.

Asks a running stack (``make demo``). Every run is a new browser with nothing kept; told are milliseconds from the start
of the navigation until the key figures stand, and until nothing is on its way any more, charts and map included.
"""

import argparse
import json
import statistics
import time

from tests.site.chromium import opened

LIMIT_MS = 1000
FIGURES = "document.querySelector('[data-key=flights] .value') && performance.now()"
READY = (
    "document.querySelector('#body') && !document.querySelector('#body[aria-busy], #body .skeleton')"
    " && performance.now()"
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://localhost:8073")
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    figures, ready = [], []
    for number in range(given.runs + 1):
        with opened() as page:
            page.open(f"{given.url}/")
            seen = page.wait(FIGURES), page.wait(READY)
        if number:  # the first one wakes the functions
            figures.append(seen[0])
            ready.append(seen[1])
        time.sleep(0.5)
    told = {"figures_ms": round(statistics.median(figures)), "ready_ms": round(statistics.median(ready))}
    print(json.dumps(told | {"limit_ms": LIMIT_MS, "met": told["figures_ms"] <= LIMIT_MS}))


if __name__ == "__main__":
    main()
