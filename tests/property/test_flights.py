"""Properties of putting telegrams together, over rows made from the grammar."""

import random
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.flights import Flight, Reading, Reject, Row, TableRow, TelegramRow, build, read
from shared.problems import PROBLEMS, ProblemKind
from shared.telegrams import Kind
from testing import strategies
from testing.telegrams import render

cells = st.one_of(st.none(), strategies.scraps, st.text(max_size=60), strategies.telegrams.map(render))
table_cells = st.one_of(
    st.none(),
    st.sampled_from(
        ["2024-01-05T09:00:00", "2024-01-05", "09:00:00", "0900", "45296.5", "ZZZZ", "5512N06124E", "2BLA"]
    ),
    st.text(max_size=12),
)
rows: st.SearchStrategy[Row] = st.one_of(
    st.builds(TelegramRow, cells, cells, cells, cells), st.builds(TableRow, *[table_cells] * 15)
)


@given(rows, st.one_of(st.none(), st.just((date(2024, 1, 1), date(2025, 12, 31)))))
def test_every_row_is_a_flight_a_reject_or_empty(row: Row, period: tuple[date, date] | None) -> None:
    said = read(row, period=period)
    same = read(row)
    assert type(said) is type(same)
    assert not isinstance(said, Reading) or not isinstance(same, Reading) or said.key == same.key
    if isinstance(said, Reject):
        assert PROBLEMS[said.code].kind is ProblemKind.REJECT
    elif said is not None:
        assert len(said.key) == 16
        sound(build([said]))


def sound(flight: Flight) -> None:
    """What holds of any flight."""
    assert set(flight.problems) <= set(PROBLEMS)
    assert list(flight.problems) == sorted(set(flight.problems))
    for point in (flight.dep, flight.arr, flight.position):
        assert point is None or (abs(point.lat) <= 90 and abs(point.lon) <= 180)
    for moment in (flight.dep_dt, flight.arr_dt, flight.plan_dep_dt, flight.plan_arr_dt):
        assert moment is None or moment.utcoffset() == timedelta(0)
    if flight.dep_dt and flight.arr_dt:
        lasted = (flight.arr_dt - flight.dep_dt) // timedelta(minutes=1)
        assert flight.duration_min == (lasted if lasted >= 0 else None)
        assert ("LANDING_BEFORE_TAKE_OFF" in flight.problems) == (lasted < 0)
        assert ("DURATION_OVER_DAY" in flight.problems) == (lasted > 1440)
    else:
        assert flight.duration_min is None
    assert flight.level_m is None or flight.level_m[0] <= flight.level_m[1]
    assert flight.uav_count is None or 1 <= flight.uav_count < 1000
    assert all(reg and not reg.startswith(".") and not reg.endswith(".") for reg in flight.regs)
    assert len(set(flight.regs)) == len(flight.regs)


@given(strategies.days, strategies.minutes, strategies.minutes)
def test_landing_of_2024_by_the_clock(day: date, off: int, on: int) -> None:
    """A landing that has a time only is the first such time after the take-off."""
    flown = f"{off // 60:02}{off % 60:02}"
    row = TelegramRow(
        None,
        None,
        f"(DEP-ZZZZZ-ZZZZ{flown}-ZZZZ-DOF/{day:%y%m%d} SID/7770000001)",
        f"(ARR-ZZZZZ-ZZZZ{flown}-ZZZZ{on // 60:02}{on % 60:02}-DOF/{day:%y%m%d} SID/7770000001)",
    )
    said = read(row)
    assert isinstance(said, Reading)
    flight = build([said])
    assert flight.duration_min == (on - off) % 1440
    assert ("LANDING_NEXT_DAY" in flight.problems) == (on < off)


@st.composite
def histories(draw: st.DrawFn) -> list[Reading]:
    """What several rows say of one flight, oldest first."""
    readings: list[Reading] = []
    for _ in range(draw(st.integers(1, 3))):
        texts: list[str | None] = []
        for strategy in (strategies.plans(), strategies.keyed(), strategies.bracketed()):
            telegram = draw(st.one_of(st.none(), strategy))
            texts.append(render(telegram._replace(sid="7770000001")) if telegram else None)
        cancelled = draw(st.sampled_from([False, False, True]))
        if cancelled:
            texts[0] = f"{texts[0] or ''}\n(CNL-ZZZZZ-ZZZZ0700-ZZZZ-DOF/250410 SID/7770000001)"
        said = read(TelegramRow(draw(st.sampled_from([None, "Тюменский", "Самарский"])), *texts))
        if isinstance(said, Reading):
            readings.append(said)
    if not readings:
        said = read(TelegramRow(None, "(CNL-ZZZZZ-ZZZZ0700-ZZZZ-DOF/250410 SID/7770000001)", None, None))
        assert isinstance(said, Reading)
        readings.append(said)
    return readings


@given(histories(), st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_matter(readings: list[Reading], shuffle: random.Random) -> None:
    stamped = list(enumerate(readings))
    shuffle.shuffle(stamped)
    assert build([reading for _, reading in sorted(stamped, key=lambda pair: pair[0])]) == build(readings)


@given(histories())
def test_repeats_change_nothing(readings: list[Reading]) -> None:
    once = build(readings)
    assert build([*readings, readings[-1]]) == once
    assert build([readings[0], *readings]) == once
    assert build([reading for reading in readings for _ in range(2)]) == once
    sound(once)


@given(histories())
def test_absent_erases_nothing_and_newest_wins(readings: list[Reading]) -> None:
    flight, newest = build(readings), build(readings[-1:])
    for name in ("sid", "callsign", "uav_type", "uav_count", "center", "arr_dt", "plan_dep_dt", "level_m", "zone"):
        values = [getattr(build([reading]), name) for reading in readings]
        if name != "callsign" and getattr(newest, name) is not None:
            assert getattr(flight, name) == getattr(newest, name)
        assert (getattr(flight, name) is None) == all(value is None for value in values)
    for name in ("dep", "arr", "position"):
        assert (getattr(flight, name) is None) == all(getattr(build([one]), name) is None for one in readings)


@given(strategies.plans(), strategies.noises)
def test_natural_identity_stands_noise(plan: object, noises: list[str]) -> None:
    bare = plan._replace(sid=None)  # type: ignore[type-var]
    assert bare.kind is Kind.SHR  # type: ignore[attr-defined]
    text = render(bare)  # type: ignore[arg-type]
    noisy = text
    for noise in noises:
        noisy = strategies.NOISES[noise](noisy)
    said, again = read(TelegramRow(None, text, None, None)), read(TelegramRow("X", noisy, None, None))
    assert isinstance(said, Reading)
    assert isinstance(again, Reading)
    heading = "heading" in noises and bare.day is None and bare.dep is None  # type: ignore[attr-defined]
    assert heading or said.key == again.key
