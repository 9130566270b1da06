"""Makes a sample workbook: draws flights, writes their rows, notes the truth. The same seed gives the same bytes."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from testing import telegrams
from testing.gazetteer import CENTERS, Weights
from testing.invented_flights import TELEGRAMS, FlightMaker, InventedFlight, write_arr, write_cnl, write_dep, write_shr
from testing.sheets import (
    EMPTY_SHEETS,
    LAYOUTS,
    SHEETS,
    CellValue,
    SheetLayout,
    restrict_to,
    table_cells,
    unreadable_cells,
)
from testing.truth import Truth, TruthWriter, flight_truth, truth_path

REPEATED: Final = 0.01
"""Flights of which a second row follows further down."""
REPEATS: Final = Weights(copy=70.0, without_landing=20.0, corrected_landing=10.0)
BLANK_CELLS: Final = Weights(empty=97.0, nan=1.5, dash=1.5)
"""What stands where a row has no telegram."""
_MOST_ROWS: Final = 1_048_575
_MOST_ROWS_BETWEEN_REPEATS: Final = 60
_UNREADABLE: Final = ("СМ. ПИСЬМО ОТ 12.01", "ПОЛЕТ НЕ ВЫПОЛНЯЛСЯ ПО МЕТЕОУСЛОВИЯМ", "ДАННЫЕ УТОЧНЯЮТСЯ")


def make_sample(out: Path, *, rows: int, layout: str, seed: int, totals_only: bool = False) -> Truth:
    """Write a workbook of ``rows`` rows and ``OUT.truth.json`` beside it; give the totals.

    Memory does not grow with the rows. Raises ValueError for a layout or a number of rows that no workbook has.
    """
    if layout not in LAYOUTS or not 1 <= rows <= _MOST_ROWS:
        raise ValueError(f"layout {layout}, {rows} rows")
    maker = FlightMaker(seed, layout)
    facts = {"layout": layout, "seed": seed, "workbook": out.name}
    with (
        TruthWriter(truth_path(out), facts, totals_only=totals_only) as truth,
        xlsxwriter.Workbook(str(out), {"constant_memory": True}) as book,
    ):
        book.set_properties({"title": "Sample of invented flights", "created": datetime(2025, 1, 1)})  # noqa: DTZ001
        for sheet, count in _split(layout, rows):
            _SheetWriter(book, sheet, maker, truth).write(count)
        for name in EMPTY_SHEETS[layout]:
            book.add_worksheet(name)
        return truth.totals()


def _split(layout: str, rows: int) -> Iterator[tuple[SheetLayout, int]]:
    """Give every sheet its rows, by the shares of the centres."""
    sheets = SHEETS[layout]
    weights = [CENTERS.weights[sheet.center] if sheet.center else 1.0 for sheet in sheets]
    done, weight_so_far = 0, 0.0
    for sheet, weight in zip(sheets, weights, strict=True):
        weight_so_far += weight
        upto = round(rows * weight_so_far / sum(weights))
        yield sheet, upto - done
        done = upto


class _SheetWriter:
    """Writes one sheet: flights, their repeats a few rows further down, empty rows and rows that nobody can read."""

    def __init__(self, book: Any, sheet: SheetLayout, maker: FlightMaker, truth: TruthWriter) -> None:
        self._sheet, self._maker, self._truth = sheet, maker, truth
        self._chance = maker.chance
        self._page = book.add_worksheet(sheet.name)
        self._formats = [book.add_format({"num_format": code}) if code else None for code in sheet.formats]
        self._row = 0
        self._repeats: list[tuple[int, int, int, tuple[CellValue, ...]]] = []
        self._facts: set[tuple[object, ...]] = set()

    def write(self, count: int) -> None:
        """Write header and rows."""
        for cells in (*self._sheet.above, self._sheet.header, *self._sheet.below):
            self._put(cells)
        for rows_left in range(count, 0, -1):
            if self._repeats and (len(self._repeats) >= rows_left or self._repeats[0][0] <= self._row):
                _, _, number, cells = heapq.heappop(self._repeats)
                self._note(cells, flight=number, repeated=True)
                continue
            telegram_set = TELEGRAMS.pick(self._chance)
            # Below the last filled row a sheet has no rows.
            self._write_row("shr" if telegram_set == "empty" and rows_left == 1 else telegram_set)

    def _write_row(self, telegram_set: str) -> None:
        center = self._sheet.center or CENTERS.pick(self._chance)
        if telegram_set == "empty":
            self._note((None,) * len(self._sheet.header))
        elif telegram_set == "nothing_readable" and self._sheet.is_table:
            self._note(unreadable_cells(self._sheet), reject="TABLE_ROW_WITHOUT_FACTS")
        elif telegram_set == "nothing_readable":
            blank = self._blank()
            cells = self._telegram_cells(center, self._chance.choice(_UNREADABLE), blank, blank)
            self._note(cells, reject="TELEGRAM_NOT_RECOGNISED")
        else:
            self._write_flight(self._new_flight(center, self._possible(telegram_set)))

    def _possible(self, telegram_set: str) -> str:
        """Give the telegrams that the sheet has room for."""
        if self._sheet.is_table:
            return "shr_dep_arr"
        return "shr" if len(self._sheet.header) == 1 and telegram_set != "delayed" else telegram_set

    def _new_flight(self, center: str, telegram_set: str) -> InventedFlight:
        """Draw a flight; one without a plan's number must differ from all others in what it says."""
        while True:
            flight = self._maker.flight(center, telegram_set)
            if self._sheet.is_table:
                restrict_to(self._sheet, flight)
            if flight.sid is not None:
                return flight
            facts = (flight.callsign, flight.regs, flight.dep_dt, telegrams.to_minutes(flight.dep_arc))
            if facts not in self._facts:
                self._facts.add(facts)
                return flight

    def _write_flight(self, flight: InventedFlight) -> None:
        truth = flight_truth(flight)
        cells = self._cells(flight)
        repeat = self._repeat(flight, truth) if self._chance.random() < REPEATED else None
        number = self._truth.flight(truth)
        self._note(cells, flight=number)
        if repeat is not None:
            due = self._row + self._chance.randrange(1, _MOST_ROWS_BETWEEN_REPEATS)
            heapq.heappush(self._repeats, (due, self._row, number, repeat))

    def _repeat(self, flight: InventedFlight, truth: Truth) -> tuple[CellValue, ...]:
        """Write the later row of a flight; a corrected landing changes the truth."""
        kind = REPEATS.pick(self._chance)
        both = flight.telegrams == "shr_dep_arr"
        if kind == "without_landing" and both:
            return self._cells(replace(flight, telegrams="shr_dep"))
        if kind == "corrected_landing" and both and flight.arr_dt and (flight.duration or 0) > 2:
            corrected = flight.with_landing_at(flight.arr_dt - timedelta(minutes=1))
            changed = flight_truth(corrected)
            truth |= {name: changed[name] for name in ("arr_dt", "duration_min")}
            return self._cells(corrected)
        return self._cells(flight)

    def _cells(self, flight: InventedFlight) -> tuple[CellValue, ...]:
        if self._sheet.is_table:
            return table_cells(self._sheet, flight)
        shr, dep, arr = telegram_cells(flight)
        if self._sheet.escapes:
            shr, dep, arr = map(telegrams.escaped, (shr, dep and f"{dep}\nНННН", arr and f"{arr}\nНННН"))
        blank = self._blank()
        return self._telegram_cells(flight.center, shr or blank, dep or blank, arr or blank, flight.plan_dep)

    def _telegram_cells(
        self, center: str, shr: str, dep: str, arr: str, day: datetime | None = None
    ) -> tuple[CellValue, ...]:
        by_title: dict[str, CellValue] = {"Центр ЕС ОрВД": center, "DEP": dep, "ARR": arr, "№ п/п": self._row}
        by_title["Дата полёта"] = day and day.replace(hour=0, minute=0)
        return tuple(by_title.get(title, shr) or None for title in self._sheet.header)

    def _blank(self) -> str:
        return {"empty": "", "nan": "nan", "dash": "-"}[BLANK_CELLS.pick(self._chance)]

    def _note(self, cells: tuple[CellValue, ...], **what: Any) -> None:
        self._put(cells)
        self._truth.row(self._sheet.name, self._row, **what)

    def _put(self, cells: Sequence[CellValue]) -> None:
        for column, value in enumerate(cells):
            if isinstance(value, str):
                self._page.write_string(self._row, column, value)
            elif isinstance(value, datetime):
                naive = value.astimezone(UTC).replace(tzinfo=None)
                self._page.write_datetime(self._row, column, naive, self._formats[column])
            elif isinstance(value, time):
                self._page.write_datetime(self._row, column, value, self._formats[column])
            elif value is not None:
                self._page.write_number(self._row, column, value)
        self._row += 1


def telegram_cells(flight: InventedFlight) -> tuple[str, str, str]:
    """Write a flight as the cells SHR, DEP and ARR, framed as its row has them; '' for what it has not."""
    parts = flight.telegrams.split("_")
    shr = write_shr(flight) if flight.telegrams != "dep_arr" else ""
    if shr and flight.telegrams != "delayed":
        shr = telegrams.framed(shr, flight.frame)
    dep = write_dep(flight) if "dep" in parts else ""
    arr = write_arr(flight) if "arr" in parts else ""
    if flight.telegrams == "cancelled":
        dep = write_cnl(flight)
    if flight.envelope:
        number = int(flight.sid or "777") % 1_000
        shr, dep = (
            text and telegrams.enveloped(text, number, flight.plan_day, flight.plan_written) for text in (shr, dep)
        )
    return shr, dep, arr
