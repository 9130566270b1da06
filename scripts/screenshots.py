#!/usr/bin/env python3
"""Write docs/images: a picture of every page of a running stack, ``scripts/screenshots.py [--url URL] [--out FOLDER]``.

The stack should hold invented data (``make demo``). Pictures end at ``HEIGHT`` pixels, so that each stays below 300 KB.
"""

import argparse
import base64
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE))

from tests.site.chromium import Page, opened  # noqa: E402

PAGES = {
    "overview": "/",
    "regions": "/regions",
    "region": "/region?code=RU-CHU",
    "time": "/time",
    "flights": "/flights?from=2025-05-01&to=2025-05-31",
    "quality": "/quality",
    "upload": "/upload",
}
READY = "document.querySelector('#body') && !document.querySelector('#body[aria-busy], #body .skeleton')"
WIDTH, HEIGHT, NARROW = 1280, 1400, 390
BYTES = 300 * 1024


def main() -> int:
    """Take the pictures and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://localhost:8073")
    parser.add_argument("--out", type=Path, default=HERE / "docs" / "images")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with opened() as page:
        for name, path in PAGES.items():
            take(page, arguments.url + path, "light", WIDTH, arguments.out / f"{name}.png")
        take(page, arguments.url, "dark", WIDTH, arguments.out / "overview-dark.png")
        take(page, arguments.url, "light", NARROW, arguments.out / "overview-narrow.png")
    heavy = [path.name for path in arguments.out.glob("*.png") if path.stat().st_size > BYTES]
    if heavy:
        print(f"over {BYTES} bytes: {', '.join(heavy)}", file=sys.stderr)
    return 1 if heavy else 0


def take(page: Page, url: str, theme: str, width: int, out: Path) -> None:
    """Take one picture of a page once everything on it has come."""
    page.theme(theme)
    page.size(width, 900)
    page.open(url)
    page.wait(READY, seconds=60)
    if "/upload" in url and page.js("document.querySelector('#history tr[data-upload] button') !== null"):
        page.click("#history tr[data-upload] button")
        page.wait("document.querySelector('#history .counts')")
    if "/flights" in url:
        page.wait(
            "/На карте|Кружки/.test(document.querySelector('.flight-map').nextElementSibling.innerText)", seconds=60
        )
        time.sleep(3)  # the map draws its points in a worker
    time.sleep(0.5)  # fonts and the last transition
    box = page.devtools("Page.getLayoutMetrics")["cssContentSize"]
    clip = {"x": 0, "y": 0, "width": width, "height": min(box["height"], HEIGHT), "scale": 1}
    shot = page.devtools("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
    out.write_bytes(base64.b64decode(shot["data"]))
    print(f"{out.name}: {out.stat().st_size // 1024} KB")


if __name__ == "__main__":
    sys.exit(main())
