"""Every code that the API may answer with stands in docs/api.md, and no other."""

import ast
import re
from pathlib import Path

from local.emulator.settings import EmulatorSettings
from shared.settings import ALL_SETTINGS
from shared.settings import variables as names_of

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("api", "auth", "embed", "storage", "db", "runtime", "secrets.py", "settings.py")
CODE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
# Raised where no caller of the API meets them, or answered as part of another document.
ELSEWHERE = {"POSTGRES_URI", "LOAD_BUSY"}
# Variables that only a deployment sets, for the function that it alone calls; no class of settings holds them.
OF_DEPLOYMENTS = {"MIGRATE_CREATE_EXTENSION", "MIGRATE_CREATE_ROLES"}


def _files() -> list[Path]:
    found = []
    for source in SOURCES:
        path = ROOT / "shared" / source
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return found


def _codes(path: Path) -> set[str]:
    """Give every code-like text that stands alone as an argument or a result."""
    texts = (
        node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant)
    )
    return {text for text in texts if isinstance(text, str) and CODE.fullmatch(text)}


def _raised() -> set[str]:
    names = {"DATALENS_PRIVATE_KEY", "DATALENS_NEXT_PRIVATE_KEY", "YC_DATALENS_EMBEDDING_SERVICE_MARK"}
    return set().union(*map(_codes, _files())) - names - ELSEWHERE


def test_documented_codes_are_the_raised_ones() -> None:
    table = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    documented = set(re.findall(rf"`({CODE.pattern})`", table))
    variables = {name for settings in (*ALL_SETTINGS, EmulatorSettings) for name in names_of(settings)}
    assert _raised() - documented == set()
    assert documented - variables - OF_DEPLOYMENTS - _raised() == set()
