"""Names in the bucket, and the time inside an upload's id."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.storage import incoming_key, new_upload_id, rejects_key, source_time, upload_of

moments = st.integers(0, 10**16).map(lambda micro: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micro))


@given(moments)
def test_an_id_keeps_its_millisecond(moment: datetime) -> None:
    upload = new_upload_id(moment)
    assert upload.version == 7
    assert upload.variant == "specified in RFC 4122"
    assert timedelta(0) <= moment - source_time(upload) < timedelta(milliseconds=1)
    assert upload_of(incoming_key(upload)) == upload


@given(moments, st.integers(1, 10**9))
def test_ids_sort_by_time(moment: datetime, later: int) -> None:
    assert new_upload_id(moment) < new_upload_id(moment + timedelta(milliseconds=later))


def test_ids_of_one_millisecond_differ() -> None:
    now = datetime(2026, 9, 1, tzinfo=UTC)
    assert len({new_upload_id(now) for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "key",
    [
        "incoming/report.xlsx",
        "incoming/01990000-0000-7000-8000-000000000001.csv",
        "incoming/01990000-0000-7000-8000-000000000001.xlsx/x",
        "incoming/x/01990000-0000-7000-8000-000000000001.xlsx",
        "results/01990000-0000-7000-8000-000000000001.xlsx",
        "incoming/01990000-0000-4000-8000-000000000001.xlsx",
        "incoming/01990000-0000-7000-8000-000000000001.xlsx\n",
        "incoming/01990000-0000-7000-8000-00000000000A.xlsx",
    ],
)
def test_other_keys_have_no_upload(key: str) -> None:
    assert upload_of(key) is None


def test_only_version_7_carries_a_time() -> None:
    with pytest.raises(ValueError, match="version 7"):
        source_time(uuid4())


def test_results_lie_apart() -> None:
    assert rejects_key(UUID(int=0)).startswith("results/")
