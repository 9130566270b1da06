"""Rows of telegrams: many as a workbook has them, and one of each year that tests change one thing at a time."""

from collections.abc import Iterator

from shared.flights import Flight, Reading, TelegramRow, build, read
from testing.gazetteer import CENTERS
from testing.invented_flights import FlightMaker
from testing.workbooks import telegram_cells

SHR = (
    "(SHR-ZZZZZ\n"
    "-ZZZZ0700\n"
    "-M0010/M0025 /ZONA MR05512/\n"
    "-ZZZZ0430\n"
    "-DEP/5512N06124E DEST/5513N06125E DOF/250410 EET/USSS0001\n"
    "OPR/ООО ВЫДУМКА REG/012A345 TYP/BLA RMK/СЪЕМКА ПОЛЯ ОПЕРАТОР\n"
    "ПРИДУМАНОВ +70000000000 SID/7770000001)"
)
DEP = "-TITLE IDEP\n-SID 7770000001\n-ADD 250410\n-ATD 0712\n-ADEP ZZZZ\n-ADEPZ 551230N0612430E\n-PAP 0\n-REG 012A345"
ARR = "-TITLE IARR\n-SID 7770000001\n-ADA 250410\n-ATA 0955\n-ADARR ZZZZ\n-ADARRZ 551231N0612431E\n-PAP 0\n-REG 012A345"
SHR24 = (
    "(SHR-ZZZZZ\n"
    "-ZZZZ2100\n"
    "-M0016/M0026 /ZONA R0,7 5509N03737E/\n"
    "-ZZZZ0500\n"
    "-DEP/5509N03737E DEST/5510N03738E DOF/240105 EET/UUWV0001\n"
    "OPR/ВЫДУМКИН ПЕТР ПЕТРОВИ4 REG/07X4935 TYP/BLA RMK/МР11608, СЪЕМКА SID/7770000002)"
)
DEP24 = "(DEP-ZZZZZ-ZZZZ2105-ZZZZ\n-REG/07X4935 DOF/240105 RMK/MR11608 DEP/5509N03737E DEST/5510N03738E)"
ARR24 = "(ARR-ZZZZZ-ZZZZ2105-ZZZZ2350\n-REG/07X4935 DOF/240105 RMK/MR11608 DEP/5509N03737E\n DEST/5510N03738E)"

ROW = TelegramRow("Екатеринбургский", SHR, DEP, ARR)
ROW24 = TelegramRow("Москва", SHR24, DEP24, ARR24)


def sample_rows(count: int, *, layout: str = "2025", seed: int = 1) -> Iterator[TelegramRow]:
    """Draw rows of the shares of a sample, without repeats, empty and unreadable ones."""
    maker = FlightMaker(seed, layout)
    for _ in range(count):
        center = CENTERS.pick(maker.chance)
        shr, dep, arr = telegram_cells(maker.flight(center, maker.draw_telegrams()))
        yield TelegramRow(center, shr or None, dep or None, arr or None)


def changed(row: TelegramRow, *changes: tuple[str, str, str]) -> TelegramRow:
    """Replace in the named cell; the text must be there."""
    cells = {"center": row.center, "shr": row.shr, "dep": row.dep, "arr": row.arr}
    for cell, was, now in changes:
        text = cells[cell] or ""
        assert was in text, (cell, was)
        cells[cell] = text.replace(was, now)
    return TelegramRow(**cells)


def flight(row: TelegramRow) -> Flight:
    """Read a row that must be a flight."""
    reading = read(row)
    assert isinstance(reading, Reading), reading
    return build([reading])
