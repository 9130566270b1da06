"""Where a flight took off and landed, when its telegrams say different things, and a take-off behind midnight."""

from datetime import datetime

import pytest

from shared.flights import Flight, Reading, TableRow, TelegramRow, build, read

SHR = (
    "(SHR-ZZZZZ\n-{field13}\n-M0010/M0025 /ZONA MR05512/\n-{field16}\n"
    "-DEP/{dep} DEST/{dest} DOF/240410 TYP/BLA RMK/СЪЕМКА SID/7770000001)"
)
DEP24 = "(DEP-ZZZZZ-{field13}-{field16}\n-DOF/240410 RMK/ТЕКСТ{items})"
ARR24 = "(ARR-ZZZZZ-{field13}-{field17}\n-DOF/240410 RMK/ТЕКСТ{items})"
DEP = "-TITLE IDEP\n-SID 7770000001\n-ADD 240410\n-ATD 0712\n{}\n-PAP 0"
ARR = "-TITLE IARR\n-SID 7770000001\n-ADA 240410\n-ATA 0955\n{}\n-PAP 0"
DIFFERS_OFF, UNKNOWN_OFF = "TAKE_OFF_PLACE_DIFFERS", "TAKE_OFF_PLACE_UNKNOWN"
DIFFERS_ON, UNKNOWN_ON = "LANDING_PLACE_DIFFERS", "LANDING_PLACE_UNKNOWN"
PLANNED = (55.2, 61.4)
"""5512N06124E, where the plan takes off and lands."""


def plan(
    dep: str = "5512N06124E", dest: str = "5512N06124E", field13: str = "ZZZZ0700", field16: str = "ZZZZ0430"
) -> str:
    """A plan of 10 April 2024."""
    return SHR.format(dep=dep, dest=dest, field13=field13, field16=field16)


def dep24(items: str = "", field13: str = "ZZZZ0712", field16: str = "ZZZZ") -> str:
    """A take-off of 2024."""
    return DEP24.format(field13=field13, field16=field16, items=f" {items}" if items else "")


def arr24(items: str = "", field13: str = "ZZZZ0712", field17: str = "ZZZZ0955") -> str:
    """A landing of 2024."""
    return ARR24.format(field13=field13, field17=field17, items=f" {items}" if items else "")


def flight(*cells: str | None) -> Flight:
    """Read a row of SHR, DEP and ARR."""
    reading = read(TelegramRow("Екатеринбургский", *(*cells, None, None, None)[:3]))
    assert isinstance(reading, Reading)
    return build([reading])


TAKE_OFFS = [
    # What DEP or ARR of 2024 say goes before the plan, where they differ by more than they are precise.
    (plan(), dep24("DEP/5512N06124E"), None, PLANNED, "SHR DEP/", None),
    (plan(), dep24("DEP/5601N06201E"), None, (56.016667, 62.016667), "DEP DEP/", DIFFERS_OFF),
    (plan(), dep24(), arr24("DEP/5601N06201E"), (56.016667, 62.016667), "ARR DEP/", DIFFERS_OFF),
    (plan(), dep24("DEP/551230N0612430E"), None, PLANNED, "SHR DEP/", None),
    (plan(), dep24("DEP/5513N06125E"), None, PLANNED, "SHR DEP/", None),
    (plan(), dep24("DEP/5514N06124E"), None, (55.233333, 61.4), "DEP DEP/", DIFFERS_OFF),
    (plan("551230N0612430E"), dep24("DEP/551232N0612430E"), None, (55.208889, 61.408333), "DEP DEP/", DIFFERS_OFF),
    (plan("551230N0612430E"), dep24("DEP/5512N06124E"), None, (55.208333, 61.408333), "SHR DEP/", None),
    (plan("6500N18000E"), dep24("DEP/6500N17959W"), None, (65.0, 180.0), "SHR DEP/", None),
    (plan("МЕСТО"), dep24("DEP/5601N06201E"), None, (56.016667, 62.016667), "DEP DEP/", None),
    (plan(), dep24("DEP/5660N06201E"), None, PLANNED, "SHR DEP/", None),
    # The coordinate of the event goes before all.
    (plan(), DEP.format("-ADEP ZZZZ\n-ADEPZ 5601N06201E"), None, (56.016667, 62.016667), "DEP ADEPZ", None),
    (plan(), DEP.format("-ADEP 5601N06201E"), None, (56.016667, 62.016667), "DEP ADEP", None),
    (plan(), DEP.format("-ADEP UUDD\n-ADEPZ 5601N06201E"), None, (56.016667, 62.016667), "DEP ADEPZ", None),
    (plan(), DEP.format("-ADEP ZZZZ\n-ADEPZ ДОМОДЕДОВО 5601N06201E"), None, (56.016667, 62.016667), "DEP ADEPZ", None),
    # Another aerodrome, or a name without a coordinate, forbids the plan's point.
    (plan(), DEP.format("-ADEP UUDD"), None, None, None, UNKNOWN_OFF),
    (plan(), DEP.format("-ADEP ZZZZ\n-ADEPZ АЭР ДОМОДЕДОВО"), None, None, None, UNKNOWN_OFF),
    (plan(), DEP.format("-ADEP ДОМОДЕДОВО"), None, None, None, UNKNOWN_OFF),
    (plan(), dep24(field13="UUDD0712"), None, None, None, UNKNOWN_OFF),
    (plan(), dep24("DEP/АЭР ДОМОДЕДОВО 1234"), None, None, None, UNKNOWN_OFF),
    (plan(), None, arr24(field13="UUDD0712"), None, None, UNKNOWN_OFF),
    # Not so the plan's own, or what names no place.
    (plan(), DEP.format("-ADEP ZZZZ"), None, PLANNED, "SHR DEP/", None),
    (plan(), DEP.format("-ADEP ЗЗЗЗ"), None, PLANNED, "SHR DEP/", None),
    (plan(), DEP.format("-PAP 0"), None, PLANNED, "SHR DEP/", None),
    (plan(), DEP.format("-ADEP ZZZZ\n-ADEPZ ТАМ ЖЕ"), None, PLANNED, "SHR DEP/", None),
    (plan(), DEP.format("-ADEP ZZZZ\n-ADEPZ NIL"), None, PLANNED, "SHR DEP/", None),
    (plan(), DEP.format("-ADEP ZZZZ\n-ADEPZ ЗОНА MR05512"), None, PLANNED, "SHR DEP/", None),
    (plan(field13="UUDD0700"), DEP.format("-ADEP UUDD"), None, PLANNED, "SHR DEP/", None),
    (plan("ДЕР ЕЛОВКА 5512N06124E"), DEP.format("-ADEPZ П. ЕЛОВКА"), None, PLANNED, "SHR DEP/", None),
    (plan("ДЕР ЕЛОВКА 5512N06124E"), DEP.format("-ADEPZ П. СОСНОВКА"), None, None, None, UNKNOWN_OFF),
    (plan(), DEP.format("-ADEP ZZZZ\n-ADEPZ 5660N06124E"), None, PLANNED, "SHR DEP/", None),
    (plan("ВЫДУМКА"), DEP.format("-ADEP UUDD"), None, None, None, None),
]
LANDINGS = [
    (plan(), None, arr24("DEST/5512N06124E"), PLANNED, "SHR DEST/", None),
    (plan(), None, arr24("DEST/5601N06201E"), (56.016667, 62.016667), "ARR DEST/", DIFFERS_ON),
    (plan(), dep24("DEST/5601N06201E"), arr24(), (56.016667, 62.016667), "DEP DEST/", DIFFERS_ON),
    (plan(), dep24("DEST/5602N06202E"), arr24("DEST/5601N06201E"), (56.016667, 62.016667), "ARR DEST/", DIFFERS_ON),
    (plan(), None, ARR.format("-ADARR UUDD"), None, None, UNKNOWN_ON),
    (plan(), None, ARR.format("-ADARR ZZZZ\n-ADARRZ АЭР ДОМОДЕДОВО"), None, None, UNKNOWN_ON),
    (plan(), None, arr24(field17="UUDD0955"), None, None, UNKNOWN_ON),
    (plan(), dep24(field16="UUDD"), None, None, None, UNKNOWN_ON),
    (plan(), dep24(field16="UUDD"), arr24(), PLANNED, "SHR DEST/", None),
    (plan(field16="UUDD0430"), None, ARR.format("-ADARR UUDD"), PLANNED, "SHR DEST/", None),
    (plan(), None, ARR.format("-ADARR ZZZZ"), PLANNED, "SHR DEST/", None),
]


@pytest.mark.parametrize(("shr", "dep", "arr", "point", "source", "code"), TAKE_OFFS)
def test_take_off_place(
    shr: str, dep: str | None, arr: str | None, point: tuple[float, float] | None, source: str | None, code: str | None
) -> None:
    read_flight = flight(shr, dep, arr)
    off = read_flight.dep
    assert ((off.lat, off.lon), off.source) == (point, source) if off else point is None
    assert {DIFFERS_OFF, UNKNOWN_OFF} & set(read_flight.problems) == ({code} if code else set())


@pytest.mark.parametrize(("shr", "dep", "arr", "point", "source", "code"), LANDINGS)
def test_landing_place(
    shr: str, dep: str | None, arr: str | None, point: tuple[float, float] | None, source: str | None, code: str | None
) -> None:
    read_flight = flight(shr, dep, arr)
    on = read_flight.arr
    assert ((on.lat, on.lon), on.source) == (point, source) if on else point is None
    assert {DIFFERS_ON, UNKNOWN_ON} & set(read_flight.problems) == ({code} if code else set())


def test_a_withheld_take_off_place_gives_no_region() -> None:
    read_flight = flight(plan(), DEP.format("-ADEP UUDD"), ARR.format("-ADARRZ 5601N06201E"))
    assert read_flight.position == read_flight.arr
    assert read_flight.position is not None
    assert read_flight.position.lat == 56.016667


def test_a_table_row_that_names_a_place_withholds_the_plans() -> None:
    cells = {"date": "2024-04-10", "dep_time": "0712", "remarks": "SID/7770000001", "callsign": "ZZZZZ"}
    shr = read(TelegramRow(None, plan(), None, None))
    for names, off, on in (
        ({"dep_name": "ДОМОДЕДОВО"}, None, PLANNED),
        ({"arr_place": "UUDD"}, PLANNED, None),
        ({"dep_place": "ZZZZ", "arr_place": "-"}, PLANNED, PLANNED),
    ):
        table = read(TableRow(**cells, **names))
        assert isinstance(shr, Reading)
        assert isinstance(table, Reading)
        both = build([shr, table])
        places = [(point.lat, point.lon) if point else None for point in (both.dep, both.arr)]
        assert places == [off, on]


@pytest.mark.parametrize(
    ("planned", "dep", "arr", "off", "on"),
    [
        # plan    DEP         ARR: take-off, landing   take-off  landing, each with its day of April
        ("2350", "0010", ("0010", "0145"), "11 0010", "11 0145"),
        ("2350", "0010", None, "11 0010", None),
        ("2350", None, ("0010", "0145"), "11 0010", "11 0145"),
        ("2350", "0010", ("", "0145"), "11 0010", "11 0145"),
        ("2350", "2355", ("2355", "0145"), "10 2355", "11 0145"),
        ("2350", "2340", ("2340", "2355"), "10 2340", "10 2355"),
        ("2350", "1150", ("1150", "1300"), "10 1150", "10 1300"),
        ("2350", "1149", ("1149", "1300"), "11 1149", "11 1300"),
        ("0010", "2350", ("2350", "0145"), "10 2350", "11 0145"),
        ("2400", "0010", ("0010", "0145"), "11 0010", "11 0145"),
    ],
)
def test_take_off_behind_midnight(
    planned: str, dep: str | None, arr: tuple[str, str] | None, off: str, on: str | None
) -> None:
    read_flight = flight(
        plan(field13=f"ZZZZ{planned}"),
        dep24(field13=f"ZZZZ{dep}") if dep else None,
        arr24(field13=f"ZZZZ{arr[0]}", field17=f"ZZZZ{arr[1]}") if arr else None,
    )
    assert (_day_and_time(read_flight.dep_dt), _day_and_time(read_flight.arr_dt)) == (off, on)
    assert ("TAKE_OFF_NEXT_DAY" in read_flight.problems) == (off[:2] == "11")


def _day_and_time(moment: datetime | None) -> str | None:
    return f"{moment:%d %H%M}" if moment else None


def test_a_take_off_with_its_own_day_is_not_moved() -> None:
    assert flight(plan(field13="ZZZZ2350"), DEP.format("-ADEP ZZZZ")).dep_dt == datetime.fromisoformat(
        "2024-04-10T07:12Z"
    )
    dated = dep24(field13="ZZZZ0010").replace("240410", "240411")
    assert _day_and_time(flight(plan(field13="ZZZZ2350"), dated).dep_dt) == "11 0010"
    without_day = dep24(field13="ZZZZ0010").replace("DOF/240410 ", "")
    assert _day_and_time(flight(plan(field13="ZZZZ2350"), without_day).dep_dt) == "11 0010"


def test_a_landing_without_a_day_follows_its_take_off() -> None:
    for landing, on in (("0955", "10 0955"), ("0010", "11 0010")):
        arr = ARR.format("-ADARR ZZZZ").replace("-ADA 240410\n", "").replace("0955", landing)
        read_flight = flight(plan(), DEP.format("-ADEP ZZZZ"), arr)
        assert _day_and_time(read_flight.arr_dt) == on
        assert "LANDING_DATE_FROM_PLAN" in read_flight.problems
        assert flight(plan(), None, arr).arr_dt is None
