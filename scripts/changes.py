#!/usr/bin/env python3
"""Write docs/images/changes-*.png: what the page was and what it is, side by side.

``scripts/changes.py --before URL --after URL --checkout FOLDER [NAME…]``: two stacks with the demo's invented flights,
the first of the older release in FOLDER. Each picture stays below 150 KB.
"""

import argparse
import base64
import io
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.request import Request, urlopen

from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE))

from testing.workbooks import make_sample  # noqa: E402
from tests.site.chromium import Page, opened  # noqa: E402

READY = "document.querySelector('#body') && !document.querySelector('#body[aria-busy], #body .skeleton')"
BYTES = 150 * 1024
SIDE, GAP, HEAD = 620, 20, 34
FONTS = HERE / "shared" / "reports" / "fonts"
MAY = "from=2025-05-01&to=2025-05-31"
CARD = (
    "[...document.querySelectorAll('#body .card')].find(card => card.querySelector('h2')?.innerText.startsWith('{}'))"
)


@dataclass
class Release:
    """A running stack, its files, and the browser that looks at it."""

    url: str
    folder: Path
    page: Page

    def show(self, path: str, width: int = 1280, height: int = 900) -> None:
        """Open a page and wait until all of it has come."""
        self.page.size(width, height)
        self.page.open(self.url + path)
        self.page.wait(READY, seconds=90)
        time.sleep(1)

    def elements(self, *expressions: str, most: int = 900) -> Image.Image:
        """Take the part of the page that holds these elements, ``most`` pixels of it at most."""
        boxes = [self.page.js(f"(({each}) ?? document.body).getBoundingClientRect().toJSON()") for each in expressions]
        top = self.page.js("scrollY")
        left, upper = min(box["left"] for box in boxes) - 8, min(box["top"] for box in boxes) + top - 8
        right, lower = max(box["right"] for box in boxes) + 8, max(box["bottom"] for box in boxes) + top + 8
        return self.box(max(0, left), max(0, upper), right - left, min(most, lower - upper))

    def box(self, left: float, top: float, width: float, height: float) -> Image.Image:
        """Take a rectangle of the page."""
        clip = {"x": left, "y": top, "width": width, "height": height, "scale": 1}
        shot = self.page.devtools("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        return Image.open(io.BytesIO(base64.b64decode(shot["data"]))).convert("RGB")

    def written(self, body: str, width: int = 900) -> Image.Image:
        """Draw HTML of ours: a terminal, a sheet."""
        style = (
            "body{margin:14px;font:15px 'Liberation Sans'} pre{font:14px/1.35 'Liberation Mono';margin:0;white-space:"
            "pre-wrap} table{border-collapse:collapse} td{border:1px solid #c8c8c8;padding:3px 6px;white-space:nowrap;"
            "max-width:330px;overflow:hidden;font-size:13px}"
        )
        page = f"<!doctype html><meta charset=utf-8><style>{style}</style>{body}"
        self.page.size(width, 60)
        self.page.open(f"data:text/html;base64,{base64.b64encode(page.encode()).decode()}")
        return self.box(0, 0, width, self.page.js("document.documentElement.scrollHeight"))

    def terminal(self, *lines: str) -> Image.Image:
        """Draw lines of a terminal."""
        return self.written(f"<pre>{escape(chr(10).join(lines))}</pre>", 760)

    def run(self, *command: str, lines: int = 24) -> Image.Image:
        """Run the release's own command and draw the beginning of its answer."""
        program = self.folder / ".venv" / "bin" / "fly-potato"
        done = subprocess.run([program, *command], capture_output=True, text=True, cwd=self.folder, check=False)
        return self.terminal(f"$ fly-potato {' '.join(command)}", *(done.stdout + done.stderr).splitlines()[:lines])

    def get(self, path: str) -> bytes:
        """Ask the API."""
        with urlopen(Request(self.url + path, headers={"Accept-Encoding": "identity"}), timeout=120) as answer:  # noqa: S310
            return bytes(answer.read())

    def sheet(self, path: str, rows: int = 7, columns: int = 8) -> Image.Image:
        """Draw a CSV as a Russian Excel shows it: ``;`` parts cells, and cp1251 where no mark says UTF-8."""
        body = self.get(path)
        text = body.decode("utf-8-sig") if body.startswith(b"\xef\xbb\xbf") else body.decode("cp1251", "replace")
        cells = [line.split(";")[:columns] for line in text.splitlines()[:rows]]
        table = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in cells)
        return self.written(f"<table>{table}</table>")

    def paper(self, path: str) -> Image.Image:
        """Draw the pages of a PDF in a row."""
        return in_a_row(self.get(path))

    def printed(self, path: str, sheets: int = 1) -> Image.Image:
        """Draw the first sheets that a browser prints of a page, without grounds, as it does by itself."""
        self.show(path)
        pdf = self.page.devtools("Page.printToPDF", preferCSSPageSize=True, printBackground=False)["data"]
        return in_a_row(base64.b64decode(pdf), "-l", str(sheets))


def in_a_row(pdf: bytes, *options: str, height: int = 420) -> Image.Image:
    """Lay the pages of a PDF beside each other."""
    drawn = subprocess.run(["pdftoppm", "-r", "70", *options, "-"], input=pdf, capture_output=True, check=True)
    images, rest = [], drawn.stdout
    while rest:
        head = rest.split(b"\n", 3)
        width, tall = map(int, head[1].split())
        size = sum(len(each) + 1 for each in head[:3]) + 3 * width * tall
        images.append(Image.open(io.BytesIO(rest[:size])).resize((round(width * height / tall), height)))
        rest = rest[size:]
    whole = Image.new("RGB", (sum(image.width + 6 for image in images), height), "#8a94a0")
    place = 0
    for image in images:
        whole.paste(image, (place, 0))
        place += image.width + 6
    return whole


Shot = Callable[[Release], Image.Image]


def card(path: str, heading: str, most: int = 900, width: int = 1280) -> Shot:
    """Take the card of a page that has this heading."""

    def taken(release: Release) -> Image.Image:
        release.show(path, width)
        return release.elements(CARD.format(heading), most=most)

    return taken


def part(path: str, *selectors: str, most: int = 900, width: int = 1280) -> Shot:
    """Take what a page shows between elements."""

    def taken(release: Release) -> Image.Image:
        release.show(path, width)
        return release.elements(*(f"document.querySelector({each!r})" for each in selectors), most=most)

    return taken


def docs(release: Release) -> Image.Image:
    release.page.size(1000, 560)
    release.page.open(f"{release.url}/docs")
    time.sleep(6)
    return release.box(0, 0, 1000, 560)


def screen(path: str, width: int, height: int) -> Shot:
    """Take what a screen of this size shows of a page before it is scrolled."""

    def taken(release: Release) -> Image.Image:
        release.show(path, width, height)
        return release.box(0, 0, width, height)

    return taken


def quarter_before(release: Release) -> Image.Image:
    release.show("/")
    release.page.js("[...document.querySelectorAll('.presets button')].find(b => b.innerText === 'Квартал').click()")
    release.page.wait(READY, seconds=90)
    return release.elements("document.querySelector('h1')", "document.querySelector('.filters')")


def upload_of(sent: str) -> Shot:
    """Choose a file and take what the page says of it."""

    def taken(release: Release) -> Image.Image:
        release.show("/upload")
        empty = Path("/tmp") / sent  # noqa: S108
        empty.write_bytes(b"")
        release.page.choose_files("#files", empty)
        time.sleep(4)
        return release.elements("document.querySelector('h1')", "document.querySelector('#body')", most=560)

    return taken


def history(release: Release) -> Image.Image:
    release.show("/upload")
    release.page.click("#history tr[data-upload] button")
    time.sleep(3)
    return release.elements("document.querySelector('#history')", most=640)


def repeated(release: Release) -> Image.Image:
    """Send a workbook twice and take the history."""
    book = Path("/tmp/repeated.xlsx")  # noqa: S108
    make_sample(book, rows=60, layout="2025", seed=5)
    for _ in range(2):
        release.show("/upload")
        release.page.choose_files("#files", book)
        release.page.wait("/loaded|duplicate/.test(document.querySelector('[data-file]')?.dataset.state)", seconds=90)
    release.show("/upload")
    return release.elements("document.querySelector('#history')", most=300)


def flight_map(release: Release) -> Image.Image:
    release.show(f"/flights?{MAY}", 1280, 1250)
    release.page.wait(
        "document.querySelector('.flight-map').nextElementSibling?.innerText.includes('На карте')", seconds=60
    )
    time.sleep(4)
    return release.box(0, 0, 1280, 1250)


def print_of(path: str) -> Shot:
    """Take the first sheet of a page."""
    return lambda release: release.printed(path)


def term(release: Release) -> Image.Image:
    release.show("/")
    release.page.click(".keys .key:nth-child(2) .term-button")
    time.sleep(0.5)
    return release.elements("document.querySelector('.keys')", CARD.format("Регионы на карте"), most=420)


def search(release: Release) -> Image.Image:
    release.show("/regions")
    release.page.type("input.search", "питер")
    time.sleep(1)
    return release.elements(CARD.format("Рейтинг"), most=330)


def foot(release: Release) -> Image.Image:
    release.show("/regions")
    box = release.page.js(f"{CARD.format('Рейтинг')}.getBoundingClientRect().toJSON()")
    return release.box(box["left"], box["bottom"] + release.page.js("scrollY") - 190, box["width"], 200)


def opened_table(release: Release) -> Image.Image:
    release.show("/")
    release.page.js(f"{CARD.format('Динамика')}.querySelector('details').open = true")
    time.sleep(1.5)
    return release.elements(CARD.format("Динамика"), most=820)


def weight(path: str) -> Shot:
    """Tell how heavy the shapes of a region's page are."""

    def taken(release: Release) -> Image.Image:
        return release.terminal(f"GET {path}", "", f"{len(release.get(path)) / 1024:,.0f} КБ".replace(",", " "))

    return taken


def readme(first: str, lines: int = 13) -> Shot:
    """Draw the README from a line on."""

    def taken(release: Release) -> Image.Image:
        text = (release.folder / "README.md").read_text("utf-8").splitlines()
        at = next(index for index, line in enumerate(text) if line.startswith(first))
        return release.terminal(*text[at : at + lines])

    return taken


def one_list(path: str) -> Shot:
    """Take a list of flights as Excel opens it."""
    return lambda release: release.sheet(path)


def document(path: str) -> Shot:
    """Take the pages of a report of May."""
    return lambda release: release.paper(f"{path}?{MAY}")


def help_of(release: Release) -> Image.Image:
    return release.run("--help")


PEAKS = part("/", "[data-key=peak-hour]", "[data-key=peak-airborne]", most=260)
SCOPES = "/?region=RU-MOS&type=none"
FEW = "/region?code=RU-CU&from=2024-05-01&to=2024-05-14"
RANKING = card("/regions", "Рейтинг", 640, 390)
CHANGES: dict[str, tuple[Shot, Shot, str, str]] = {
    "doubts": (
        part("/quality", "h1", "#body", most=700), card("/quality", "Замечания к полётам", 620),
        "Замечаний к полётам нет нигде", "Замечания по видам, с исправлением и полётами",
    ),
    "periods": (
        quarter_before, part("/?from=2025-04-01&to=2025-06-30&compare=year", "h1", ".filters"),
        "«Квартал» начинается на день раньше", "Календарный квартал и сравнение с прошлым годом",
    ),
    "flights": (
        card("/region?code=RU-KHM", "Где начинались", 640), flight_map,
        "Точки без подписи, ни одного полёта не открыть", "Карта, условия и список полётов",
    ),
    "scopes": (
        part(SCOPES, "h1", "#body", most=1500), part(SCOPES, "h1", "#body", most=1500),
        "Что относится ко всей стране, не сказано", "«Вся страна» и «все типы» в заголовках",
    ),
    "axis": (
        card(FEW, "Динамика", 420), card(FEW, "Динамика", 420), "Деления 0, 1, 1", "Целые деления от нуля",
    ),
    "upload": (
        repeated, repeated, "Повторная книга: полёты будто новые", "Кто, обновлено; у повторной новых ноль",
    ),
    "print": (
        print_of("/regions"), print_of("/regions"), "Печать теряет столбцы", "Все столбцы на листе",
    ),
    "csv": (
        one_list("/api/flights?region=RU-KHM&format=csv&limit=2000"),
        one_list("/api/exports/flights.csv?region=RU-KHM"),
        "Список полётов в русском Excel: один столбец", "Столбцы, русские названия, все строки",
    ),
    "rejects": (history, history, "Причина без места в книге", "Листы и номера строк, исходный файл с текстом"),
    "terms": (part("/", ".keys"), term, "Числа без пояснений", "Определение у каждого числа"),
    "clock": (PEAKS, PEAKS, "Пики по UTC", "Пики по московскому времени"),
    "map": (
        card("/", "Регионы на карте"), card("/", "Регионы на карте"),
        "Один цвет у 400 и 9 000, пересекающиеся классы", "Классы растут в разы, масштаб, названия, показатели",
    ),
    "sets": (foot, foot, "Сколько субъектов и откуда, не сказано", "Сколько субъектов в действующем наборе границ"),
    "ranking": (search, search, "«питер»: пусто", "«питер»: Санкт-Петербург"),
    "wide": (
        screen("/", 1920, 1080), screen("/", 1920, 1080),
        "1920 × 1080: края пусты, карты не видно", "Весь экран, карта рядом с числами",
    ),
    "phone": (RANKING, RANKING, "Телефон: чисел не видно", "Число рядом с названием"),
    "empty": (
        upload_of("empty.xlsx"), upload_of("empty.xlsx"), "Пустой файл: «body.size»", "Сказано, в чём дело",
    ),
    "tables": (opened_table, opened_table, "Ни таблицу, ни диаграмму не сохранить", "CSV таблицы, PNG и SVG диаграммы"),
    "api": (docs, docs, "/docs: такой страницы нет", "Описание API с примерами"),
    "cli": (help_of, help_of, "Справка по-английски", "Справка по-русски"),
    "weight": (
        weight("/api/regions.geojson?detail=high"), weight("/api/regions.geojson?detail=high&region=RU-KHM"),
        "Страница региона берёт все контуры", "Берёт один контур",
    ),
    "readme": (
        readme("    make demo"), readme("    make demo"),
        "Что за данные и сколько ждать, не сказано", "Данные выдуманы, ждать около пяти минут",
    ),
    "brief": (
        document("/api/reports/overview.pdf"), document("/api/reports/brief.pdf"),
        "Отчёт без карты, выводов и подписи", "Справка на двух страницах",
    ),
}  # fmt: skip


def main() -> int:
    """Take the pictures and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", required=True)
    parser.add_argument("--after", required=True)
    parser.add_argument("--checkout", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=HERE / "docs" / "images")
    parser.add_argument("names", nargs="*", choices=[[], *CHANGES], default=[])
    arguments = parser.parse_args()
    heavy = []
    with opened() as page:
        page.theme("light")
        before = Release(arguments.before, arguments.checkout, page)
        after = Release(arguments.after, HERE, page)
        for name in arguments.names or CHANGES:
            was, now, left, right = CHANGES[name]
            out = arguments.out / f"changes-{name}.png"
            side_by_side(was(before), now(after), left, right).save(out, optimize=True)
            print(f"{out.name}: {out.stat().st_size // 1024} KB")
            heavy += [out.name] if out.stat().st_size > BYTES else []
    if heavy:
        print(f"over {BYTES} bytes: {', '.join(heavy)}", file=sys.stderr)
    return 1 if heavy else 0


def side_by_side(before: Image.Image, after: Image.Image, left: str, right: str) -> Image.Image:
    """Lay two pictures beside each other under their captions, in few colours."""
    letters = ImageFont.truetype(str(FONTS / "LiberationSans-Bold.ttf"), 15)
    # Nothing is drawn larger than it was.
    sizes = [min(1, SIDE / image.width) for image in (before, after)]
    sides = [
        image.resize((round(image.width * size), round(image.height * size)), Image.Resampling.LANCZOS)
        for image, size in zip((before, after), sizes, strict=True)
    ]
    whole = Image.new("RGB", (2 * SIDE + 3 * GAP, HEAD + GAP + max(side.height for side in sides)), "#dfe5ea")
    pen = ImageDraw.Draw(whole)
    for index, (side, caption) in enumerate(zip(sides, (f"Было: {left}", f"Стало: {right}"), strict=True)):
        x = GAP + index * (SIDE + GAP)
        pen.text((x, 9), caption, fill="#1b2733", font=letters)
        whole.paste(side, (x, HEAD))
    return whole.quantize(64, dither=Image.Dither.NONE)


if __name__ == "__main__":
    sys.exit(main())
