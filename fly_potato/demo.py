"""The whole job once, as a client would do it: stack, workbooks, what became of them, and whether it is right."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from fly_potato import reports, truths
from fly_potato.busiest import RegionFlights, flights_by_region
from fly_potato.client import Client, Json
from fly_potato.following import load
from fly_potato.screen import console
from fly_potato.stack import Stack, StackPaths
from fly_potato.stack.databases import uri
from fly_potato.stopwatch import Stopwatch
from fly_potato.verify import Checksum, verify

ROWS = 20_000
SEED = 1
LAYOUTS = ("2024", "2025")
BUSIEST = 10


class Demo:
    """One run; ``faults`` collects what was not as it should be."""

    def __init__(self, paths: StackPaths) -> None:
        self.stack = Stack(paths)
        self.watch = Stopwatch()
        self.faults: list[str] = []
        self._screen = console()

    def run(self, workbook: Path | None) -> None:
        """Bring the stack up and carry the workbook, or the two samples, through it."""
        with self.watch.step("стек"):
            self.stack.up(lambda line: click.echo(f"  {line}"))
        workbooks = [workbook] if workbook else self._samples()
        empty_before = not any(region.flights for region in self._flights())
        before = self._checksums()
        with Client(self.stack.paths.url) as client:
            states = [self._carry(client, each) for each in workbooks]
            self._unchanged(before, states)
            self._regions(workbooks, states, empty_before)
            self._token_and_health(client)
        self._screen.print(self.watch.table())

    def _samples(self) -> list[Path]:
        from testing.workbooks import make_sample

        folder = self.stack.paths.state / "samples"
        folder.mkdir(parents=True, exist_ok=True)
        made = [folder / f"demo-{layout}-{ROWS}.xlsx" for layout in LAYOUTS]
        for path, layout in zip(made, LAYOUTS, strict=True):
            # The truth is written last, so a pair of files is a finished sample.
            if not path.exists() or truths.truth_beside(path) is None:
                click.echo(f"  образец {path.name}: {ROWS} строк")
                with self.watch.step(f"образец {layout}"):
                    make_sample(path, rows=ROWS, layout=layout, seed=SEED)
        return made

    def _carry(self, client: Client, workbook: Path) -> Json:
        with self.watch.step(f"загрузка {workbook.name}"):
            state = load(client, workbook, self.stack.paths.letters)
        click.echo(f"{workbook.name}: {reports.summary(state)}")
        table = reports.rejects(state)
        if table is not None:
            self._screen.print(table)
        if state["state"] not in ("loaded", "duplicate"):
            self.faults.append(f"{workbook.name} не загружен")
            return state
        totals = truths.truth_beside(workbook)
        if totals is not None:
            self._judge(truths.compare(totals, state), f"{workbook.name}: итоги совпали с образцом")
        return state

    def _judge(self, differences: Sequence[truths.Difference], agreed: str) -> None:
        for each in differences:
            self.faults.append(f"{each.what}: ожидалось {each.expected}, получено {each.found}")
        if not differences:
            click.echo(agreed)

    def _judge_regions(self, differences: Sequence[truths.Difference], flights: int) -> None:
        misplaced, allowed = truths.misplaced(differences), truths.allowed_misplaced(flights)
        for each in differences:
            click.echo(f"  {each.what}: в образце {each.expected}, получено {each.found}")
        click.echo(f"Полётов не в том регионе, что в образцах: {misplaced} из {flights}, допустимо {allowed}.")
        if misplaced > allowed:
            self.faults.append(f"полётов не в том регионе: {misplaced}, допустимо {allowed}")

    def _unchanged(self, before: Sequence[Checksum], states: Sequence[Json]) -> None:
        after = self._checksums()
        if any(state["state"] != "duplicate" for state in states):
            return
        if before == after:
            click.echo("Повторная загрузка: книги уже известны, таблицы не изменились.")
        else:
            changed = [new.table for old, new in zip(before, after, strict=True) if old != new]
            self.faults.append(f"повторная загрузка изменила таблицы: {', '.join(changed)}")

    def _regions(self, workbooks: Sequence[Path], states: Sequence[Json], empty_before: bool) -> None:
        found = self._flights()
        self._screen.print(reports.regions(found[:BUSIEST]))
        told = [truths.truth_beside(workbook) for workbook in workbooks]
        loaded = all(state["state"] == "loaded" for state in states)
        if empty_before and loaded and all(told):
            samples = [each for each in told if each]
            self._judge_regions(truths.compare_regions(samples, found), sum(each["flights"] for each in samples))

    def _token_and_health(self, client: Client) -> None:
        with self.watch.step("токен и здоровье"):
            claims = client.embed_claims("overview")
            health = client.health()
        left = claims["exp"] - claims["iat"]
        click.echo(f"Токен дашборда подписан ключом {claims['kid']}, подпись верна, годен {left} с.")
        click.echo(f"{self.stack.paths.url}/health: {health['status']}, {health['title']} {health['version']}")

    def _checksums(self) -> list[Checksum]:
        with self.watch.step("проверка таблиц"):
            sums, rules = asyncio.run(verify(self.stack.superuser_uri()))
        self.faults.extend(f"нарушено правило «{rule.name}»: {rule.offenders}" for rule in rules if rule.offenders)
        return sums

    def _flights(self) -> list[RegionFlights]:
        """Give all regions with their flights."""
        reader = uri(self.stack.paths, "fp_datalens", self.stack.secrets.fp_datalens)
        return flights_by_region(reader)
