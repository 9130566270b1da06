"""The description of the API that is given out: a whole OpenAPI document, and nothing of the gateway's own."""

import json
from pathlib import Path

from openapi_spec_validator import validate

from fly_potato.site.vendor import DESCRIPTION, SWAGGER, write_vendor


def test_what_is_given_out_is_a_document_of_the_api_alone(tmp_path: Path) -> None:
    write_vendor(tmp_path)
    text = (tmp_path / DESCRIPTION).read_text(encoding="utf-8")
    document = json.loads(text)
    validate(document)
    assert len(document["paths"]) > 20
    assert all(path.startswith(("/api/", "/health", "/metrics")) for path in document["paths"])
    assert "x-yc" not in text
    assert "${" not in text
    assert {path.name for path in (tmp_path / SWAGGER).iterdir()} >= {"swagger-ui-bundle.js", "swagger-ui.css"}
