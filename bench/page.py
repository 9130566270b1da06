"""How soon the first page is usable: ``python -m bench.page [--url http://localhost:8073] [--runs 5]``.

Asks a running stack (``make demo``). Every run is a new browser with nothing kept, which comes a second time; told are
milliseconds from the start of the navigation until the key figures stand, and until nothing is on its way any more,
charts and map included.
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
    arguments = parser.parse_args()
    first: list[tuple[float, float]] = []
    again: list[tuple[float, float]] = []
    for number in range(arguments.runs + 1):
        with opened() as page:
            for visits in (first, again):
                page.open(f"{arguments.url}/")
                times = page.wait(FIGURES), page.wait(READY)
                if number:  # the first browser wakes the functions
                    visits.append(times)
                page.open("about:blank")
        time.sleep(0.5)
    results = {
        f"{name}_{what}_ms": round(statistics.median(times[i] for times in visits))
        for name, visits in (("first", first), ("again", again))
        for i, what in enumerate(("figures", "ready"))
    }
    print(json.dumps(results | {"limit_ms": LIMIT_MS, "met": results["first_figures_ms"] <= LIMIT_MS}))


if __name__ == "__main__":
    main()
