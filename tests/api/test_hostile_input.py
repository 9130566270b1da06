"""Whatever comes in, the answer is one that the description knows, and never a fault."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import Caller

pytestmark = pytest.mark.usefixtures("configured")

few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
texts = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(
    ["\0", "a\0.xlsx", "%00", "..", "\u202e.xlsx"]
)
values = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
bodies = st.fixed_dictionaries(
    {},
    optional={
        "file_name": values | st.just("a.xlsx"),
        "size": values | st.just(10),
        "content_type": values,
        "x": values,
    },
)


def test_any_announcement(call: Caller) -> None:
    @few
    @given(bodies | values | st.lists(values, max_size=3))
    def ask(body: object) -> None:
        assert call("upload", "POST", "/api/uploads", body=body).status in {201, 413, 415, 422}

    ask()


def test_any_bytes_as_a_body(call: Caller) -> None:
    @few
    @given(st.binary(max_size=50))
    def ask(raw: bytes) -> None:
        kind = {"Content-Type": "application/octet-stream"}
        assert call("upload", "POST", "/api/uploads", raw=raw or b" ", headers=kind).status in {400, 422}

    ask()


def test_any_query_and_path(call: Caller) -> None:
    @few
    @given(texts, texts, texts)
    def ask(segment: str, cursor: str, limit: str) -> None:
        query = f"?cursor={quote(cursor)}&limit={quote(limit)}"
        assert call("upload", "GET", f"/api/uploads{query}").status in {200, 422}
        path = quote(segment, safe="") or "x"
        assert call("upload", "GET", f"/api/uploads/{path}/rejects{query}").status in {404, 422}
        assert (
            call("embed_token", "GET", f"/api/embed-token?dashboard={quote(cursor)}&region={quote(limit)}").status
            == 422
        )

    ask()


def test_any_claims(call: Caller) -> None:
    @few
    @given(st.dictionaries(st.sampled_from(["roles", "groups", "regions"]), texts))
    def ask(claims: dict[str, str]) -> None:
        assert call("embed_token", "GET", "/api/embed-token?dashboard=time", claims=claims).status in {200, 403}

    ask()
