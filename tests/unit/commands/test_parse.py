"""``fly-potato parse``: one line in, one line out, in order, whatever the lines hold."""

import io
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from fly_potato.commands.parse import answer, answer_all, command
from testing.rows import ARR, DEP, ROW24, SHR


def line(**cells: object) -> bytes:
    """Make a line of input."""
    return json.dumps({"id": "a", "center": "Тюменский", **cells}, ensure_ascii=False).encode()


def test_flight_has_every_key_of_the_form() -> None:
    said = answer(line(shr=SHR, dep=DEP, arr=ARR, layout="2025"))
    assert said == {
        "id": "a",
        "outcome": "flight",
        "reject": None,
        "problems": [],
        "sid": "7770000001",
        "callsign": "ZZZZZ",
        "uav_type": "BLA",
        "uav_count": 1,
        "regs": ["012A345"],
        "dep_lat": 55.208333,
        "dep_lon": 61.408333,
        "dep_source": "DEP ADEPZ",
        "arr_lat": 55.208611,
        "arr_lon": 61.408611,
        "arr_source": "ARR ADARRZ",
        "dep_dt": "2025-04-10T07:12:00Z",
        "arr_dt": "2025-04-10T09:55:00Z",
        "duration_min": 163,
        "plan_dep_dt": "2025-04-10T07:00:00Z",
        "plan_arr_dt": "2025-04-10T11:30:00Z",
        "plan_duration_min": 270,
        "level_m": [100, 250],
        "zone": {"kind": "named", "names": ["MR05512"]},
    }


def test_zones() -> None:
    assert answer(line(shr=ROW24.shr))["zone"] == {"kind": "circle", "radius_km": 0.7, "center": [55.15, 37.616667]}
    points = "5512N06124E 5513N06125E 5514N06126E"
    area = answer(line(shr=SHR.replace("MR05512", points)))["zone"]
    assert area == {"kind": "polygon", "points": [[55.2, 61.4], [55.216667, 61.416667], [55.233333, 61.433333]]}
    route = answer(line(shr=SHR.replace("/ZONA MR05512/", "5512N06124E DCT 5513N06125E")))["zone"]
    assert route == {"kind": "route", "points": [[55.2, 61.4], [55.216667, 61.416667]]}
    assert answer(line(shr=SHR.replace(" /ZONA MR05512/", "")))["zone"] is None


@pytest.mark.parametrize(
    ("text", "outcome", "code"),
    [
        (b"{", "reject", "LINE_NOT_JSON"),
        (b"", "reject", "LINE_NOT_JSON"),
        (b"\xff{}", "reject", "LINE_NOT_JSON"),
        (b"[" * 100_000, "reject", "LINE_NOT_JSON"),
        (b"[1]", "reject", "LINE_NOT_A_ROW"),
        (b'{"id": "a", "shr": 5}', "reject", "LINE_NOT_A_ROW"),
        (line(shr="ПОЛЁТ"), "reject", "TELEGRAM_NOT_RECOGNISED"),
        (line(shr=None, dep="nan", arr="-"), "empty", None),
        (b"{}", "empty", None),
        (line(shr="(CNL-ZZZZZ-ZZZZ0700-ZZZZ-SID/7770000001)"), "cancelled", None),
    ],
)
def test_outcomes(text: bytes, outcome: str, code: str | None) -> None:
    said = answer(text)
    assert (said["outcome"], said["reject"]) == (outcome, code)
    assert said.keys() == answer(line(shr=SHR)).keys()


noise = st.binary(max_size=30).map(lambda text: text.replace(b"\n", b""))


@given(st.lists(st.one_of(st.just(line(shr=SHR)), noise), max_size=5))
def test_lines_are_answered_one_for_one(lines: list[bytes]) -> None:
    out = io.BytesIO()
    answer_all(io.BytesIO(b"".join(text + b"\n" for text in lines)), out)
    answers = [json.loads(text) for text in out.getvalue().splitlines()]
    assert len(answers) == len(lines)
    assert [said["outcome"] == "flight" for said in answers] == [text == line(shr=SHR) for text in lines]


def test_lone_surrogates_do_not_break_the_output() -> None:
    out = io.BytesIO()
    answer_all(io.BytesIO(b'{"id": "\\ud800"}\n'), out)
    assert json.loads(out.getvalue())["id"] == "\ud800"


def test_command() -> None:
    result = CliRunner().invoke(command, ["--jsonl"], input=line(shr=SHR) + b"\n" + line() + b"\n")
    assert result.exit_code == 0
    assert [json.loads(text)["outcome"] for text in result.output.splitlines()] == ["flight", "empty"]


def test_it_starts_without_what_it_does_not_need() -> None:
    code = "import sys, fly_potato.commands.parse; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not loaded & {"asyncio", "rich", "pydantic", "asyncpg", "boto3", "openpyxl", "sqlalchemy", "python_calamine"}
