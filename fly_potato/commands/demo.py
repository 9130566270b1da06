"""``fly-potato demo``: the whole job once, as a client would do it, and whether what came of it is right."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.table import Table

from fly_potato import sample_totals
from fly_potato.client import Client, Json
from fly_potato.commands.verify import Checksum, verify
from fly_potato.sample_totals import RegionFlights, flights_by_region
from fly_potato.stack import Stack, StackPaths, stack_paths
from fly_potato.stack.databases import uri
from fly_potato.terminal import console, json_option, refusing, say, tell, wants_json
from fly_potato.workbook_upload import load, rejects, summary

ROWS = 20_000
SEED = 1
LAYOUTS = ("2024", "2025")
BUSIEST = 10


@click.command()
@click.argument("workbook", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def command(workbook: Path | None) -> None:
    """Запустить стенд, загрузить WORKBOOK (по умолчанию два образца) и проверить итог; код возврата 1, если неверно."""
    demo = Demo(stack_paths())
    with refusing():
        demo.run(workbook)
    for fault in () if wants_json() else demo.faults:
        click.echo(f"ОШИБКА: {fault}", err=True)
    url = f"{demo.stack.paths.url}/"
    fine = [] if demo.faults else [f"Всё верно. Остановить: make down. Сайт с загруженными полётами: {url}"]
    tell({"faults": demo.faults, "seconds": demo.watch.seconds, "url": url}, fine)
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
            self.stack.up(lambda line: say(f"  {line}"))
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
        from testing.workbooks import make_sample

        folder = self.stack.paths.state / "samples"
        folder.mkdir(parents=True, exist_ok=True)
        workbooks = [folder / f"demo-{layout}-{ROWS}.xlsx" for layout in LAYOUTS]
        for path, layout in zip(workbooks, LAYOUTS, strict=True):
            # The truth is written last, so a pair of files is a finished sample.
            if not path.exists() or sample_totals.truth_beside(path) is None:
                say(f"  образец {path.name}: {ROWS} строк")
                with self.watch.step(f"образец {layout}"):
                    make_sample(path, rows=ROWS, layout=layout, seed=SEED)
        return workbooks

    def _carry(self, client: Client, workbook: Path) -> Json:
        with self.watch.step(f"загрузка {workbook.name}"):
            state = load(client, workbook, self.stack.paths.dead_letters, quiet=wants_json())
        say(f"{workbook.name}: {summary(state)}")
        table = rejects(state)
        if table is not None:
            self._print(table)
        if state["state"] not in ("loaded", "duplicate"):
            self.faults.append(f"{workbook.name} не загружен")
            return state
        totals = sample_totals.truth_beside(workbook)
        if totals is not None:
            self._judge(sample_totals.compare(totals, state), f"{workbook.name}: итоги совпали с образцом")
        return state

    def _judge(self, differences: Sequence[sample_totals.Difference], agreed: str) -> None:
        for difference in differences:
            self.faults.append(f"{difference.what}: ожидалось {difference.expected}, получено {difference.actual}")
        if not differences:
            say(agreed)

    def _judge_regions(self, differences: Sequence[sample_totals.Difference], flights: int) -> None:
        misplaced, allowed = sample_totals.misplaced(differences), sample_totals.allowed_misplaced(flights)
        for difference in differences:
            say(f"  {difference.what}: в образце {difference.expected}, получено {difference.actual}")
        say(f"Полётов не в том регионе, что в образцах: {misplaced} из {flights}, допустимо {allowed}.")
        if misplaced > allowed:
            self.faults.append(f"полётов не в том регионе: {misplaced}, допустимо {allowed}")

    def _unchanged(self, before: Sequence[Checksum], states: Sequence[Json]) -> None:
        after = self._checksums()
        if any(state["state"] != "duplicate" for state in states):
            return
        if before == after:
            say("Повторная загрузка: книги уже известны, таблицы не изменились.")
        else:
            changed = [new.table for old, new in zip(before, after, strict=True) if old != new]
            self.faults.append(f"повторная загрузка изменила таблицы: {', '.join(changed)}")

    def _regions(self, workbooks: Sequence[Path], states: Sequence[Json], empty_before: bool) -> None:
        regions = self._flights()
        self._print(_regions_table(regions[:BUSIEST]))
        truths = [sample_totals.truth_beside(workbook) for workbook in workbooks]
        loaded = all(state["state"] == "loaded" for state in states)
        if empty_before and loaded and all(truths):
            samples = [each for each in truths if each]
            self._judge_regions(
                sample_totals.compare_regions(samples, regions), sum(each["flights"] for each in samples)
            )

    def _token_and_health(self, client: Client) -> None:
        with self.watch.step("токен и здоровье"):
            claims = client.embed_claims("overview")
            health = client.health()
        seconds = claims["exp"] - claims["iat"]
        say(f"Токен дашборда подписан ключом {claims['kid']}, подпись верна, годен {seconds} с.")
        say(f"{self.stack.paths.url}/health: {health['status']}, {health['title']} {health['version']}")

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
