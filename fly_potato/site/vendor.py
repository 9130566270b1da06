"""The parts of the page that are not in the repository, because something else here already holds them.

Vega with all it needs comes as one script out of ``vl_convert``, the wheel that draws the reports, so page and reports
draw with the same Vega and nothing is fetched; a page that finds no bundle asks the API for drawn charts instead.
What the codes of rejected rows mean comes out of the parser, what each number is out of the reports. Swagger UI, which
shows the API's description on ``/docs``, comes out of the wheel ``fastapi-offline``, of which nothing but these two
files is used; the description itself is made of ``spec/openapi.yaml``. MapLibre GL, which
draws the map of flights, stands in ``maplibre/`` as its npm package has it (``maplibre/README.md``).
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import yaml

from shared.errors import ConfigurationError
from shared.problems import PROBLEMS
from shared.reports.definitions import DEFINITIONS

BUNDLE: Final = Path("assets/vendor/vega.js")
CODES: Final = Path("assets/vendor/codes.json")
TERMS: Final = Path("assets/vendor/definitions.json")
SWAGGER: Final = Path("assets/vendor")
DESCRIPTION: Final = Path("openapi.json")
_SWAGGER_FILES: Final = ("swagger-ui-bundle.js", "swagger-ui.css")
MAP_FILES: Final = ("maplibre-gl.js", "maplibre-gl-worker.js", "maplibre-gl.css")
_MAP: Final = Path(__file__).resolve().parent / "maplibre"
_SPEC: Final = Path(__file__).resolve().parents[2] / "spec" / "openapi.yaml"
_SNIPPET: Final = "window.vegaEmbed = vegaEmbed;"


def write_vendor(out: Path) -> None:
    """Write them to their places in the folder ``out`` of the finished page. Takes some three seconds.

    Raises:
        ConfigurationError: ``SITE_VENDOR_MISSING`` where the wheel with Swagger UI is not installed.
    """
    (out / BUNDLE).parent.mkdir(parents=True, exist_ok=True)
    (out / BUNDLE).write_text(_bundle(), encoding="utf-8")
    (out / CODES).write_text(json.dumps(codes(), ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    (out / TERMS).write_text(json.dumps(definitions(), ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    for name in _SWAGGER_FILES:
        (out / SWAGGER / name).write_bytes((_swagger() / name).read_bytes())
    for name in MAP_FILES:
        (out / SWAGGER / name).write_bytes((_MAP / name).read_bytes())
    document = published(yaml.safe_load(_SPEC.read_text(encoding="utf-8")))
    (out / DESCRIPTION).write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def definitions() -> dict[str, dict[str, str]]:
    """Give what each number is, by its key: the same sentences that stand in the reports."""
    return {each.key: {"name": each.name, "text": each.text} for each in DEFINITIONS.values()}


def published(document: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out of the gateway's description what concerns the gateway and the page alone: a caller sends a token."""
    description: dict[str, Any] = _without_extensions(document)
    description["paths"] = {
        path: item
        for path, item in description["paths"].items()
        if all(operation["tags"] != ["site"] for operation in item.values())
    }
    bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    description["components"]["securitySchemes"] = dict.fromkeys(description["components"]["securitySchemes"], bearer)
    return description


def _without_extensions(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_extensions(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {name: _without_extensions(each) for name, each in node.items() if not str(name).startswith("x-yc-")}


def _swagger() -> Path:
    # Looked for and not imported: the package would bring its own application along.
    wheel = find_spec("fastapi_offline")
    if wheel is None or wheel.origin is None:
        raise ConfigurationError("SITE_VENDOR_MISSING", "Не установлен пакет fastapi-offline с файлами Swagger UI.")
    return Path(wheel.origin).parent / "static"


@cache
def _bundle() -> str:
    # It brings an engine of 84 MB, which other commands need not pay for.
    import vl_convert

    return str(vl_convert.javascript_bundle(_SNIPPET))


def codes() -> dict[str, dict[str, str]]:
    """Tell of every code what it means and how to mend the row, as the API does; ``kind`` says how grave it is."""
    return {
        problem.code: {"kind": problem.kind.value, "explanation": problem.meaning, "mend": problem.mend}
        for problem in PROBLEMS.values()
    }
