"""Drafts: frozen values at the price of plain ones."""

from dataclasses import FrozenInstanceError, dataclass, field, fields, replace

import pytest

from shared.flights.model import Flight, Reading, make_flight, make_reading
from shared.telegrams import Kind, Movement, Plan
from shared.telegrams.drafts import draft
from shared.telegrams.model import make_movement, make_plan
from tests.golden.rows import ROW, flight


@pytest.mark.parametrize(("frozen", "make"), [(Plan, make_plan), (Movement, make_movement)])
def test_what_a_draft_makes_is_the_frozen_value(frozen: type, make: type) -> None:
    made, ordinary = make(Kind.DEP, sid="7770000001"), frozen(Kind.DEP, sid="7770000001")
    assert type(made) is frozen
    assert made == ordinary
    assert hash(made) == hash(ordinary)
    assert repr(made) == repr(ordinary)
    assert replace(made, sid=None) == frozen(Kind.DEP)
    with pytest.raises(FrozenInstanceError):
        made.sid = "x"


def test_a_flight_is_frozen() -> None:
    made = flight(ROW)
    assert type(made) is Flight
    with pytest.raises(FrozenInstanceError):
        made.sid = "x"  # type: ignore[misc]


def test_drafts_of_rows_have_all_fields() -> None:
    for frozen, make in ((Flight, make_flight), (Reading, make_reading)):
        made = make(*range(len(fields(frozen))))  # type: ignore[operator]
        assert [getattr(made, one.name) for one in fields(made)] == list(range(len(fields(frozen))))


def test_a_factory_is_refused() -> None:
    @dataclass(frozen=True, slots=True)
    class Bag:
        things: list[int] = field(default_factory=list)

    with pytest.raises(TypeError, match="things"):
        draft(Bag)
