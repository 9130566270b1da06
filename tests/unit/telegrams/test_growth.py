"""Reading and redacting take time in proportion to the text, whatever it repeats.

Each pattern stands in each field, two thousand and eight thousand characters long. What is quadratic takes sixteen
times as long for the second; what seems steep is looked at three times, for the machine does other things besides.
"""

import time
from collections.abc import Callable

import pytest

from shared.flights import Reading, TelegramRow, build, read
from shared.telegrams.redaction import redact

SHORT, LONG = 2_000, 8_000
CELL = 32_767
UNITS = (
    *(" ", "\n", "0", "1234567", "/", "-", "(", ")", "()", "\\", "°", "'", '"', ".", ",", ":", "N", "5543N"),
    *("5543N03718E", "5543N03718E ", "55 43 10N 037 18 20E ", "55°43'10\"N 37°18'20\"E ", "55.719 ", "5-", "1 2 3 "),
    *("Я", "О", "ИВАНОВ ", "+70000000000 ", "R1 ", "R0,5 ", "MR05 ", "МР-05512-", "/ZONA ", "M0005/", "M0005 "),
    *("DEP/", "REG/", "SID/7770000001 ", "DOF/250614 ", "RMK/", "TYP/", "2BLA/", "0A12345,", "0A1 2345 ", "A\n"),
    *("-ZZZZ0500", "(SHR-ZZZZZ-ZZZZ0700 ", "-TITLE ", "-TITLE IDEP -SID ", "-REG ", "\n-", "НННН ", "-13/", "D E P /"),
    *(
        "\u0301",
        "e\u0301",
        "\u00a0",
        "\r",
        "_x000D_",
        "<br>",
        "<",
        "&nbsp;",
        "\\n",
        "\ud83d\ude00",
        "ß",
        "2400",
        "МСК ",
    ),
)
FRAMES = {
    "field 7": "(SHR-{}-ZZZZ0700)",
    "field 15": "(SHR-ZZZZZ-ZZZZ0700-{}-ZZZZ0400-DOF/250614 SID/7770000001)",
    "zone": "(SHR-ZZZZZ-ZZZZ0700-M0005 /ZONA {}/-ZZZZ0400-DOF/250614 SID/7770000001)",
    "place": "(SHR-ZZZZZ-ZZZZ0700-DEP/{} DOF/250614)",
    "marks": "(SHR-ZZZZZ-ZZZZ0700-REG/{} DOF/250614)",
    "type": "(SHR-ZZZZZ-ZZZZ0700-TYP/{} DOF/250614)",
    "remark": "(SHR-ZZZZZ-ZZZZ0700-DOF/250614 RMK/{} SID/7770000001)",
    "remark of 2024": "(DEP-ZZZZZ-ZZZZ0700-ZZZZ-RMK/{} DEP/5543N03718E)",
    "change": "(CHG-ZZZZZ-ZZZZ0700-ZZZZ-DOF/250614-{})",
    "place in keys": "-TITLE IDEP\n-SID 7770000001\n-ADEPZ {}\n-PAP 0",
    "time in keys": "-TITLE IDEP\n-ATD {}\n-PAP 0",
    "marks in keys": "-TITLE IDEP\n-REG {}",
    "nothing": "{}",
    "before": "{}(SHR-ZZZZZ-ZZZZ0700-DOF/250614)",
    "behind": "(SHR-ZZZZZ-ZZZZ0700-DOF/250614){}",
}


def _read(text: str) -> None:
    reading = read(TelegramRow(None, text, None, None))
    if isinstance(reading, Reading):
        build([reading])


def _redact(text: str) -> None:
    redact(text)


def _seconds(work: Callable[[str], None], text: str) -> float:
    started = time.process_time()
    work(text)
    return time.process_time() - started


def _is_steep(work: Callable[[str], None], short: str, long: str) -> bool:
    return all(_seconds(work, long) > 8 * _seconds(work, short) + 0.01 for _ in range(3))


def _filled(frame: str, unit: str, length: int) -> str:
    return frame.format((unit * (length // len(unit) + 1))[:length])[:CELL]


@pytest.mark.parametrize("work", [_read, _redact])
@pytest.mark.parametrize("name", FRAMES)
def test_time_grows_with_the_text_alone(name: str, work: Callable[[str], None]) -> None:
    frame = FRAMES[name]
    steep = [unit for unit in UNITS if _is_steep(work, _filled(frame, unit, SHORT), _filled(frame, unit, LONG))]
    assert steep == []


@pytest.mark.parametrize("name", ["zone", "place", "marks", "remark", "place in keys"])
def test_a_full_cell_is_read(name: str) -> None:
    for unit in UNITS:
        _read(_filled(FRAMES[name], unit, CELL))
