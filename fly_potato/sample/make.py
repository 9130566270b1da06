"""Makes a sample workbook: draws flights, writes their rows, notes the truth. The same seed gives the same bytes."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from fly_potato.sample import render, shares, tables
from fly_potato.sample.arcs import to_minutes
from fly_potato.sample.draw import Drawer
from fly_potato.sample.intent import Intent
from fly_potato.sample.sheets import EMPTY_SHEETS, LAYOUTS, SHEETS, SheetPlan
from fly_potato.sample.tables import Value
from fly_potato.sample.truth import Truth, TruthWriter, flight_truth

_MOST_ROWS: Final = 1_048_575
_UNREADABLE: Final = ("СМ. ПИСЬМО ОТ 12.01", "ПОЛЕТ НЕ ВЫПОЛНЯЛСЯ ПО МЕТЕОУСЛОВИЯМ", "ДАННЫЕ УТОЧНЯЮТСЯ")
_FAREST_REPEAT: Final = 60


def make_sample(out: Path, *, rows: int, layout: str, seed: int, totals_only: bool = False) -> Truth:
    """Write a workbook of ``rows`` rows and ``OUT.truth.json`` beside it; give the totals.

    Memory does not grow with the rows. Raises ValueError for a layout or a number of rows that no workbook has.
    """
    if layout not in LAYOUTS or not 1 <= rows <= _MOST_ROWS:
        raise ValueError(f"layout {layout}, {rows} rows")
    drawer = Drawer(seed, layout)
    facts = {"layout": layout, "seed": seed, "workbook": out.name}
    with (
        TruthWriter(truth_path(out), facts, totals_only=totals_only) as truth,
        xlsxwriter.Workbook(str(out), {"constant_memory": True}) as book,
    ):
        book.set_properties({"title": "Sample of invented flights", "created": datetime(2025, 1, 1)})  # noqa: DTZ001
        for sheet, count in _split(layout, rows):
            _SheetMaker(book, sheet, drawer, truth, layout).write(count)
        for name in EMPTY_SHEETS[layout]:
            book.add_worksheet(name)
        return truth.totals()


def truth_path(out: Path) -> Path:
    """Name the truth file of a workbook: ``a.xlsx`` has ``a.truth.json``."""
    return out.with_suffix(".truth.json")


def _split(layout: str, rows: int) -> Iterator[tuple[SheetPlan, int]]:
    """Give every sheet its rows, by the shares of the centres."""
    sheets = SHEETS[layout]
    weights = [shares.CENTERS.weights[sheet.center] if sheet.center else 1.0 for sheet in sheets]
    given, ahead, total = 0, 0.0, sum(weights)
    for sheet, weight in zip(sheets, weights, strict=True):
        ahead += weight
        upto = round(rows * ahead / total)
        yield sheet, upto - given
        given = upto


class _SheetMaker:
    """Writes one sheet: flights, their repeats a few rows further down, empty rows and rows that nobody can read."""

    def __init__(self, book: Any, sheet: SheetPlan, drawer: Drawer, truth: TruthWriter, layout: str) -> None:
        self._sheet, self._drawer, self._truth, self._layout = sheet, drawer, truth, layout
        self._source = drawer.source
        self._page = book.add_worksheet(sheet.name)
        self._formats = [book.add_format({"num_format": code}) if code else None for code in sheet.formats]
        self._row = 0
        self._repeats: list[tuple[int, int, int, tuple[Value, ...]]] = []
        self._seen: set[tuple[object, ...]] = set()

    def write(self, count: int) -> None:
        """Write header and rows."""
        for above in self._sheet.above:
            self._put(above)
        self._put(self._sheet.header)
        for below in self._sheet.below:
            self._put(below)
        for left in range(count, 0, -1):
            if self._repeats and (len(self._repeats) >= left or self._repeats[0][0] <= self._row):
                self._write_repeat()
                continue
            telegrams = shares.TELEGRAMS.pick(self._source)
            if telegrams == "empty" and left == 1:
                # Below the last filled row a sheet has no rows.
                telegrams = "shr"
            if self._sheet.kind == "table":
                self._table_row(telegrams)
            else:
                self._telegram_row(telegrams)

    def _telegram_row(self, telegrams: str) -> None:
        if telegrams == "empty":
            self._note((None,) * len(self._sheet.header))
            return
        center = self._sheet.center or shares.CENTERS.pick(self._source)
        if telegrams == "nothing_readable":
            blank = self._blank()
            row = self._telegram_cells(center, self._source.choice(_UNREADABLE), blank, blank)
            self._note(row, reject="TELEGRAM_NOT_RECOGNISED")
            return
        if len(self._sheet.header) == 1 and telegrams not in ("shr", "delayed"):
            telegrams = "shr"
        self._flight(self._new(center, telegrams))

    def _new(self, center: str, telegrams: str) -> Intent:
        """Draw a flight; one without a plan's number must differ from all others in what it says."""
        while True:
            intent = self._drawer.flight(center, telegrams)
            if self._sheet.kind == "table":
                tables.settle(self._sheet.name, intent)
            if intent.sid is not None:
                return intent
            facts = (intent.callsign, intent.regs, intent.dep_dt, to_minutes(intent.dep_arc))
            if facts not in self._seen:
                self._seen.add(facts)
                return intent

    def _flight(self, intent: Intent) -> None:
        truth = flight_truth(replace(intent, center=self._center_name(intent)))
        cells = self._render(intent)
        later = shares.REPEATS.pick(self._source) if self._source.random() < shares.REPEATED else None
        again = self._again(intent, later, truth) if later else None
        number = self._truth.flight(truth)
        self._note(cells, flight=number)
        if again is not None:
            due = self._row + self._source.randrange(1, _FAREST_REPEAT)
            heapq.heappush(self._repeats, (due, self._row, number, again))

    def _again(self, intent: Intent, kind: str, truth: Truth) -> tuple[Value, ...]:
        """Write the later row of a flight; a corrected landing changes the truth."""
        both = intent.telegrams == "shr_dep_arr"
        if kind == "without_landing" and both:
            return self._render(replace(intent, telegrams="shr_dep"))
        if kind == "corrected_landing" and both and intent.duration and intent.duration > 2:
            arr = intent.arr_dt
            if arr is not None:
                earlier = arr - timedelta(minutes=1)
                fixed = replace(
                    intent,
                    arr_dt=earlier,
                    arr_day=f"{earlier:%y%m%d}",
                    arr_written=f"{earlier:%H%M}",
                    duration=intent.duration - 1,
                )
                truth |= {"arr_dt": f"{earlier:%Y-%m-%dT%H:%M:%SZ}", "duration_min": intent.duration - 1}
                return self._render(fixed)
        return self._render(intent)

    def _write_repeat(self) -> None:
        _, _, number, cells = heapq.heappop(self._repeats)
        self._note(cells, flight=number, repeated=True)

    def _table_row(self, telegrams: str) -> None:
        if telegrams == "empty":
            self._note((None,) * len(self._sheet.header))
        elif telegrams == "nothing_readable":
            self._note(tables.unreadable(self._sheet.name), reject="TABLE_ROW_WITHOUT_FACTS")
        else:
            self._flight(self._new(self._sheet.center or "", "shr_dep_arr"))

    def _render(self, intent: Intent) -> tuple[Value, ...]:
        if intent.telegrams == "table":
            return tables.cells(self._sheet.name, intent)
        shr, dep, arr = self._telegrams(intent)
        if intent.envelope:
            shr = shr and render.enveloped(shr, intent)
            dep = dep and render.enveloped(dep, intent)
        if self._sheet.escapes:
            shr, dep, arr = (render.escaped(text) for text in (shr, dep and f"{dep}\nНННН", arr and f"{arr}\nНННН"))
        blank = self._blank()
        return self._telegram_cells(intent.center, shr or blank, dep or blank, arr or blank, intent.plan_dep)

    def _telegrams(self, intent: Intent) -> tuple[str, str, str]:
        has = intent.telegrams.split("_")
        shr = render.shr(intent) if intent.telegrams != "dep_arr" else ""
        if intent.telegrams != "delayed":
            shr = render.framed(shr, intent.frame)
        if intent.telegrams == "cancelled":
            return shr, render.cnl(intent), ""
        dep, arr = (render.dep, render.arr) if self._layout == "2024" else (render.idep, render.iarr)
        return shr, dep(intent) if "dep" in has else "", arr(intent) if "arr" in has else ""

    def _telegram_cells(
        self, center: str, shr: str, dep: str, arr: str, day: datetime | None = None
    ) -> tuple[Value, ...]:
        by_header: dict[str, Value] = {"Центр ЕС ОрВД": center, "DEP": dep, "ARR": arr}
        by_header |= {"№ п/п": self._row, "Дата полёта": day and day.replace(hour=0, minute=0)}
        return tuple(by_header.get(header, shr) or None for header in self._sheet.header)

    def _blank(self) -> str:
        kind = shares.BLANK_CELLS.pick(self._source)
        return {"empty": "", "nan": "nan", "dash": "-"}[kind]

    def _center_name(self, intent: Intent) -> str:
        return intent.center if self._sheet.center is None else self._sheet.name

    def _note(self, cells: tuple[Value, ...], **what: Any) -> None:
        self._put(cells)
        self._truth.row(self._sheet.name, self._row, **what)

    def _put(self, cells: Sequence[Value]) -> None:
        for column, value in enumerate(cells):
            if isinstance(value, str):
                self._page.write_string(self._row, column, value)
            elif isinstance(value, datetime):
                self._page.write_datetime(
                    self._row, column, value.astimezone(UTC).replace(tzinfo=None), self._formats[column]
                )
            elif isinstance(value, time):
                self._page.write_datetime(self._row, column, value, self._formats[column])
            elif value is not None:
                self._page.write_number(self._row, column, value)
        self._row += 1
