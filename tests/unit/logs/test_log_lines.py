"""Log lines: shape, levels, masks, and what never gets in."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import logs
from shared.errors import DatabaseUnavailable
from shared.logs import mask

Emitted = Any


@pytest.fixture
def lines() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    logger = logging.getLogger("tests.logs")
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    yield logger, stream
    logger.removeHandler(handler)
    logger.propagate = True


def last(stream: io.StringIO) -> dict[str, Any]:
    return json.loads(stream.getvalue().splitlines()[-1])


@pytest.mark.parametrize(
    ("level", "name"),
    [
        (logging.DEBUG, "DEBUG"),
        (logging.INFO, "INFO"),
        (logging.WARNING, "WARN"),
        (logging.ERROR, "ERROR"),
        (50, "FATAL"),
    ],
)
def test_levels_are_the_platform_s(lines: Emitted, level: int, name: str) -> None:
    logger, stream = lines
    logger.log(level, "Done.")
    assert last(stream)["level"] == name
    assert last(stream)["message"] == "Done."


def test_only_allowed_fields_are_written_and_others_named(lines: Emitted) -> None:
    logger, stream = lines
    logger.info("Loaded.", extra={"load_id": 7, "rows_in": 100, "pilot": "Иванов"})
    line = last(stream)
    assert (line["load_id"], line["rows_in"]) == (7, 100)
    assert line["dropped"] == ["pilot"]
    assert "Иванов" not in stream.getvalue()


def test_bound_fields_are_in_every_line(lines: Emitted) -> None:
    logger, stream = lines
    with logs.bound(request_id="r-1"), logs.bound(event_id="e-1"):
        logger.info("Inside.")
    inside = last(stream)
    logger.info("Outside.")
    assert (inside["request_id"], inside["event_id"]) == ("r-1", "e-1")
    assert "request_id" not in last(stream)


def test_an_exception_tells_types_codes_and_places_but_no_message(lines: Emitted) -> None:
    logger, stream = lines
    try:
        try:
            raise ValueError("Key (phone)=(+70000000000) already exists")
        except ValueError as error:
            raise DatabaseUnavailable("DATABASE_UNAVAILABLE", "Позже.") from error
    except DatabaseUnavailable:
        logger.exception("The load failed.")
    first, second = last(stream)["exception"]
    assert first["type"] == "shared.errors.DatabaseUnavailable"
    assert first["code"] == "DATABASE_UNAVAILABLE"
    assert second["type"] == "builtins.ValueError"
    assert "test_log_lines.py" in second["at"][0]
    assert "already exists" not in stream.getvalue()
    assert "70000000000" not in stream.getvalue()


def test_one_line_a_record_whatever_is_in_it(lines: Emitted) -> None:
    logger, stream = lines
    logger.info("Two\nlines", extra={"code": "A\nB"})
    assert len(stream.getvalue().splitlines()) == 1


@pytest.mark.parametrize(
    "secret",
    [
        "+70000000000",
        "80000000000",
        "+7 900 000-00-12",
        "8 (900) 000-00-12",
        "7(900)0000012",
        "pilot@example.org",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl",
        "Bearer abc.def-ghi_123",
        "t1.9euelZqAbCdEfGh.signature-part",
        "AKIAIOSFODNN7EXAMPLE",
        "YCAJEabcdefghijklmnop",
        "-----BEGIN PRIVATE KEY-----\nMIIEvQ==\n-----END PRIVATE KEY-----",
    ],
)
def test_secrets_and_personal_data_are_masked(secret: str) -> None:
    masked = mask(f"before {secret} after")
    assert masked.startswith("before ")
    assert secret not in masked
    assert "<" in masked


def test_passwords_in_addresses_and_parameters_are_masked() -> None:
    assert mask("postgresql://fp_api:hunter2@db:6432/float_mode") == "postgresql://fp_api:<key>@db:6432/float_mode"
    assert "0a1b2c" not in mask("https://s3/b/k?X-Amz-Signature=0a1b2c&X-Amz-Expires=900")
    assert "hunter2" not in mask("password=hunter2 host=db")


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-01T08:00:00.149276+00:00",
        "01990000-0000-7000-8000-000000000001",
        "incoming/01990000-0000-7000-8000-000000000001.xlsx",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "1788249600123 ms, 209715200 bytes, 76902 rows",
        "127.0.0.1:54321",
    ],
)
def test_times_ids_and_numbers_stay(text: str) -> None:
    assert mask(text) == text


phones = st.builds(
    lambda start, gap, digits: f"{start}{gap}{digits[:3]}{gap}{digits[3:6]}{gap}{digits[6:8]}{gap}{digits[8:]}",
    st.sampled_from(["+7", "8", "7"]),
    st.sampled_from(["", " ", "-"]),
    st.text("0123456789", min_size=10, max_size=10),
)


@given(
    before=st.sampled_from(["", "тел. ", "PIC Иванов ", "(", "RMK/"]),
    phone=phones,
    after=st.sampled_from(["", ".", ", ", ")"]),
)
def test_no_phone_survives(before: str, phone: str, after: str) -> None:
    assert phone not in mask(before + phone + after)


@given(st.datetimes(), st.integers(0, 10**9), st.uuids())
def test_masking_leaves_times_counts_and_ids_alone(moment: Any, count: int, identifier: Any) -> None:
    text = f"{moment.isoformat()} {count} {identifier}"
    assert mask(text) == text


def test_the_cloud_runtime_s_handler_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    root = logging.getLogger()
    own = logging.StreamHandler(stream)
    monkeypatch.setattr(root, "handlers", [own])
    level = root.level
    try:
        logs.configure("WARN")
        logging.getLogger("tests.cloud").warning("Kept.")
    finally:
        root.setLevel(level)
    assert root.handlers == [own]
    assert last(stream)["level"] == "WARN"
