"""No secret is committed: a scanner looks at what git holds, and each thing it finds is one known to be none."""

import subprocess
from pathlib import Path

import pytest
from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.base import BasePlugin
from detect_secrets.plugins.basic_auth import BasicAuthDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.jwt import JwtTokenDetector
from detect_secrets.plugins.keyword import KeywordDetector
from detect_secrets.plugins.npm import NpmDetector
from detect_secrets.plugins.openai import OpenAIDetector
from detect_secrets.plugins.private_key import PrivateKeyDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.telegram_token import TelegramBotTokenDetector

from tests.unit.settings.yandex_secrets import YandexCloudDetector

ROOT = Path(__file__).resolve().parents[3]
FORMS: list[BasePlugin] = [
    *(AWSKeyDetector(), AzureStorageKeyDetector(), BasicAuthDetector(), GitHubTokenDetector(), GitLabTokenDetector()),
    *(JwtTokenDetector(), NpmDetector(), OpenAIDetector(), PrivateKeyDetector(), PypiTokenDetector(), SlackDetector()),
    *(TelegramBotTokenDetector(), YandexCloudDetector()),
]
"""Secrets that are known by how they look. What only looks random is left out: digests and samples do too."""
NOT_READ = {".png", ".gz", ".woff2", ".jsonl", ".lock", ".csv"}
GENERATED = ("requirements/", "fly_potato/site/maplibre/", "local/cloud/schema.json", "spec/openapi.yaml", "datalens/")
NO_SECRETS = {
    ".env.example": {"Basic Auth Credentials"},
    "CHANGELOG.md": {"Secret Keyword"},
    "docs/datalens.ru.md": {"Secret Keyword"},
    "fly_potato/deploy/smoke.py": {"JSON Web Token"},
    "local/compose.prod.yaml": {"Secret Keyword"},
    "local/compose.yaml": {"Secret Keyword"},
    "local/keycloak/import/fly-potato-realm.json": {"Secret Keyword"},
    "terraform/bootstrap/deployer.tf": {"Secret Keyword"},
    "terraform/bootstrap/main.tf": {"Secret Keyword"},
    "terraform/bootstrap/secrets.tf": {"Secret Keyword"},
    "terraform/modules/function/tests/function.tftest.hcl": {"Secret Keyword"},
    "terraform/secrets.tf": {"Secret Keyword"},
    "terraform/tests/functions.tftest.hcl": {"Secret Keyword"},
    "tests/api/test_health.py": {"Basic Auth Credentials"},
    "tests/api/test_uploads.py": {"Basic Auth Credentials"},
    "tests/db/regions/test_command.py": {"Basic Auth Credentials"},
    "tests/db/test_refusals.py": {"Basic Auth Credentials"},
    "tests/hosting/test_release_check.py": {"Basic Auth Credentials"},
    "tests/hosting/test_throttle.py": {"Basic Auth Credentials"},
    "tests/stack/test_environment.py": {"Basic Auth Credentials"},
    "tests/unit/embed/test_embed_tokens.py": {"Private Key"},
    "tests/unit/logs/test_log_lines.py": {
        "AWS Access Key",
        "Basic Auth Credentials",
        "JSON Web Token",
        "Private Key",
    },
    "tests/unit/s3/test_signatures.py": {"AWS Access Key"},
    "tests/unit/settings/test_settings.py": {"Basic Auth Credentials"},
}
"""Names, invented values and samples of vendors' documents, by file and by what the scanner takes them for."""


def is_value(secret: str) -> bool:
    """Tell a value from what stands for one, as ``{password}``, ``$PASSWORD`` or ``ПАРОЛЬ`` in an address."""
    return secret.isascii() and not set(secret) & set("{}$<>*")


def forms(text: str) -> set[str]:
    """Give what the scanner takes a text's secrets for, by how they look."""
    return {form.secret_type for form in FORMS if any(map(is_value, form.analyze_string(text)))}


def found(paths: list[str], *, names: bool) -> dict[str, set[str]]:
    """Give what the scanner takes for secrets, by file; with ``names`` also what is set under a name like password."""
    kinds: dict[str, set[str]] = {}
    keyword = KeywordDetector()
    for path in paths:
        text = (ROOT / path).read_text(encoding="utf-8", errors="replace")
        # A file at once: line by line, in processes of its own, the scanner takes twenty times as long.
        kinds[path] = forms(text)
        if names and any(keyword.analyze_line(path, line) for line in text.splitlines()):
            kinds[path].add(keyword.secret_type)
    return {path: found_kinds for path, found_kinds in kinds.items() if found_kinds}


def committed() -> list[str]:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")
    return [
        name
        for name in names
        if Path(name).suffix not in NOT_READ and not name.startswith(GENERATED) and (ROOT / name).is_file()
    ]


def test_nothing_that_is_committed_is_a_secret() -> None:
    paths = committed()
    assert len(paths) > 1000
    # Names like password in Python are ruff's (S105-S107); tests give some to servers of their own.
    code = [path for path in paths if path.endswith(".py") or path.startswith("tests/")]
    unexpected = found(code, names=False) | found([path for path in paths if path not in set(code)], names=True)
    for path, kinds in NO_SECRETS.items():
        unexpected[path] = unexpected.get(path, set()) - kinds
    assert {path: kinds for path, kinds in unexpected.items() if kinds} == {}


def test_nothing_that_ever_was_committed_is_a_secret() -> None:
    """Of every commit that is here the lines it brought: taking a secret out again leaves it in the history."""
    left_out = [*(f":(exclude)*{ending}" for ending in NOT_READ), *(f":(exclude){start}*" for start in GENERATED)]
    command = ["git", "log", "-p", "-U0", "--no-color", "--format=", "--diff-filter=AM", "--", ".", *left_out]
    log = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, errors="replace").stdout
    brought: dict[str, set[str]] = {}
    path = ""
    for line in log.splitlines():
        if line.startswith("+++ b/"):
            path = line[6:]
        elif line.startswith("+"):
            brought.setdefault(path, set()).add(line[1:])
    assert len(brought) > 1000
    # Files have moved, so that what is known to be none is known by its file's name.
    known = {Path(path).name: kinds for path, kinds in NO_SECRETS.items()}
    unexpected = {
        path: kinds - known.get(Path(path).name, set())
        for path, lines in brought.items()
        if (kinds := forms("\n".join(lines)))
    }
    assert {path: kinds for path, kinds in unexpected.items() if kinds} == {}


def test_no_file_of_settings_is_committed() -> None:
    names = subprocess.run(
        ["git", "ls-files", ".env*", "*/.env*", "*.pem", "*.key"], cwd=ROOT, capture_output=True, text=True
    )
    assert set(names.stdout.split()) == {".env.example", "local/.env"}


@pytest.mark.parametrize(
    "line",
    [
        "key = AQVN" + "x1Y2" * 10,
        "token: y0_" + "AgAAAA" * 8,
        "id: YCAJE" + "a1B2" * 5,
        "secret: YCP" + "a-1_" * 9 + "B",
        "iam = t1." + "9euelZ" * 12,
        "AGE-SECRET-KEY-1" + "Q" * 58,
        "-----BEGIN PRIVATE" + " KEY-----",
        "AKIA" + "IOSFODNN7EXAMPL3",
        'password = "correct-horse-battery"',
    ],
)
def test_each_kind_of_secret_is_seen(tmp_path: Path, line: str) -> None:
    file = tmp_path / "settings.txt"
    file.write_text(f"{line}\n")
    assert found([str(file)], names=True)
