"""How long each step of a command took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.table import Table


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
