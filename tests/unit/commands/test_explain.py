"""``fly-potato explain``: every field with what is read from it, repairs and doubts, in the terminal and as JSON."""

import io
import json
from collections.abc import Iterable

import pytest
from click.testing import CliRunner
from hypothesis import given
from rich.console import Console

from fly_potato.commands.explain import command, show
from shared.explain import explain
from shared.explain.labels import FIELDS
from shared.problems import PROBLEMS
from shared.telegrams import Telegram
from testing import strategies
from testing.rows import ARR, ARR24, DEP, DEP24, ROW, SHR, SHR24, flight
from testing.telegrams import render


def run(text: str, *options: str) -> tuple[int, str]:
    """Run the command."""
    result = CliRunner().invoke(command, options, input=text.encode())
    return result.exit_code, result.output


def pairs(fields: Iterable[object]) -> dict[str, tuple[str, str | None]]:
    """Give text and value by name."""
    return {field.name: (field.text, field.value) for field in fields}  # type: ignore[attr-defined]


def test_fields_of_a_plan() -> None:
    (plan,) = explain(SHR.replace("5512N06124E", "5512С06124В"))
    said = pairs(plan.fields)
    assert said["13t"] == ("0700", "07:00")
    assert said["15"] == ("M0010/M0025 /ZONA MR05512/", "100–250 м; зона MR05512")
    assert said["16t"] == ("0430", "4 ч 30 мин")
    assert said["DEP"] == ("5512С06124В", "55.200000° с. ш., 61.400000° в. д.")
    assert said["DOF"] == ("250410", "10.04.2025")
    assert said["TYP"] == ("BLA", "BLA × 1")
    assert said["SID"] == ("7770000001", "7770000001")
    assert said["RMK"][1] is None
    (note,) = next(field.notes for field in plan.fields if field.name == "DEP")
    assert (note.code, note.was, note.now) == ("COORD_CYRILLIC", "5512С06124В", "5512N06124E")


def test_fields_of_movements() -> None:
    dep, arr, dep24, arr24 = explain("\n".join([DEP, ARR, DEP24, ARR24]))
    assert [one.kind for one in (dep, arr, dep24, arr24)] == ["IDEP", "IARR", "DEP", "ARR"]
    assert pairs(dep.fields)["ADD"] == ("250410", "10.04.2025")
    assert pairs(arr.fields)["ATA"] == ("0955", "09:55")
    assert pairs(dep24.fields)["13t"] == ("2105", "21:05")
    assert pairs(arr24.fields)["16t"] == ("2350", "23:50")


@given(strategies.telegrams, strategies.noises)
def test_every_note_is_told(telegram: Telegram, noises: list[str]) -> None:
    text = render(telegram)
    for noise in noises:
        text = strategies.NOISES[noise](text)
    for one in explain(text):
        notes = {note for field in one.fields for note in field.notes} | set(one.notes)
        assert set(one.telegram.notes) <= notes


def test_in_the_terminal() -> None:
    status, shown = run("\n".join([SHR, DEP.replace("0712", "0860"), ARR]))
    assert status == 0
    for words in ("план полёта", "место вылета", "TIME_IMPOSSIBLE", PROBLEMS["TIME_IMPOSSIBLE"].mend, "организация"):
        assert words in " ".join(shown.split()), words
    assert "CELL_" not in shown


def test_colours() -> None:
    out = io.StringIO()
    show(explain(DEP.replace("0712", "0860")), flight(ROW), Console(file=out, force_terminal=True, width=120))
    assert "\x1b[31mпотеря: TIME_IMPOSSIBLE" in out.getvalue()


def test_every_zone_and_state_has_words() -> None:
    for text in (SHR24, SHR.replace("/ZONA MR05512/", "5512N06124E"), SHR.replace("MR05512", "5512N06124E " * 3)):
        status, shown = run(text + "\n(CNL-ZZZZZ-ZZZZ-ZZZZ)")
        assert status == 0
        assert "отменён" in shown
        assert any(word in shown for word in ("круг 0.7 км", "маршрут, точек: 1", "многоугольник, точек: 3"))


def test_as_json() -> None:
    status, text = run(SHR, "--json")
    said = json.loads(text)
    assert status == 0
    assert said["flight"]["plan_dep_dt"] == "2025-04-10T07:00:00Z"
    assert said["telegrams"][0]["fields"][0] == {
        "name": "7",
        "label": "позывной",
        "text": "ZZZZZ",
        "value": "ZZZZZ",
        "notes": [],
    }


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_what_is_no_telegram(options: tuple[str, ...]) -> None:
    status, text = run("ПОЛЁТ ВЫПОЛНЕН", *options)
    assert status == 1
    assert "TELEGRAM_NOT_RECOGNISED" in text
    assert PROBLEMS["TELEGRAM_NOT_RECOGNISED"].mend in text


def test_every_field_has_a_name() -> None:
    names = {field.name for text in (SHR, DEP, ARR, DEP24, ARR24) for one in explain(text) for field in one.fields}
    assert names <= set(FIELDS)
