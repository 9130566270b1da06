"""A workbook's whole way: announced, sent, processed by the trigger's event, and its rejects fetched."""

import csv
import json
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest

from functions.process.handler import handler
from hosting.trigger import object_created
from shared.errors import OutageError
from shared.ingest import STEPS
from shared.logs import JsonLines
from shared.storage import Storage, incoming_key
from tests.api.conftest import Caller
from tests.api.test_uploads import announced, send
from tests.conftest import Database
from tests.db.ingest_fixture import HEADER, flight_row, write_workbook

Sql = Callable[..., Any]
NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)


@pytest.fixture
def process(configured: pytest.MonkeyPatch, database: Database) -> Callable[..., None]:
    """Deliver an object's event with the rights of the process function."""

    def deliver(key: str, **changes: Any) -> None:
        configured.setenv("POSTGRES_URI", database.uri("fp_ingest"))
        event = object_created("tests", key, NOW)
        event["messages"][0]["event_metadata"].update(changes.get("metadata", {}))
        event["messages"][0]["details"].update(changes.get("details", {}))
        assert handler(json.loads(json.dumps(event)), None) is None
        configured.setenv("POSTGRES_URI", database.uri("fp_api"))

    return deliver


def bytes_of(tmp_path: Path, *rows: tuple[str | None, ...]) -> bytes:
    return write_workbook(tmp_path / "book.xlsx", rows).read_bytes()  # type: ignore[arg-type]


def test_a_workbook_s_whole_way(call: Caller, process: Callable[..., None], storage: Storage, tmp_path: Path) -> None:
    body = bytes_of(tmp_path, flight_row(1), flight_row(2), ("Московский", "не телеграмма", None, None))
    answer = call("upload", "POST", "/api/uploads", body={"file_name": "Сентябрь.xlsx", "size": len(body)})
    upload = answer.json["id"]
    assert send(answer.json["upload"], body) == 200
    process(incoming_key(UUID(upload)))

    payload = call("upload", "GET", f"/api/uploads/{upload}").json
    assert (payload["state"], payload["step"], payload["error"]) == ("loaded", "finished", None)
    assert payload["counts"]["rows_in"] == 3
    assert payload["counts"]["flights_new"] == 2
    assert payload["counts"]["rows_rejected"] == 1
    (code,) = payload["rejects"]
    assert code["rows"] == 1
    assert "не описана" not in code["explanation"]

    (row,) = call("upload", "GET", f"/api/uploads/{upload}/rejects").json["items"]
    assert (row["sheet"], row["row"], row["code"]) == ("Result_1", 4, code["code"])
    address = call("upload", "GET", f"/api/uploads/{upload}/rejects.xlsx").headers["location"]
    with urllib.request.urlopen(address, timeout=10) as got:  # noqa: S310
        book = openpyxl.load_workbook(BytesIO(got.read()))
    cells = {str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line}
    assert {code["code"], code["explanation"], code["mend"]} <= cells

    process(incoming_key(UUID(upload)))
    again = call("upload", "GET", f"/api/uploads/{upload}").json
    assert (again["state"], again["counts"]) == ("loaded", payload["counts"])


def test_what_a_load_cost_and_came_to_is_told(
    call: Caller, process: Callable[..., None], storage: Storage, tmp_path: Path, sql: Sql, caplog: Any
) -> None:
    """Counts and seconds of each step, in the log line, at the load and in the metrics."""
    body = bytes_of(tmp_path, flight_row(1), flight_row(1), ("Московский", "не телеграмма", None, None))
    upload = call("upload", "POST", "/api/uploads", body={"file_name": "a.xlsx", "size": len(body)}).json
    assert send(upload["upload"], body) == 200
    with caplog.at_level("INFO"):
        process(incoming_key(UUID(upload["id"])))
    (record,) = (record for record in caplog.records if record.message == "Delivered.")
    line = json.loads(JsonLines().format(record))
    assert (line["outcome"], line["rows_in"], line["rows_repeated"], line["rows_rejected"]) == ("loaded", 3, 1, 1)
    assert line["flights_new"] == 1
    assert all(line[f"seconds_{step}"] >= 0 for step in STEPS)
    assert "dropped" not in line
    kept = json.loads(sql("SELECT step_seconds FROM core.loads"))
    assert kept.keys() == {"fetch", "read", "merge"}
    text = call("health", "GET", "/metrics", roles=None).body.decode()
    for step, seconds in kept.items():
        assert f'fly_potato_load_step_seconds{{step="{step}"}} {seconds}' in text


def test_what_was_doubtful_is_told_at_the_upload(
    call: Caller, process: Callable[..., None], storage: Storage, tmp_path: Path
) -> None:
    mistyped = [text and text.replace("-ADD 25", "-ADD 05").replace("-ADA 25", "-ADA 05") for text in flight_row(1)]
    body = bytes_of(tmp_path, tuple(mistyped), flight_row(2))
    answer = call("upload", "POST", "/api/uploads", body={"file_name": "Год.xlsx", "size": len(body)})
    upload = answer.json["id"]
    assert send(answer.json["upload"], body) == 200
    process(incoming_key(UUID(upload)))
    payload = call("upload", "GET", f"/api/uploads/{upload}").json
    [problem] = [each for each in payload["problems"] if each["code"] == "DATE_IMPLAUSIBLE"]
    assert (problem["flights"], problem["kind"]) == (1, "loss")
    assert "2010" in problem["explanation"]
    assert problem["mend"]


def test_a_csv_goes_the_same_way(call: Caller, process: Callable[..., None], storage: Storage) -> None:
    lines = StringIO()
    csv.writer(lines, delimiter=";").writerows([HEADER, flight_row(1), flight_row(2)])
    body = lines.getvalue().encode("utf-8-sig")
    wanted = {"file_name": "Книга.csv", "size": len(body), "content_type": "text/csv"}
    answer = call("upload", "POST", "/api/uploads", body=wanted)
    assert send(answer.json["upload"], body) == 200
    process(incoming_key(UUID(answer.json["id"])))
    payload = call("upload", "GET", f"/api/uploads/{answer.json['id']}").json
    assert (payload["state"], payload["counts"]["flights_new"]) == ("loaded", 2), payload["error"]


def test_the_same_bytes_sent_again_are_a_duplicate(
    call: Caller, process: Callable[..., None], storage: Storage, tmp_path: Path
) -> None:
    body = bytes_of(tmp_path, flight_row(1))
    states = []
    for _ in range(2):
        answer = call("upload", "POST", "/api/uploads", body={"file_name": "a.xlsx", "size": len(body)})
        send(answer.json["upload"], body)
        process(incoming_key(UUID(answer.json["id"])))
        states.append(call("upload", "GET", f"/api/uploads/{answer.json['id']}").json["state"])
    assert states == ["loaded", "duplicate"]


def test_what_is_no_workbook_fails_with_a_sentence_and_finishes(
    call: Caller, process: Callable[..., None], storage: Storage
) -> None:
    answer = call("upload", "POST", "/api/uploads", body={"file_name": "a.xlsx", "size": 11})
    send(answer.json["upload"], b"not a\x00 book!"[:11])
    process(incoming_key(UUID(answer.json["id"])))
    body = call("upload", "GET", f"/api/uploads/{answer.json['id']}").json
    assert body["state"] == "failed"
    assert body["error"]["code"].startswith("WORKBOOK_")
    assert body["counts"] is None


@pytest.mark.parametrize(
    "changes",
    [
        {"details": {"object_id": "results/01990000-0000-7000-8000-000000000001/rejects.xlsx"}},
        {"details": {"bucket_id": "another"}},
        {"metadata": {"event_type": "yandex.cloud.events.storage.ObjectDelete"}},
        {"metadata": {"event_type": "yandex.cloud.events.storage.ObjectUpdate"}},
        {"metadata": {"event_type": "something.else"}},
    ],
)
def test_other_events_change_nothing(process: Callable[..., None], sql: Sql, storage: Storage, changes: Any) -> None:
    process("incoming/01990000-0000-7000-8000-000000000001.xlsx", **changes)
    assert sql("SELECT count(*) FROM core.uploads") == 0
    assert sql("SELECT count(*) FROM core.loads") == 0


def test_a_percent_encoded_key_is_the_same_key(
    process: Callable[..., None], call: Caller, sql: Sql, storage: Storage, tmp_path: Path
) -> None:
    upload = announced(sql, datetime.now(UTC))
    source = tmp_path / "source.xlsx"
    source.write_bytes(bytes_of(tmp_path, flight_row(7)))
    storage.upload(source, incoming_key(upload), "text/plain")
    process(incoming_key(upload).replace("/", "%2F").replace("-", "%2D"))
    assert call("upload", "GET", f"/api/uploads/{upload}").json["state"] == "loaded"


def test_an_object_that_is_gone_finishes_the_message(process: Callable[..., None], storage: Storage) -> None:
    process("incoming/01990000-0000-7000-8000-000000000001.xlsx")


def test_an_outage_brings_the_message_back(
    process: Callable[..., None], configured: pytest.MonkeyPatch, storage: Storage
) -> None:
    configured.setenv("S3_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(OutageError) as caught:
        process("incoming/01990000-0000-7000-8000-000000000001.xlsx")
    assert caught.value.code == "STORAGE_UNAVAILABLE"


def test_without_settings_the_message_comes_back(environment: pytest.MonkeyPatch) -> None:
    event = object_created("tests", "incoming/01990000-0000-7000-8000-000000000001.xlsx", NOW)
    with pytest.raises(OutageError) as caught:
        handler(event, None)
    assert caught.value.code == "SETTINGS_INVALID"
