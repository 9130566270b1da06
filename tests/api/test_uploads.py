"""Sending workbooks: addresses, states, lists, rejects."""

import base64
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from shared.storage import Storage, incoming_key, new_upload_id, rejects_key, source_time
from tests.api.conftest import SUBJECT, Caller

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Sql = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("configured")


def send(upload: dict[str, Any], body: bytes) -> int:
    """Send as a browser does, which counts the length itself."""
    headers = {name: value for name, value in upload["headers"].items() if name != "Content-Length"}
    request = urllib.request.Request(upload["url"], body, headers, method=upload["method"])  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def announced(sql: Sql, at: datetime, name: str = "Отчёт.xlsx", **columns: Any) -> UUID:
    """Write an upload as if announced at some time, with whatever else became of it."""
    upload = new_upload_id(at)
    given = {
        "id": upload, "object_key": incoming_key(upload), "file_name": name, "size_bytes": 10,
        "announced_by": "someone", "announced_at": at, **columns,
    }  # fmt: skip
    places = ", ".join(f"${number}" for number in range(1, len(given) + 1))
    sql(f"INSERT INTO core.uploads ({', '.join(given)}) VALUES ({places})", *given.values())  # noqa: S608
    return upload


def loaded(sql: Sql, **columns: Any) -> int:
    """Write a finished load: 10 rows in, of which 2 were rejected."""
    now = datetime.now(UTC)
    given: dict[str, Any] = {
        "sha256": new_upload_id(now).bytes,
        "object_key": "incoming/x.xlsx",
        "source_at": now,
        "state": "done",
        "claim": new_upload_id(now),
        "lease_until": now,
        "finished_at": now,
        **{"rows_in": 10, "rows_empty": 1, "rows_repeated": 1, "rows_rejected": 2},
        **{"flights_new": 3, "flights_updated": 2, "flights_unchanged": 1, "flights_outside": 1},
        **columns,
    }
    places = ", ".join(f"${number}" for number in range(1, len(given) + 1))
    statement = f"INSERT INTO core.loads ({', '.join(given)}) VALUES ({places}) RETURNING id"  # noqa: S608
    return int(sql(statement, *given.values()))


def reject(sql: Sql, load: int, sheet: str, row: int, code: str) -> None:
    sql("INSERT INTO core.rejects (load_id, sheet, row_number, code) VALUES ($1, $2, $3, $4)", load, sheet, row, code)


def test_an_announced_workbook_gets_an_address_that_takes_it(call: Caller, storage: Storage, sql: Sql) -> None:
    body = b"PK" + b"x" * 998
    wanted = {"file_name": "Отчёт за сентябрь.xlsx", "size": len(body), "content_type": XLSX}
    answer = call("upload", "POST", "/api/uploads", body=wanted, roles=["operator"])
    assert answer.status == 201
    payload = answer.json
    upload = UUID(payload["id"])
    assert answer.headers["location"] == f"/api/uploads/{upload}"
    assert (payload["file_name"], payload["size"], payload["state"]) == ("Отчёт за сентябрь.xlsx", 1000, "announced")
    assert datetime.fromisoformat(payload["announced_at"]) == source_time(upload)
    expires = datetime.fromisoformat(payload["upload"]["expires_at"])
    assert expires - source_time(upload) == timedelta(seconds=900)

    assert send(payload["upload"], body + b"!") == 403
    assert (
        send({**payload["upload"], "headers": {**payload["upload"]["headers"], "Content-Type": "text/plain"}}, body)
        == 403
    )
    assert send(payload["upload"], body) == 200
    assert storage.head(incoming_key(upload)).size == 1000

    row = sql("SELECT to_jsonb(u) FROM core.uploads AS u WHERE id = $1", upload)
    kept = json.loads(row)
    assert (kept["object_key"], kept["announced_by"], kept["step"]) == (incoming_key(upload), SUBJECT, "announced")
    state = call("upload", "GET", f"/api/uploads/{upload}", roles=["analyst"])
    assert (state.status, state.json["state"], state.json["rejects"]) == (200, "announced", [])


@pytest.mark.parametrize("content_type", ["", "application/octet-stream", XLSX, XLSX + "; charset=binary"])
def test_browsers_that_do_not_know_the_type_are_served(call: Caller, content_type: str) -> None:
    wanted = {"file_name": "a.XLSX", "size": 1, "content_type": content_type}
    answer = call("upload", "POST", "/api/uploads", body=wanted)
    assert (answer.status, answer.json["upload"]["headers"]["Content-Type"]) == (201, XLSX)


@pytest.mark.parametrize(
    ("name", "media_type", "stored"),
    [
        ("a.ods", "", "application/vnd.oasis.opendocument.spreadsheet"),
        ("a.csv", "text/csv", "text/csv"),
        ("a.CSV", "application/vnd.ms-excel", "text/csv"),
    ],
)
def test_other_tables_that_are_read_are_taken(call: Caller, name: str, media_type: str, stored: str) -> None:
    answer = call("upload", "POST", "/api/uploads", body={"file_name": name, "size": 10, "content_type": media_type})
    assert (answer.status, answer.json["upload"]["headers"]["Content-Type"]) == (201, stored)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"size": 209_715_201}, 413, "UPLOAD_TOO_LARGE"),
        ({"file_name": "a.xls"}, 415, "UPLOAD_EXTENSION_UNSUPPORTED"),
        ({"file_name": "a.xlsx.exe"}, 415, "UPLOAD_EXTENSION_UNSUPPORTED"),
        ({"file_name": "xlsx"}, 415, "UPLOAD_EXTENSION_UNSUPPORTED"),
        ({"content_type": "text/html"}, 415, "UPLOAD_TYPE_UNSUPPORTED"),
        ({"content_type": "text/csv"}, 415, "UPLOAD_TYPE_UNSUPPORTED"),
        ({"file_name": "../a.xlsx"}, 422, "FILE_NAME_INVALID"),
        ({"file_name": "a\n.xlsx"}, 422, "FILE_NAME_INVALID"),
        ({"file_name": ".xlsx"}, 422, "FILE_NAME_INVALID"),
        ({"file_name": "a\u202exslx.xlsx"}, 422, "FILE_NAME_INVALID"),
        ({"file_name": "a\u0000.xlsx"}, 422, "NUL_CHARACTER"),
        ({"file_name": "a\ud800.xlsx"}, 422, "REQUEST_INVALID"),
        ({"file_name": ""}, 422, "REQUEST_INVALID"),
        ({"file_name": "a" * 252 + ".xlsx"}, 422, "REQUEST_INVALID"),
        ({"size": 0}, 422, "REQUEST_INVALID"),
        ({"size": -1}, 422, "REQUEST_INVALID"),
        ({"size": 1.5}, 422, "REQUEST_INVALID"),
        ({"size": "10"}, 422, "REQUEST_INVALID"),
        ({"size": True}, 422, "REQUEST_INVALID"),
        ({"size": 10**30}, 422, "REQUEST_INVALID"),
        ({"size": None}, 422, "REQUEST_INVALID"),
        ({"more": 1}, 422, "REQUEST_INVALID"),
    ],
)
def test_what_cannot_be_taken_is_refused_before_it_is_sent(
    call: Caller, sql: Sql, change: dict[str, Any], status: int, code: str
) -> None:
    answer = call("upload", "POST", "/api/uploads", body={"file_name": "a.xlsx", "size": 10, **change})
    assert (answer.status, answer.json["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert sql("SELECT count(*) FROM core.uploads") == 0


@pytest.mark.parametrize("kind", ["application/octet-stream", "application/json"])
@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"x"', b"null", b"[1"])
def test_what_is_no_json_object_is_refused(call: Caller, raw: bytes, kind: str) -> None:
    answer = call("upload", "POST", "/api/uploads", raw=raw, headers={"Content-Type": kind})
    assert (answer.status, answer.json["code"]) == (422, "REQUEST_INVALID")


@pytest.mark.parametrize("raw", [b"[" * 100_000, b'{"file_name": "\\u0000", "a": ' + b"[" * 100_000])
def test_what_nests_too_deep_is_refused(call: Caller, raw: bytes) -> None:
    answer = call("upload", "POST", "/api/uploads", raw=raw)
    assert (answer.status, answer.json["code"]) == (400, "BODY_MALFORMED")


def test_the_limit_is_a_setting(call: Caller, configured: pytest.MonkeyPatch) -> None:
    configured.setenv("UPLOAD_MAX_BYTES", "100")
    assert call("upload", "POST", "/api/uploads", body={"file_name": "a.xlsx", "size": 100}).status == 201
    assert call("upload", "POST", "/api/uploads", body={"file_name": "a.xlsx", "size": 101}).status == 413


@pytest.mark.parametrize(
    ("age", "columns", "state"),
    [
        (timedelta(minutes=1), {}, "announced"),
        (timedelta(minutes=19), {}, "announced"),
        (timedelta(minutes=21), {}, "expired"),
        (timedelta(hours=1), {"step": "received"}, "processing"),
        (timedelta(hours=1), {"step": "reading", "rows_read": 5, "rows_total": 10}, "processing"),
        (timedelta(hours=1), {"step": "writing"}, "processing"),
        (timedelta(hours=1), {"step": "finished", "outcome": "duplicate"}, "duplicate"),
    ],
)
def test_states(call: Caller, sql: Sql, age: timedelta, columns: dict[str, Any], state: str) -> None:
    upload = announced(sql, datetime.now(UTC) - age, **columns)
    body = call("upload", "GET", f"/api/uploads/{upload}").json
    assert body["state"] == state
    assert body["step"] == columns.get("step", "announced")
    assert body["progress"] == {"rows_read": columns.get("rows_read", 0), "rows_total": columns.get("rows_total", 0)}
    assert body["counts"] is None
    assert body["error"] is None


def test_a_finished_upload_tells_where_its_rows_went(call: Caller, sql: Sql) -> None:
    load = loaded(sql)
    now = datetime.now(UTC)
    upload = announced(sql, now, load_id=load, outcome="loaded", step="finished", finished_at=now)
    reject(sql, load, "Лист1", 3, "TELEGRAM_NOT_RECOGNISED")
    reject(sql, load, "Лист1", 4, "TELEGRAM_NOT_RECOGNISED")
    reject(sql, load, "Лист1", 5, "TELEGRAM_TOO_LONG")
    body = call("upload", "GET", f"/api/uploads/{upload}").json
    assert body["state"] == "loaded"
    counts = body["counts"]
    assert counts["rows_in"] == 10
    assert counts["rows_in"] == sum(
        value for name, value in counts.items() if name not in {"rows_in", "flights_outside"}
    )
    assert [(each["code"], each["rows"]) for each in body["rejects"]] == [
        ("TELEGRAM_NOT_RECOGNISED", 2),
        ("TELEGRAM_TOO_LONG", 1),
    ]
    assert all(each["explanation"] and each["mend"] for each in body["rejects"])


def test_a_failed_upload_says_why(call: Caller, sql: Sql) -> None:
    sentence = "Лист «Март» больше 1 048 576 строк."
    load = loaded(sql, state="failed", error_code="WORKBOOK_TOO_LARGE", error_sentence=sentence)
    upload = announced(sql, datetime.now(UTC), load_id=load, outcome="failed", step="finished")
    body = call("upload", "GET", f"/api/uploads/{upload}").json
    assert body["state"] == "failed"
    assert body["error"] == {"code": "WORKBOOK_TOO_LARGE", "sentence": sentence}
    assert body["counts"] is None


def test_uploads_are_listed_newest_first_page_by_page(call: Caller, sql: Sql) -> None:
    moment = datetime(2026, 9, 1, 12, tzinfo=UTC)
    # Five of one millisecond, for a cursor must not lose or repeat rows of equal times.
    uploads = [announced(sql, moment + timedelta(seconds=number // 5), f"{number}.xlsx") for number in range(12)]
    seen: list[str] = []
    cursor, pages = "", 0
    while pages < 10:
        body = call("upload", "GET", f"/api/uploads?limit=5{cursor}").json
        seen += [each["id"] for each in body["items"]]
        pages += 1
        if body["next"] is None:
            break
        cursor = f"&cursor={body['next']}"
    times = {str(upload): moment + timedelta(seconds=number // 5) for number, upload in enumerate(uploads)}
    assert seen == sorted(times, key=lambda each: (times[each], UUID(each)), reverse=True)
    assert pages == 3
    assert call("upload", "GET", "/api/uploads").json["next"] is None


def test_the_list_is_narrowed_to_a_state_and_to_the_caller_s_own(call: Caller, sql: Sql) -> None:
    now = datetime.now(UTC)
    own = call("upload", "POST", "/api/uploads", body={"file_name": "own.xlsx", "size": 10}).json["id"]
    failed = str(announced(sql, now - timedelta(days=1), step="finished", outcome="failed"))
    never_came = str(announced(sql, now - timedelta(days=2)))

    def listed(query: str) -> list[str]:
        return [each["id"] for each in call("upload", "GET", f"/api/uploads?{query}").json["items"]]

    assert listed("") == [own, failed, never_came]
    assert listed("mine=true") == [own]
    assert listed("state=failed") == [failed]
    assert listed("state=announced") == [own, never_came]
    assert listed("state=failed&mine=true") == []
    assert call("upload", "GET", "/api/uploads?state=lost").status == 422


@pytest.mark.parametrize(("role", "may"), [("analyst", False), ("operator", True), ("administrator", True)])
def test_the_list_says_who_may_send(call: Caller, role: str, may: bool) -> None:
    assert call("upload", "GET", "/api/uploads?limit=1", roles=[role]).json["may_send"] is may


def test_rejects_are_listed_in_the_workbook_s_order(call: Caller, sql: Sql) -> None:
    load = loaded(sql)
    upload = announced(sql, datetime.now(UTC), load_id=load, outcome="loaded", step="finished")
    rows = [("Лист 2", 2), ("Лист1", 10), ("Лист1", 9), ("Лист1", 100)]
    for sheet, row in rows:
        reject(sql, load, sheet, row, "TELEGRAM_NOT_RECOGNISED")
    expected = sql("SELECT json_agg(json_build_array(sheet, row_number) ORDER BY sheet, row_number) FROM core.rejects")
    seen: list[list[Any]] = []
    cursor = ""
    for _ in range(3):
        body = call("upload", "GET", f"/api/uploads/{upload}/rejects?limit=2{cursor}").json
        seen += [[each["sheet"], each["row"]] for each in body["items"]]
        if body["next"] is None:
            break
        cursor = f"&cursor={body['next']}"
    assert seen == json.loads(expected)


CANARY = "Иванов +70000000000"


@pytest.mark.parametrize(
    ("roles", "subject", "open_to_caller"),
    [
        (["analyst"], SUBJECT, False), (["operator"], SUBJECT, False), (["administrator"], SUBJECT, True),
        (["operator"], "the-sender", True), (["analyst"], "the-sender", True),
    ],
)  # fmt: skip
def test_names_in_a_workbook_are_for_its_sender_and_administrators(
    call: Caller, sql: Sql, storage: Storage, tmp_path: Path, roles: list[str], subject: str, open_to_caller: bool
) -> None:
    load = loaded(sql, unread_sheets=[f"{CANARY} 2", "«»"])
    ended = {"load_id": load, "step": "finished", "announced_by": "the-sender"}
    upload = announced(sql, datetime.now(UTC), f"{CANARY}.xlsx", outcome="loaded", **ended)
    broken = loaded(
        sql, state="failed", error_code="WORKBOOK_STRAY_CELL", error_sentence=f"На листе «a» {CANARY} «» нет."
    )
    failed = announced(sql, datetime.now(UTC), f"{CANARY}.csv", **{**ended, "load_id": broken}, outcome="failed")
    for row in range(3):
        reject(sql, load, f"{CANARY} 1", row + 1, "TELEGRAM_NOT_RECOGNISED")
        reject(sql, load, "Ещё", row + 1, "TELEGRAM_NOT_RECOGNISED")
    (tmp_path / "rejects.xlsx").write_bytes(b"workbook")
    storage.upload(tmp_path / "rejects.xlsx", rejects_key(upload), XLSX)
    shown, cursor = "", ""
    claims = {"sub": subject}
    for target in ("", f"/{upload}", f"/{failed}", f"/{failed}/rejects"):
        shown += call("upload", "GET", f"/api/uploads{target}", roles=roles, claims=claims).body.decode()
    sheets = []
    for _ in range(4):
        page = call("upload", "GET", f"/api/uploads/{upload}/rejects?limit=2{cursor}", roles=roles, claims=claims).json
        shown += json.dumps(page, ensure_ascii=False)
        sheets += [(each["sheet"], each["row"]) for each in page["items"]]
        if page["next"] is None:
            break
        # A cursor travels in addresses, so it holds no name for anybody.
        assert CANARY not in base64.urlsafe_b64decode(page["next"] + "==").decode()
        cursor = f"&cursor={page['next']}"
    assert len(set(sheets)) == 6
    assert (CANARY in shown) is open_to_caller
    assert (f"Книга {str(upload)[-6:]}.xlsx" in shown) is not open_to_caller
    if not open_to_caller:
        assert "«…» нет." in shown
        assert {sheet for sheet, _ in sheets} == {"Лист № 1", "Лист № 2"}
    if roles != ["analyst"]:
        answer = call("upload", "GET", f"/api/uploads/{upload}/rejects.xlsx", roles=roles, claims=claims)
        assert not re.search("Иванов|7000|%D0%98%D0%B2%D0%B0%D0%BD", answer.headers["location"])


def test_an_upload_without_a_load_has_no_rejects(call: Caller, sql: Sql) -> None:
    upload = announced(sql, datetime.now(UTC))
    assert call("upload", "GET", f"/api/uploads/{upload}/rejects").json == {"items": [], "next": None}


@pytest.mark.parametrize("target", ["", "/rejects", "/rejects.xlsx"])
def test_an_unknown_upload_is_not_found(call: Caller, target: str) -> None:
    answer = call("upload", "GET", f"/api/uploads/01990000-0000-7000-8000-000000000001{target}")
    assert (answer.status, answer.json["code"]) == (404, "UPLOAD_NOT_FOUND")


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/api/uploads/x", 422),
        ("/api/uploads/%00", 422),
        ("/api/uploads?limit=0", 422),
        ("/api/uploads?limit=201", 422),
        ("/api/uploads?limit=x", 422),
        ("/api/uploads?cursor=x", 422),
        ("/api/uploads?cursor=%00", 422),
        ("/api/uploads?cursor=bnVsbA", 422),
        ("/api/uploads?cursor=WyJ4IiwgInkiXQ", 422),
        (
            "/api/uploads?cursor=WyIyMDI2LTA5LTAxVDAwOjAwOjAwIiwgIjAxOTkwMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMSJd",
            422,
        ),
        ("/api/uploads?cursor=" + "a" * 513, 422),
        ("/api/uploads?cursor=%D1%8F", 422),
        ("/api/uploads/01990000-0000-7000-8000-000000000001/rejects?cursor=WyJ4IiwgMTAwMDAwMDAwMDAwMDAwMDAwMDBd", 422),
        ("/api/uploads/01990000-0000-7000-8000-000000000001/rejects?cursor=WyJ4IiwgdHJ1ZV0", 422),
        ("/api/uploads/01990000-0000-7000-8000-000000000001/rejects?cursor=WyJcdTAwMDAiLCAxXQ", 422),
        ("/api/uploads/01990000-0000-7000-8000-000000000001/rejects?cursor=WyJcdWQ4MDAiLCAxXQ", 422),
        ("/api/other", 404),
        ("/api/uploads/", 404),
    ],
)
def test_odd_requests_are_problems(call: Caller, target: str, status: int) -> None:
    answer = call("upload", "GET", target)
    assert answer.status == status
    assert answer.json["request_id"] == answer.headers["x-request-id"]


def test_another_method_is_a_problem(call: Caller) -> None:
    answer = call("upload", "DELETE", "/api/uploads")
    assert (answer.status, answer.json["code"]) == (405, "METHOD_NOT_ALLOWED")


def test_the_rejects_workbook_is_fetched_by_its_own_address(
    call: Caller, sql: Sql, storage: Storage, tmp_path: Path
) -> None:
    upload = announced(sql, datetime.now(UTC), "Отчёт.xlsx", outcome="loaded", step="finished")
    assert call("upload", "GET", f"/api/uploads/{upload}/rejects.xlsx").json["code"] == "REJECTS_NOT_FOUND"
    source = tmp_path / "rejects.xlsx"
    source.write_bytes(b"workbook")
    storage.upload(source, rejects_key(upload), XLSX)
    answer = call("upload", "GET", f"/api/uploads/{upload}/rejects.xlsx", roles=["operator"])
    assert answer.status == 303
    with urllib.request.urlopen(answer.headers["location"], timeout=10) as got:  # noqa: S310
        assert got.read() == b"workbook"
        assert "%D0%9E%D1%82%D1%87%D1%91%D1%82" in got.headers["Content-Disposition"]


def test_the_workbook_as_it_was_sent_is_for_who_may_send_and_for_a_quarter_of_an_hour(
    call: Caller, sql: Sql, storage: Storage, tmp_path: Path
) -> None:
    upload = announced(sql, datetime.now(UTC), "Иванов.xlsx", outcome="loaded", step="finished")
    target = f"/api/uploads/{upload}/source"
    assert call("upload", "GET", target).json["code"] == "SOURCE_NOT_FOUND"
    (tmp_path / "source.xlsx").write_bytes(b"as it was sent")
    storage.upload(tmp_path / "source.xlsx", f"incoming/{upload}.xlsx", XLSX)
    assert call("upload", "GET", target, roles=["analyst"]).json["code"] == "ROLE_MISSING"
    answer = call("upload", "GET", target, roles=["operator"])
    assert answer.status == 303
    assert "Expires=900" in answer.headers["location"]
    assert "%D0%98%D0%B2%D0%B0%D0%BD%D0%BE%D0%B2" not in answer.headers["location"]
    with urllib.request.urlopen(answer.headers["location"], timeout=10) as got:  # noqa: S310
        assert got.read() == b"as it was sent"


def test_outages_are_retryable_problems(call: Caller, sql: Sql, configured: pytest.MonkeyPatch) -> None:
    upload = announced(sql, datetime.now(UTC))
    configured.setenv("S3_ENDPOINT_URL", "http://127.0.0.1:9")
    answer = call("upload", "GET", f"/api/uploads/{upload}/rejects.xlsx")
    assert (answer.status, answer.json["code"]) == (503, "STORAGE_UNAVAILABLE")
    assert answer.headers["retry-after"] == "30"


def test_a_database_that_is_away_is_a_retryable_problem(call: Caller, configured: pytest.MonkeyPatch) -> None:
    configured.setenv("POSTGRES_URI", "postgresql://fp_api:secret@127.0.0.1:9/none")
    answer = call("upload", "GET", "/api/uploads")
    assert (answer.status, answer.json["code"]) == (503, "DATABASE_UNAVAILABLE")
    assert b"secret" not in answer.body
    assert b"127.0.0.1" not in answer.body


@pytest.mark.parametrize(
    ("hours", "state", "code"), [(0.1, "announced", None), (1, "processing", None), (3, "failed", "LOAD_INTERRUPTED")]
)
def test_what_came_is_never_told_as_expired(
    call: Caller, sql: Sql, storage: Storage, tmp_path: Path, hours: float, state: str, code: str | None
) -> None:
    """Its event is lost, or waits: the bucket is asked."""
    came, missing = (announced(sql, datetime.now(UTC) - timedelta(hours=hours)) for _ in range(2))
    (tmp_path / "a").write_bytes(b"workbook")
    storage.upload(tmp_path / "a", incoming_key(came), XLSX)
    listed = {item["id"]: item for item in call("upload", "GET", "/api/uploads", roles=["analyst"]).json["items"]}
    for body in (listed[str(came)], call("upload", "GET", f"/api/uploads/{came}", roles=["analyst"]).json):
        assert (body["state"], (body["error"] or {}).get("code")) == (state, code)
    assert listed[str(missing)]["state"] == ("announced" if hours < 1 else "expired")


def test_what_is_overdue_is_told_as_cut_off(call: Caller, sql: Sql) -> None:
    now = datetime.now(UTC)
    silent = announced(sql, now, step="reading", lease_until=now - timedelta(seconds=1))
    alive = announced(sql, now, step="reading", lease_until=now + timedelta(minutes=1))
    body = call("upload", "GET", f"/api/uploads/{silent}", roles=["analyst"]).json
    assert (body["state"], body["error"]["code"]) == ("failed", "LOAD_INTERRUPTED")
    assert "прервалась" in body["error"]["sentence"]
    assert call("upload", "GET", f"/api/uploads/{alive}", roles=["analyst"]).json["state"] == "processing"


def test_a_sender_may_name_the_columns_that_no_heading_tells(call: Caller, sql: Sql) -> None:
    columns = [{"sheet": "Лист1", "row": 1, "columns": {"shr": 2, "center": 0}}]
    body = {"file_name": "a.xlsx", "size": 10, "columns": columns}
    announced = call("upload", "POST", "/api/uploads", body=body, roles=["operator"])
    assert announced.status == 201
    kept = sql("SELECT column_map::text FROM core.uploads WHERE id = $1", UUID(announced.json["id"]))
    assert json.loads(kept) == columns
    for wrong in ({"center": 0}, {"shr": 0, "arr": 0}, {"shr": 0, "name": 1}):
        body["columns"] = [{"sheet": "Лист1", "row": 1, "columns": wrong}]
        answer = call("upload", "POST", "/api/uploads", body=body, roles=["operator"])
        assert (answer.status, answer.json["code"]) == (422, "COLUMNS_INVALID")


def test_headings_that_nobody_knows_are_told_to_the_sender(call: Caller, sql: Sql) -> None:
    found = json.dumps([["Лист1", 2, [[0, CANARY, None], [1, None, "dep"]]]])
    ended = {"outcome": "failed", "error_code": "WORKBOOK_NO_KNOWN_HEADER", "step": "finished"}
    upload = announced(sql, datetime.now(UTC), announced_by="the-sender", found_headings=found, **ended)
    sender = call("upload", "GET", f"/api/uploads/{upload}", roles=["operator"], claims={"sub": "the-sender"})
    first, second = {"column": 0, "title": CANARY, "guess": None}, {"column": 1, "title": None, "guess": "dep"}
    assert sender.json["headings"] == [{"sheet": "Лист1", "row": 2, "columns": [first, second]}]
    assert call("upload", "GET", f"/api/uploads/{upload}", roles=["operator"]).json["headings"] == []
