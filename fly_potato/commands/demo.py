"""``fly-potato sample`` and ``demo``: a workbook of invented flights, and the whole job once, as a client would do it.

The demo compares what the product has counted with the truth that lies beside a sample.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import click
from rich.table import Table

from fly_potato.client import Client, Json, load, rejects, summary
from fly_potato.database import Checksum, verify
from fly_potato.stack import Stack, StackPaths, stack_paths
from fly_potato.stack.databases import uri
from fly_potato.terminal import console, exit_on_error, json_option, print_answer, print_line, wants_json
from testing.sheets import LAYOUTS
from testing.truth import truth_path
from testing.workbooks import make_sample

MISPLACED_SHARE = 0.003
"""Flights that may stand in another region than the sample says: near borders the word of a gazetteer is weak."""
ROWS = 20_000
SEED = 1
BUSIEST = 10


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--rows", default=1_000, show_default=True, type=click.IntRange(1, 1_048_575), help="Строк с данными.")
@click.option("--layout", default="2025", show_default=True, type=click.Choice(LAYOUTS), help="Листы какого года.")
@click.option("--seed", default=1, show_default=True, type=int, help="От одного числа те же байты.")
@click.option("--totals-only", is_flag=True, help="В ответе одни суммы, без строк и полётов.")
@json_option
def sample(out: Path, rows: int, layout: str, seed: int, totals_only: bool) -> None:
    """Сделать книгу OUT с выдуманными полётами и рядом OUT с .truth.json."""
    totals = make_sample(out, rows=rows, layout=layout, seed=seed, totals_only=totals_only)
    numbers = (
        f"строк {totals['rows']}, полётов {totals['flights']}, повторов {totals['repeated']}, "
        f"нечитаемых {sum(totals['rejected'].values())}, пустых {totals['empty']}; ответ в {truth_path(out)}"
    )
    answer = {name: totals[name] for name in ("rows", "flights", "repeated", "rejected", "empty")}
    print_answer({"file": out, "truth": truth_path(out), **answer}, [f"{out}: {numbers}"])


@dataclass(frozen=True, slots=True)
class RegionFlights:
    """How many flights a region has, cancelled ones left out; ``iso`` is its ISO 3166-2 code where there is one."""

    iso: str | None
    name: str
    flights: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that is not what it should be."""

    what: str
    expected: object
    actual: object


def truth_beside(workbook: Path) -> Json | None:
    """Read the totals that lie beside a sample workbook, or None for a workbook without them."""
    path = workbook.with_suffix(".truth.json")
    if not path.exists():
        return None
    totals: Json = json.loads(path.read_text(encoding="utf-8"))["totals"]
    return totals


def compare(totals: Mapping[str, Any], state: Json) -> list[Difference]:
    """Compare a sample's totals with a finished upload: rows, flights, rejects by code."""
    counts = state["counts"] or {}
    flights = ("flights_new", "flights_updated", "flights_unchanged")
    pairs = {
        "строк": (totals["rows"], counts.get("rows_in")),
        "пустых строк": (totals["empty"], counts.get("rows_empty")),
        "повторов": (totals["repeated"], counts.get("rows_repeated")),
        "не прочитано": (sum(totals["rejected"].values()), counts.get("rows_rejected")),
        "полётов": (totals["flights"], sum(counts.get(name, 0) for name in flights)),
        "по кодам": (totals["rejected"], {reject["code"]: reject["rows"] for reject in state["rejects"]}),
    }
    differences = [
        Difference(what, expected, counted) for what, (expected, counted) in pairs.items() if expected != counted
    ]
    outside = Difference("вне регионов", totals["outside"], counts.get("flights_outside", 0))
    if abs(totals["outside"] - counts.get("flights_outside", 0)) > allowed_misplaced(totals["flights"]):
        differences.append(outside)
    return differences


def allowed_misplaced(flights: int) -> int:
    """Give how many of so many flights may stand in another region than the sample says."""
    return int(flights * MISPLACED_SHARE)


def misplaced(differences: Sequence[Difference]) -> int:
    """Give how many flights stand in another region than they should, at least, by the differences of regions."""
    missing = sum(max(0, int(str(difference.expected)) - int(str(difference.actual))) for difference in differences)
    surplus = sum(max(0, int(str(difference.actual)) - int(str(difference.expected))) for difference in differences)
    return max(missing, surplus)


def compare_regions(truths: Sequence[Json], counted: Sequence[RegionFlights]) -> list[Difference]:
    """Compare the flights of each region over several samples, cancelled ones left out, with what the database holds.

    A truth names a region by its ISO code or by its Russian name; either finds it.
    """
    names = {key: region.name for region in counted for key in (region.iso, region.name) if key}
    expected: Counter[str] = Counter()
    for totals in truths:
        for key, counts in totals["by_region"].items():
            expected[names.get(key, key)] += counts["flights"] - counts.get("cancelled", 0)
    flights = Counter({region.name: region.flights for region in counted})
    return [
        Difference(f"полётов: {name}", expected[name], flights[name])
        for name in sorted(expected | flights)
        if expected[name] != flights[name]
    ]


def flights_by_region(uri: str) -> list[RegionFlights]:
    """Read all regions, the busiest first; ``uri`` is that of ``fp_datalens``."""
    return asyncio.run(_read(uri))


async def _read(uri: str) -> list[RegionFlights]:
    connection = await asyncpg.connect(uri, statement_cache_size=0)
    try:
        rows = await connection.fetch(
            "SELECT iso, name, flights::bigint FROM mart.region_totals ORDER BY flights DESC, name"
        )
    finally:
        await connection.close()
    return [RegionFlights(row["iso"], row["name"], row["flights"]) for row in rows]


@click.command()
@click.argument("workbook", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def demo(workbook: Path | None) -> None:
    """Запустить стенд, загрузить WORKBOOK (по умолчанию два образца) и проверить итог; код возврата 1, если неверно."""
    demo = Demo(stack_paths())
    with exit_on_error():
        demo.run(workbook)
    for fault in () if wants_json() else demo.faults:
        click.echo(f"ОШИБКА: {fault}", err=True)
    url = f"{demo.stack.paths.url}/"
    fine = [] if demo.faults else [f"Всё верно. Остановить: make down. Сайт с загруженными полётами: {url}"]
    print_answer({"faults": demo.faults, "seconds": demo.watch.seconds, "url": url}, fine)
    if demo.faults:
        raise SystemExit(1)


class Demo:
    """One run; ``faults`` collects what was not as it should be."""

    def __init__(self, paths: StackPaths) -> None:
        self.stack = Stack(paths)
        self.watch = Stopwatch()
        self.faults: list[str] = []
        self._screen = console()

    def _print(self, table: Table) -> None:
        if not wants_json():
            self._screen.print(table)

    def run(self, workbook: Path | None) -> None:
        """Bring the stack up and carry the workbook, or the two samples, through it."""
        with self.watch.step("стек"):
            self.stack.up(lambda line: print_line(f"  {line}"))
        workbooks = [workbook] if workbook else self._samples()
        empty_before = not any(region.flights for region in self._flights())
        before = self._checksums()
        with Client(self.stack.paths.url) as client:
            states = [self._carry(client, path) for path in workbooks]
            self._unchanged(before, states)
            self._regions(workbooks, states, empty_before)
            self._token_and_health(client)
        self._print(self.watch.table())

    def _samples(self) -> list[Path]:
        folder = self.stack.paths.state / "samples"
        folder.mkdir(parents=True, exist_ok=True)
        workbooks = [folder / f"demo-{layout}-{ROWS}.xlsx" for layout in LAYOUTS]
        for path, layout in zip(workbooks, LAYOUTS, strict=True):
            # The truth is written last, so a pair of files is a finished sample.
            if not path.exists() or truth_beside(path) is None:
                print_line(f"  образец {path.name}: {ROWS} строк")
                with self.watch.step(f"образец {layout}"):
                    make_sample(path, rows=ROWS, layout=layout, seed=SEED)
        return workbooks

    def _carry(self, client: Client, workbook: Path) -> Json:
        with self.watch.step(f"загрузка {workbook.name}"):
            state = load(client, workbook, self.stack.paths.dead_letters, quiet=wants_json())
        print_line(f"{workbook.name}: {summary(state)}")
        table = rejects(state)
        if table is not None:
            self._print(table)
        if state["state"] not in ("loaded", "duplicate"):
            self.faults.append(f"{workbook.name} не загружен")
            return state
        totals = truth_beside(workbook)
        if totals is not None:
            self._judge(compare(totals, state), f"{workbook.name}: итоги совпали с образцом")
        return state

    def _judge(self, differences: Sequence[Difference], agreed: str) -> None:
        for difference in differences:
            self.faults.append(f"{difference.what}: ожидалось {difference.expected}, получено {difference.actual}")
        if not differences:
            print_line(agreed)

    def _judge_regions(self, differences: Sequence[Difference], flights: int) -> None:
        elsewhere, allowed = misplaced(differences), allowed_misplaced(flights)
        for difference in differences:
            print_line(f"  {difference.what}: в образце {difference.expected}, получено {difference.actual}")
        print_line(f"Полётов не в том регионе, что в образцах: {elsewhere} из {flights}, допустимо {allowed}.")
        if elsewhere > allowed:
            self.faults.append(f"полётов не в том регионе: {elsewhere}, допустимо {allowed}")

    def _unchanged(self, before: Sequence[Checksum], states: Sequence[Json]) -> None:
        after = self._checksums()
        if any(state["state"] != "duplicate" for state in states):
            return
        if before == after:
            print_line("Повторная загрузка: книги уже известны, таблицы не изменились.")
        else:
            changed = [new.table for old, new in zip(before, after, strict=True) if old != new]
            self.faults.append(f"повторная загрузка изменила таблицы: {', '.join(changed)}")

    def _regions(self, workbooks: Sequence[Path], states: Sequence[Json], empty_before: bool) -> None:
        regions = self._flights()
        self._print(_regions_table(regions[:BUSIEST]))
        truths = [truth_beside(workbook) for workbook in workbooks]
        loaded = all(state["state"] == "loaded" for state in states)
        if empty_before and loaded and all(truths):
            samples = [each for each in truths if each]
            self._judge_regions(compare_regions(samples, regions), sum(each["flights"] for each in samples))

    def _token_and_health(self, client: Client) -> None:
        with self.watch.step("токен и здоровье"):
            claims = client.embed_claims("overview")
            health = client.health()
        seconds = claims["exp"] - claims["iat"]
        print_line(f"Токен дашборда подписан ключом {claims['kid']}, подпись верна, годен {seconds} с.")
        print_line(f"{self.stack.paths.url}/health: {health['status']}, {health['title']} {health['version']}")

    def _checksums(self) -> list[Checksum]:
        with self.watch.step("проверка таблиц"):
            sums, rules = asyncio.run(verify(self.stack.superuser_uri()))
        self.faults.extend(f"нарушено правило «{rule.name}»: {rule.offenders}" for rule in rules if rule.offenders)
        return sums

    def _flights(self) -> list[RegionFlights]:
        """Give all regions with their flights."""
        reader = uri(self.stack.paths, "fp_datalens", self.stack.secrets.fp_datalens)
        return flights_by_region(reader)


def _regions_table(items: Sequence[RegionFlights]) -> Table:
    """Tabulate regions by their flights."""
    table = Table("№", "регион", "полётов", title="Самые занятые регионы")
    for number, item in enumerate(items, 1):
        table.add_row(str(number), item.name, str(item.flights))
    return table


class Stopwatch:
    """Measures named steps, in seconds."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure what happens inside."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0) + time.perf_counter() - started

    def table(self) -> Table:
        """Tabulate the steps and their sum."""
        table = Table("шаг", "секунд", title="Сколько длился каждый шаг")
        for name, seconds in self.seconds.items():
            table.add_row(name, f"{seconds:.1f}")
        table.add_row("всего", f"{sum(self.seconds.values()):.1f}")
        return table
