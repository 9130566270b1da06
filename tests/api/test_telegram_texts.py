"""Telegrams field by field: for who may send workbooks and nobody else, kept nowhere when pasted, never read unseen."""

import json
import logging
from typing import Any
from uuid import UUID

import pytest

from shared import logs
from shared.problems import PROBLEMS
from testing.rows import ARR, DEP, SHR
from tests.api.conftest import SUBJECT, Caller
from tests.conftest import Database
from tests.db.stats import invented
from tests.db.stats.invented import InventedFlight

pytestmark = pytest.mark.usefixtures("configured")

KEY, OTHER = UUID(int=7), UUID(int=8)
TARGET = f"/api/flights/{KEY}/telegrams"
NAMES = ("ПРИДУМАНОВ", "70000000000")


@pytest.fixture
def rows(database: Database) -> Database:
    """Store a flight of a row of telegrams and a row of a table, and one without any."""

    async def fill(conn: Any) -> None:
        await invented.store_regions(conn)
        await invented.store_flights(conn, [InventedFlight(7, region=2), InventedFlight(8, region=2)])
        await conn.execute(
            "INSERT INTO raw.rows (flight_key, row_hash, load_id, sheet, row_number, ordinal, center, shr, dep, arr,"
            " cells) SELECT $1, h::uuid, id, 'Иванов', n, n, c, s, d, a, j FROM core.loads, (VALUES"
            " (md5('1'), 5, 'Московский', $2, $3, $4, NULL::jsonb),"
            " (md5('2'), 6, NULL, NULL, NULL, NULL, '{\"owner\": \"ПРИДУМАНОВ\"}')) AS v (h, n, c, s, d, a, j)",
            KEY,
            SHR,
            DEP.replace("0712", "0860"),
            ARR,
        )

    invented.run(database, fill)
    return database


def lines(database: Database) -> list[tuple[str, str, Any]]:
    """Give what was put down of who read what."""

    async def ask(conn: Any) -> list[tuple[str, str, Any]]:
        found = await conn.fetch("SELECT who, action, details FROM core.audit ORDER BY id")
        return [(row["who"], row["action"], json.loads(row["details"])) for row in found]

    return invented.run(database, ask)


def test_pasted_telegrams_are_explained_and_kept_nowhere(
    call: Caller, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = {"text": SHR.replace("5512N06124E", "5512С06124В")}
    answer = call("upload", "POST", "/api/explain", body=body, roles=["operator"])
    assert answer.status == 200
    (plan,) = answer.json["telegrams"]
    fields = {field["name"]: field for field in plan["fields"]}
    assert fields["DEP"]["value"] == "55.200000° с. ш., 61.400000° в. д."
    assert fields["DEP"]["notes"] == [{"code": "COORD_CYRILLIC", "was": "5512С06124В", "now": "5512N06124E"}]
    assert [plan["text"][field["start"] : field["end"]] for field in plan["fields"]] == [
        field["text"] for field in plan["fields"]
    ]
    assert {"label": "вылет по плану, UTC", "value": "10.04.2025 07:00"} in answer.json["flight"]
    problem = PROBLEMS["COORD_CYRILLIC"]
    assert {"code": problem.code, "kind": "repair", "meaning": problem.meaning, "mend": problem.mend} in answer.json[
        "codes"
    ]
    assert answer.headers["cache-control"] == "no-store"
    written = "\n".join(logs.JsonLines().format(record) for record in caplog.records)
    assert "explain" in written
    assert not [name for name in NAMES if name in written]
    assert lines(database) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [("ПОЛЁТ ВЫПОЛНЕН", "TELEGRAM_NOT_RECOGNISED"), ("", "REQUEST_INVALID"), ("(SHR-" * 5_000, "REQUEST_INVALID")],
)
def test_what_is_no_telegram_or_too_long_is_refused(call: Caller, text: str, code: str) -> None:
    answer = call("upload", "POST", "/api/explain", body={"text": text}, roles=["operator"])
    assert (answer.status, answer.json["code"]) == (422, code)


def test_an_operator_reads_a_flights_telegrams_and_leaves_a_line(call: Caller, rows: Database) -> None:
    told = call("upload", "GET", TARGET, roles=["operator"]).json["rows"]
    assert [(row["row"], row["center"]) for row in told] == [(5, "Московский"), (6, None)]
    assert [telegram["kind"] for telegram in told[0]["explanation"]["telegrams"]] == ["SHR", "IDEP", "IARR"]
    assert any(code["code"] == "TIME_IMPOSSIBLE" for code in told[0]["explanation"]["codes"])
    assert (told[1]["cells"], told[1]["explanation"]) == ([{"label": "владелец", "value": "ПРИДУМАНОВ"}], None)
    assert call("upload", "GET", f"/api/flights/{OTHER}/telegrams", roles=["operator"]).json == {"rows": []}
    assert lines(rows) == [
        (SUBJECT, "read_telegrams", {"flight": str(KEY)}),
        (SUBJECT, "read_telegrams", {"flight": str(OTHER)}),
    ]


def test_nobody_else_reads_them_and_no_line_says_so(call: Caller, rows: Database) -> None:
    for roles, claims, status in (
        (["analyst"], None, 403),
        (["stranger"], None, 403),
        (None, None, 401),
        (["operator"], {"regions": '["XX-1"]'}, 404),
    ):
        answer = call("upload", "GET", TARGET, roles=roles, claims=claims)
        assert answer.status == status
        assert not [name for name in NAMES if name in answer.body.decode()]
    assert call("upload", "GET", f"/api/flights/{UUID(int=9)}/telegrams").status == 404
    assert lines(rows) == []
