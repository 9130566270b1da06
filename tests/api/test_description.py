"""The gateway's description against the applications, the settings and Terraform's template rules."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from openapi_spec_validator import validate

from fly_potato import openapi
from shared.api.probes import SCHEMA_REVISION
from shared.auth import Role
from shared.settings import VERSION
from tests.api.contract import METHODS, Contract

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "spec" / "openapi.yaml").read_text(encoding="utf-8")
PLACEHOLDERS = {
    "gateway_sa", "site_bucket", "cors_origins", "oidc_issuer", "oidc_jwks_uri", "oidc_audience", "requests_per_second",
    "live_tag", "security_profile",
    "function_upload", "function_embed_token", "function_health", "function_stats",
}  # fmt: skip


def test_it_is_openapi(contract: Contract) -> None:
    # The gateway's mark of a parameter that takes slashes is no part of the standard.
    paths = {path.replace("+}", "}"): item for path, item in contract.document["paths"].items()}
    validate({**contract.document, "paths": paths})


def test_it_is_what_the_code_says() -> None:
    assert openapi.stale() == [], "run make spec"


def test_it_describes_every_route_and_no_other(contract: Contract) -> None:
    served = {
        (method, route.path): function
        for function, routers in openapi.FUNCTIONS.items()
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }
    described = {}
    for key, operation in contract.operations().items():
        integration = contract.resolve(operation["x-yc-apigateway-integration"])
        described[key] = re.sub(r"\W|function_", "", integration["function_id"])
    assert described == served


def test_every_path_is_a_functions_or_a_file_of_the_page(contract: Contract) -> None:
    paths = contract.document["paths"]
    described = {(method.upper(), path) for path, item in paths.items() for method in METHODS if method in item}
    assert described == set(contract.operations()) | set(contract.files())


def test_files_of_the_page_are_open_and_come_from_its_bucket(contract: Contract) -> None:
    assert contract.files()
    for (method, path), operation in contract.files().items():
        integration = operation["x-yc-apigateway-integration"]
        assert (method, operation["security"], operation["tags"]) == ("GET", [], ["site"]), path
        assert not path.startswith("/api")
        assert integration["bucket"] == "${site_bucket}"
        assert integration["service_account_id"] == "${gateway_sa}"
        assert integration["error_object"] == "404.html"
        assert "x-role" not in operation


def test_every_page_has_a_path(contract: Contract) -> None:
    served = {
        path: operation["x-yc-apigateway-integration"]["object"] for (_, path), operation in contract.files().items()
    }
    pages = {page.name for page in (ROOT / "site").glob("*.html")}
    named = {f"/{page.removesuffix('.html')}": page for page in pages - {"404.html", "index.html"}}
    assert served == named | {
        "/": "index.html",
        "/openapi.json": "openapi.json",
        "/{page}": "{page}.html",
        "/assets/{file+}": "assets/{file}",
    }


def test_every_integration_asks_for_the_payload_that_is_read(contract: Contract) -> None:
    for operation in contract.operations().values():
        integration = contract.resolve(operation["x-yc-apigateway-integration"])
        assert integration["type"] == "cloud_functions"
        assert integration["payload_format_version"] == "1.0"


def test_everything_that_needs_a_role_needs_a_token(contract: Contract) -> None:
    for (method, path), operation in contract.operations().items():
        role = operation.get("x-role")
        assert operation["security"] == ([{"people": []}] if role else []), (method, path)
        assert role is None or role in set(Role)
        assert path.startswith("/api/") or role is None


def test_operations_have_names_of_their_own(contract: Contract) -> None:
    names = [operation["operationId"] for operation in contract.operations().values()]
    assert len(names) == len(set(names))


def test_it_is_a_template_with_known_placeholders_only() -> None:
    assert set(re.findall(r"\$\{(\w+)\}", TEXT)) == PLACEHOLDERS
    assert TEXT.count("${") == len(re.findall(r"\$\{\w+\}", TEXT))
    assert re.findall(r"%\{[^}]*\}", TEXT) == [
        "%{ if requests_per_second > 0 }",
        "%{ endif }",
        '%{ if security_profile != "" }',
        "%{ endif }",
    ]
    assert not re.search(r"(?m)(^|\s)[&*][a-z_]+\s*$", TEXT), "the gateway's parser may not know anchors"


def test_versions_agree(contract: Contract) -> None:
    released = json.loads((ROOT / "spec" / "contracts" / "VERSION.json").read_text(encoding="utf-8"))
    assert contract.document["info"]["version"] == released["version"] == VERSION
    assert released["schema"] == SCHEMA_REVISION
    assert set(released) == {"version", "date", "schema", "summary"}


def _examples(contract: Contract) -> list[tuple[str, dict[str, Any], Any]]:
    found = []
    for (method, path), operation in contract.operations().items():
        contents = [("request", operation.get("requestBody", {}).get("content", {}))]
        contents += [(code, contract.resolve(each).get("content", {})) for code, each in operation["responses"].items()]
        for name, content in contents:
            for kind, media in content.items():
                if "example" in media:
                    found.append((f"{method} {path} {name} {kind}", media["schema"], media["example"]))
    return found


def test_every_example_fits_its_schema(contract: Contract) -> None:
    examples = _examples(contract)
    assert len(examples) > 20
    for _name, schema, example in examples:
        contract.validate(schema, example)


def test_every_described_success_has_an_example(contract: Contract) -> None:
    for (method, path), operation in contract.operations().items():
        for code, response in operation["responses"].items():
            for media in contract.resolve(response).get("content", {}).values():
                assert not code.startswith("2") or "example" in media, (method, path, code)


def test_the_contract_check_can_fail(contract: Contract) -> None:
    contract.check(
        "GET",
        "/health",
        200,
        {"content-type": "application/json"},
        b'{"status":"ok","title":"","version":"","release":null}',
    )
    for status, kind, body in [
        (200, "application/json", b'{"status":"ok","title":""}'),
        (200, "application/json", b'{"status":"ok","title":"","version":"","release":null,"more":1}'),
        (418, "application/json", b"{}"),
        (200, "text/html", b""),
    ]:
        with pytest.raises(Exception, match=r"."):
            contract.check("GET", "/health", status, {"content-type": kind}, body)
