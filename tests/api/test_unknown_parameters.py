"""A query parameter that a route does not have is refused by every route, and what it has is taken by every route."""

from urllib.parse import quote

import pytest

from tests.api.conftest import Caller
from tests.api.test_any_request import template

__all__ = ["template"]

pytestmark = pytest.mark.usefixtures("configured")
UPLOAD = "/api/uploads/01990000-0000-7000-8000-000000000001"
ROUTES = {
    "health": ("/health", "/healthz", "/metrics"),
    "embed_token": ("/api/embed-token?dashboard=time", "/api/dashboards", "/api/embed-keys"),
    "upload": ("/api/uploads", UPLOAD, f"{UPLOAD}/rejects", f"{UPLOAD}/rejects.xlsx"),
    "stats": (
        "/api/stats/overview", "/api/stats/regions", "/api/stats/region/XX-1", "/api/stats/daily", "/api/stats/hourly",
        "/api/stats/types", "/api/stats/quality", "/api/flights", "/api/regions.geojson", "/api/tiles/0/0/0.mvt",
        "/api/stats/comparison", "/api/stats/forecast", "/api/stats/anomalies", "/api/stats/plan-fact",
        "/api/stats/centers", "/api/stats/zones",
        "/api/reports", "/api/reports/overview.json", "/api/charts/daily.json",
    ),
}  # fmt: skip


def test_every_route_refuses_a_parameter_it_does_not_have(call: Caller) -> None:
    for function, targets in ROUTES.items():
        for target in targets:
            for name in ("form", "Region", "regions[]", "Регион", "x" * 300):
                answer = call(function, "GET", f"{target}{'&' if '?' in target else '?'}{quote(name)}=1")
                assert (answer.status, answer.json["code"]) == (422, "REQUEST_INVALID"), target
                assert answer.json["errors"] == [{"field": f"query.{name[:40]}", "reason": "лишнее поле"}]


def test_parameters_of_a_route_are_taken(call: Caller) -> None:
    query = "from=2025-01-10&to=2025-01-20&region=XX-1&type=BLA"
    counted = ("overview", "daily", "comparison", "anomalies")
    for target in (*(f"/api/stats/{name}" for name in counted), "/api/flights", "/api/tiles/0/0/0.mvt"):
        assert call("stats", "GET", f"{target}?{query}").status == 200
    assert call("upload", "GET", "/api/uploads?limit=3").status == 200
