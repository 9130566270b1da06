"""Requests that schemathesis makes up from the description, valid and invalid ones: every answer is described."""

from collections.abc import Iterator
from functools import partial
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from schemathesis.core.transport import Response
from schemathesis.specs.openapi import checks as conformance

from fly_potato.stack.postgres import Cluster
from tests.api.conftest import Answer, _by_event, _claims, filled_once, store_counted
from tests.api.contract import description
from tests.api.test_statistics import FLIGHTS

load_all_checks()
DOCUMENT = description().document
PATHS = {
    path: item
    for path, item in DOCUMENT["paths"].items()
    if item.get("get", {}).get("tags", [""])[0] in {"statistics", "maps", "reports"}
}
SCHEMA = schemathesis.openapi.from_dict({**DOCUMENT, "paths": PATHS})
CHECKS = [
    schemathesis.checks.not_a_server_error,
    conformance.status_code_conformance,
    conformance.content_type_conformance,
    conformance.response_schema_conformance,
    conformance.negative_data_rejection,
]

pytestmark = pytest.mark.usefixtures("configured")


@pytest.fixture(scope="module")
def template(cluster: Cluster, template: str) -> Iterator[str]:
    yield from filled_once(cluster, template, partial(store_counted, flights=FLIGHTS))


def _as_response(answer: Answer, prepared: requests.PreparedRequest) -> Response:
    headers = {name: [value] for name, value in answer.headers.items()}
    return Response(answer.status, headers, answer.body, prepared, elapsed=0.1, verify=False)


@SCHEMA.parametrize()
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_any_request(case: schemathesis.Case) -> None:
    sent = case.as_transport_kwargs(base_url="https://gateway.example")
    prepared = requests.Request(sent["method"], sent["url"], params=sent.get("params")).prepare()
    parts = urlsplit(str(prepared.url))
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    answer = _by_event("stats", case.method.upper(), target, _claims(["analyst"], None), {}, b"")
    case.validate_response(_as_response(answer, prepared), checks=CHECKS)
