"""Which telegrams of a row are of its flight, and in what order plans, changes and cancellations count.

A row is written as its three cells, each a list of telegrams by name; the flight that must come of it as
``number plan state take-off landing``, a dash for what is absent.
"""

from datetime import datetime

import pytest

from shared.flights import Flight, Reading, TelegramRow, build, read
from shared.flights.membership import members
from shared.telegrams import Kind, Movement, Plan

A, B = "7770000001", "7770000999"
SLIP, SWAPPED = "7770000002", "7770000010"
"""Numbers that differ from A by one digit, and by two neighbours swapped."""
HERE, BESIDE, NORTH, THERE = "5512N06124E", "551230N0612430E", "5600N06124E", "500000N0400000E"
OTHER, SEVERAL, REPEATED = "TELEGRAM_OF_ANOTHER_FLIGHT", "ROW_SEVERAL_FLIGHTS", "ROW_REPEATED_TELEGRAM"


def _shr(sid: str | None, time: str = "0700", day: str = "250410", callsign: str = "ZZZZZ", dest: str = HERE) -> str:
    number = f" RMK/СЪЕМКА SID/{sid}" if sid else ""
    return f"(SHR-{callsign}\n-ZZZZ{time}\n-M0010/M0025\n-ZZZZ0430\n-DEP/{HERE} DEST/{dest} DOF/{day} TYP/BLA{number})"


def _dep(sid: str | None, time: str = "0712", day: str = "250410", place: str = BESIDE) -> str:
    number = f"-SID {sid}\n" if sid else ""
    return f"-TITLE IDEP\n{number}-ADD {day}\n-ATD {time}\n-ADEP ZZZZ\n-ADEPZ {place}\n-PAP 0"


def _arr(sid: str | None, time: str = "0955", day: str = "250410", place: str = BESIDE) -> str:
    number = f"-SID {sid}\n" if sid else ""
    return f"-TITLE IARR\n{number}-ADA {day}\n-ATA {time}\n-ADARR ZZZZ\n-ADARRZ {place}\n-PAP 0"


def _bracketed(head: str, sid: str | None, day: str = "250410", more: str = "") -> str:
    return f"({head}\n-DOF/{day} RMK/ТЕКСТ{f' SID/{sid}' if sid else ''}{more})"


TELEGRAMS = {
    "shr.A": _shr(A),
    "shr.A.late": _shr(A, "0900"),
    "shr.A.bare": _shr(A).replace(" TYP/BLA", ""),
    "shr.B": _shr(B, "1111", "250420", "00999"),
    "shr": _shr(None),
    "shr.late": _shr(None, "0900"),
    "shr.725": _shr(None, callsign="00725"),
    "dep.A": _dep(A),
    "dep.A.again": _dep(A, "0714"),
    "dep.B": _dep(B, "1111", "250409", THERE),
    "dep": _dep(None),
    "dep.days-later": _dep(None, day="250413"),
    "shr.A.north": _shr(A, dest=NORTH),
    "dep.slip": _dep(SLIP),
    "dep.slip.there": _dep(SLIP, place=THERE),
    "dep.slip.late": _dep(SLIP, "1400"),
    "dep.slip.next-day": _dep(SLIP, day="250411"),
    "arr.A": _arr(A),
    "arr.B": _arr(B, "1222", "250409", THERE),
    "arr": _arr(None),
    "arr.swapped": _arr(SWAPPED),
    "arr.slip": _arr(SLIP),
    "arr.slip.north": _arr(SLIP, place=NORTH),
    "dep24": _bracketed("DEP-ZZZZZ-ZZZZ0712-ZZZZ", None),
    "dep24.725": _bracketed("DEP-00725-ZZZZ0712-ZZZZ", None),
    "dep24.999": _bracketed("DEP-00999-ZZZZ0712-ZZZZ", None),
    "arr24": _bracketed("ARR-ZZZZZ-ZZZZ0712-ZZZZ0955", None),
    "arr24.A": _bracketed("ARR-ZZZZZ-ZZZZ0712-ZZZZ0955", A),
    "arr24.B": _bracketed("ARR-ZZZZZ-ZZZZ1111-ZZZZ1222", B, "250409"),
    "cnl.A": _bracketed("CNL-ZZZZZ-ZZZZ0700-ZZZZ", A),
    "icnl.A": f"-TITLE ICNL\n-SID {A}",
    "cnl.B": _bracketed("CNL-ZZZZZ-ZZZZ0930-ZZZZ", B, "250409"),
    "cnl": _bracketed("CNL-ZZZZZ-ZZZZ0700-ZZZZ", None),
    "cnl.0900": _bracketed("CNL-ZZZZZ-ZZZZ0900-ZZZZ", None),
    "cnl.day-before": _bracketed("CNL-ZZZZZ-ZZZZ0700-ZZZZ", None, "250409"),
    "cnl.725": _bracketed("CNL-00725-ZZZZ0700-ZZZZ", None),
    "dla.A": _bracketed("DLA-ZZZZZ-ZZZZ0900-ZZZZ", A),
    "dla.B": _bracketed("DLA-ZZZZZ-ZZZZ1111-ZZZZ", B),
    "dla": _bracketed("DLA-ZZZZZ-ZZZZ0900-ZZZZ", None),
    "dla.725": _bracketed("DLA-00725-ZZZZ0900-ZZZZ", None),
    "chg.A": _bracketed("CHG-ZZZZZ-ZZZZ0700-ZZZZ", A, more="-13/ZZZZ0900"),
    "chg.B": _bracketed("CHG-00999-ZZZZ1111-ZZZZ", B, "250413", "-13/ZZZZ0900-18/DOF/250420"),
    "chg": _bracketed("CHG-ZZZZZ-ZZZZ0700-ZZZZ", None, more="-13/ZZZZ0900"),
    "chg.other-plan": _bracketed("CHG-ZZZZZ-ZZZZ0600-ZZZZ", None, more="-13/ZZZZ0900"),
    "chg.other-day": _bracketed("CHG-ZZZZZ-ZZZZ0700-ZZZZ", None, "250409", "-13/ZZZZ0900"),
}

OWN = "A 0700 flown 0712 0955"
PLANNED, CANCELLED = "A 0700 planned - -", "A 0700 cancelled - -"

ROWS = [
    # One flight, whatever the order of its telegrams and cells.
    ("shr.A | dep.A | arr.A", OWN, ()),
    ("dep.A | arr.A | shr.A", OWN, ()),
    ("arr.A dep.A shr.A | |", OWN, ()),
    ("| arr.A shr.A dep.A |", OWN, ()),
    # A take-off or landing of another number, before or behind the row's own, or alone.
    ("shr.A | dep.A dep.B | arr.A", OWN, (OTHER,)),
    ("shr.A | dep.B dep.A | arr.A", OWN, (OTHER,)),
    ("shr.A | dep.A dep.B | arr.A arr.B", OWN, (OTHER,)),
    ("shr.A | dep.B dep.A | arr.B arr.A", OWN, (OTHER,)),
    ("shr.A | dep.A | arr.A arr24.B", OWN, (OTHER,)),
    ("dep.B shr.A | dep.A | arr.A", OWN, (OTHER,)),
    ("shr.A | dep.B | arr.B", PLANNED, (OTHER,)),
    ("shr.A | dep.B | arr.A", "A 0700 flown - 0955", (OTHER,)),
    ("shr.A | dep.A | arr.B", "A 0700 flown 0712 -", (OTHER,)),
    # A plan of another number: DEP and ARR say which is the row's, else the first is.
    ("shr.A shr.B | dep.A | arr.A", OWN, (SEVERAL,)),
    ("shr.B shr.A | dep.A | arr.A", OWN, (SEVERAL,)),
    ("shr.B shr.A | dep | arr", OWN, (SEVERAL,)),
    ("shr.B shr.A | dep.B dep.A | arr.A", OWN, (SEVERAL, OTHER)),
    ("shr.A | shr.B |", PLANNED, (SEVERAL,)),
    ("shr.A shr.B | |", PLANNED, (SEVERAL,)),
    ("shr.B cnl.B shr.A | |", PLANNED, (SEVERAL, OTHER)),
    # Three flights in a cell.
    ("shr.A shr.B shr.725 | dep.A dep.B | arr.A arr.B", OWN, (SEVERAL, OTHER)),
    ("shr.A | dep.B dep.slip.there dep.A | arr.A arr.B", OWN, (OTHER,)),
    # Without a SHR the number that most telegrams name is the row's.
    ("| dep.A | arr.A", "A - flown 0712 0955", ()),
    ("| dep.B dep.A | arr.A", "A - flown 0712 0955", (OTHER,)),
    ("| dep.A | arr.B", "A - flown 0712 -", (OTHER,)),
    ("| dep.B | cnl.A arr24.A", "A - flown 0712 0955", (OTHER, "CANCELLED_YET_FLOWN")),
    # A SHR without a number belongs to the number of its DEP and ARR.
    ("shr | dep.A | arr.A", OWN, ()),
    ("shr | dep.A dep.B | arr.A", OWN, (OTHER,)),
    ("shr shr.late | dep.A | arr.A", OWN, (SEVERAL,)),
    # Telegrams without a number belong unless callsign, time or day contradict.
    ("shr.A | dep | arr", OWN, ()),
    ("shr.A | dep24 | arr24", OWN, ()),
    ("shr.A | dep24.725 | arr24", OWN, ()),
    ("shr.725 | dep24.999 | arr24", "- 0700 flown 0712 0955", (OTHER,)),
    ("shr.725 | dep24.725 | arr24", "- 0700 flown 0712 0955", ()),
    ("shr.A | dep.days-later | arr.A", "A 0700 flown - 0955", (OTHER,)),
    ("shr.A shr | dep.A | arr.A", OWN, (REPEATED,)),
    ("shr.A shr.late | dep.A | arr.A", OWN, (SEVERAL,)),
    ("shr.late shr.A | dep.A | arr.A", OWN, (SEVERAL,)),
    # A digit of the number wrong, all else right: one flight; neighbouring plans are not.
    ("shr.A | dep.slip | arr.A", OWN, ("SID_MISMATCH",)),
    ("shr.A | dep.slip | arr.swapped", OWN, ("SID_MISMATCH",)),
    ("shr.A | dep.A dep.slip | arr.A", OWN, (OTHER,)),
    ("shr.A | dep.slip.there | arr.A", "A 0700 flown - 0955", (OTHER,)),
    ("shr.A.north | dep.slip | arr.slip.north", OWN, ("SID_MISMATCH",)),
    ("shr.A.north | dep.A | arr.slip", "A 0700 flown 0712 -", (OTHER,)),
    ("shr.A | dep.slip.late | arr.A", "A 0700 flown - 0955", (OTHER,)),
    ("shr.A | dep.slip.next-day | arr.A", "A 0700 flown - 0955", (OTHER,)),
    # Cancellations: by number, or by callsign, field 13 and day.
    ("shr.A cnl.A | |", CANCELLED, ()),
    ("shr.A | cnl.A |", CANCELLED, ()),
    ("shr.A | | icnl.A", CANCELLED, ()),
    ("shr.A cnl | |", CANCELLED, ()),
    ("cnl.A | |", "A - cancelled - -", ()),
    ("shr.A cnl.B | |", PLANNED, (OTHER,)),
    ("shr.A cnl.B | dep.A | arr.A", OWN, (OTHER,)),
    ("cnl.B shr.A | |", PLANNED, (OTHER,)),
    ("shr.A cnl.0900 | |", PLANNED, (OTHER,)),
    ("shr.A cnl.day-before | |", PLANNED, (OTHER,)),
    ("shr.725 cnl.725 | |", "- 0700 cancelled - -", ()),
    ("shr.725 cnl | |", "- 0700 planned - -", (OTHER,)),
    ("shr.A cnl.725 | |", PLANNED, (OTHER,)),
    ("shr.A dla cnl.0900 | |", "A 0900 cancelled - -", ()),
    ("shr.A dla cnl | |", "A 0900 cancelled - -", ()),
    # A plan filed again behind its cancellation stands, and stands alone.
    ("shr.A cnl.A shr.A.late | |", "A 0900 planned - -", ()),
    ("shr.A.late cnl.A shr.A | dep.A | arr.A", OWN, ()),
    ("shr.A | cnl.A shr.A.late |", "A 0900 planned - -", ()),
    ("cnl.A shr.A | |", PLANNED, ()),
    ("shr.A cnl.A shr.A.late cnl.A | |", "A 0900 cancelled - -", ()),
    ("shr cnl shr.late | |", "- 0900 planned - -", (SEVERAL, OTHER)),
    # A take-off or a landing outweighs a cancellation.
    ("shr.A cnl.A | dep.A | arr.A", OWN, ("CANCELLED_YET_FLOWN",)),
    ("shr.A | dep.A | cnl.A", "A 0700 flown 0712 -", ("CANCELLED_YET_FLOWN",)),
    ("shr.A | cnl.A | arr.A", "A 0700 flown - 0955", ("CANCELLED_YET_FLOWN",)),
    ("shr.A cnl.A | dep.B | arr.B", CANCELLED, (OTHER,)),
    # Changes and delays: those of the flight, in order; before their plan too.
    ("shr.A dla.A | |", "A 0900 planned - -", ()),
    ("dla.A shr.A | |", "A 0900 planned - -", ()),
    ("shr.A dla | |", "A 0900 planned - -", ()),
    ("shr.A dla.A shr.A | |", PLANNED, (REPEATED,)),
    ("shr.A dla.B | |", PLANNED, (OTHER,)),
    ("shr.725 dla.725 | |", "- 0900 planned - -", ()),
    ("shr.A chg.A | |", "A 0900 planned - -", ()),
    ("shr.A chg | |", "A 0900 planned - -", ()),
    ("shr.A chg.B | dep.A | arr.A", OWN, (OTHER,)),
    ("shr.A chg.other-plan | |", PLANNED, (OTHER,)),
    ("shr.A chg.other-day | |", PLANNED, (OTHER,)),
    ("shr.A chg.A cnl.A | |", "A 0900 cancelled - -", ()),
    # Repeated telegrams of the flight: the later one counts.
    ("shr.A shr.A | dep.A | arr.A", OWN, (REPEATED,)),
    ("shr.A | dep.A.again dep.A | arr.A", OWN, (REPEATED,)),
    ("shr.A | dep.A dep.B dep.A.again | arr.A", "A 0700 flown 0714 0955", (REPEATED, OTHER)),
]
OF_THE_ROW = {OTHER, SEVERAL, REPEATED, "SID_MISMATCH", "CANCELLED_YET_FLOWN"}


def flight_of(cells: str) -> Flight:
    """Read the row of cells named as in ROWS."""
    texts = ["\n".join(TELEGRAMS[name] for name in cell.split()) or None for cell in cells.split("|")]
    reading = read(TelegramRow("Екатеринбургский", *texts))
    assert isinstance(reading, Reading)
    return build([reading])


def _clock(moment: datetime | None) -> str:
    return f"{moment:%H%M}" if moment else "-"


@pytest.mark.parametrize(("cells", "expected", "problems"), ROWS, ids=[cells for cells, _, _ in ROWS])
def test_telegrams_of_a_row(cells: str, expected: str, problems: tuple[str, ...]) -> None:
    flight = flight_of(cells)
    number = {A: "A", B: "B", None: "-"}[flight.sid]
    times = [_clock(moment) for moment in (flight.plan_dep_dt, flight.dep_dt, flight.arr_dt)]
    assert f"{number} {times[0]} {flight.state} {times[1]} {times[2]}" == expected
    assert OF_THE_ROW & set(flight.problems) == set(problems)
    for point in (flight.dep, flight.arr):
        assert point is None or point.lat > 55, "a point of another flight"


def test_a_plan_filed_again_takes_nothing_from_the_cancelled_one() -> None:
    assert flight_of("shr.A cnl.A shr.A.bare | |").uav_type is None
    assert flight_of("shr.A shr.A.bare | |").uav_type == "BLA"


def test_a_number_with_letters_counts_if_the_shr_or_two_telegrams_say_so() -> None:
    letters = "VSTK0160"
    shr, dep, arr = Plan(Kind.SHR, sid=letters), Movement(Kind.DEP, sid=letters), Movement(Kind.ARR, sid=letters)
    for telegrams in ([shr], [shr, dep], [dep, arr], [shr, Movement(Kind.DEP)]):
        assert members(telegrams).sid == letters
    for telegrams in ([dep], [Movement(Kind.DEP), arr], [Plan(Kind.SHR, sid=A), dep]):
        chosen, sid, _ = members(telegrams)
        assert sid in (None, A)
        assert "SID_UNREADABLE" in [note.code for telegram in chosen for note in telegram.notes]


def test_what_is_set_aside_does_not_decide_who_the_flight_is() -> None:
    keys = {flight_of(cells).key for cells in ("shr.A | dep.A | arr.A", "shr.B shr.A | dep.A dep.B | arr.A cnl.B")}
    assert len(keys) == 1
