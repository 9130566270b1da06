"""The settings classes against .env.example, and what they refuse."""

import tomllib
from pathlib import Path

import pytest

from shared.errors import ConfigurationError
from shared.settings import (
    ALL_SETTINGS,
    VERSION,
    AppSettings,
    AuthSettings,
    DatabaseSettings,
    EmbedSettings,
    StorageSettings,
    load,
    variables,
)

ROOT = Path(__file__).resolve().parents[3]
CONTAINERS_ONLY = "# --- Containers only"


def _example() -> tuple[dict[str, str], set[str]]:
    ours, containers = (ROOT / ".env.example").read_text(encoding="utf-8").split(CONTAINERS_ONLY)
    pairs = dict(line.split("=", 1) for line in ours.splitlines() if line and not line.startswith("#"))
    others = {line.split("=")[0] for line in containers.splitlines()[1:] if line and not line.startswith("#")}
    return pairs, others


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for settings in ALL_SETTINGS for n in variables(settings)]:
        monkeypatch.delenv(name, raising=False)


def test_the_example_names_every_variable_and_no_other() -> None:
    pairs, others = _example()
    expected = {name for settings in ALL_SETTINGS for name in variables(settings)}
    assert set(pairs) == expected
    assert not others & expected


def test_the_example_writes_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs, _ = _example()
    required = {
        "POSTGRES_URI": "postgresql://u@h/d",
        "S3_BUCKET": "b",
        "S3_ACCESS_KEY_ID": "k",
        "S3_SECRET_ACCESS_KEY": "s",
    }
    for name, value in required.items():
        monkeypatch.setenv(name, value)
    bare = [settings().model_dump() for settings in ALL_SETTINGS]
    local_only = {*required, "S3_ENDPOINT_URL"}
    for name, value in pairs.items():
        if name not in local_only:
            monkeypatch.setenv(name, value)
    assert [settings().model_dump() for settings in ALL_SETTINGS] == bare


def test_one_version_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION == AppSettings().version


def test_a_missing_variable_is_named_and_no_value_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3_SECRET_ACCESS_KEY", "very-secret")
    monkeypatch.setenv("S3_QUOTA_BYTES", "lots-of-secret")
    with pytest.raises(ConfigurationError) as caught:
        load(StorageSettings)
    assert caught.value.code == "SETTINGS_INVALID"
    for name in ("S3_BUCKET", "S3_ACCESS_KEY_ID", "S3_QUOTA_BYTES"):
        assert name in caught.value.sentence
    assert "S3_SECRET_ACCESS_KEY" not in caught.value.sentence
    assert "secret" not in str(caught.value)


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_URI", "postgresql://fp_api:hunter2@db/float_mode")
    settings = load(DatabaseSettings)
    assert "hunter2" not in repr(settings) + str(settings) + settings.model_dump_json()
    assert settings.uri.get_secret_value().endswith("float_mode")


def test_a_browser_uses_the_public_endpoint_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("S3_BUCKET", "b"), ("S3_ACCESS_KEY_ID", "k"), ("S3_SECRET_ACCESS_KEY", "s")):
        monkeypatch.setenv(name, value)
    assert load(StorageSettings).browser_endpoint_url == "https://storage.yandexcloud.net"
    monkeypatch.setenv("S3_PUBLIC_ENDPOINT_URL", "https://files.example")
    assert load(StorageSettings).browser_endpoint_url == "https://files.example"


@pytest.mark.parametrize("algorithms", ["HS256", "none", "RS256,HS256", ","])
def test_shared_secret_algorithms_are_refused(monkeypatch: pytest.MonkeyPatch, algorithms: str) -> None:
    monkeypatch.setenv("AUTH_ALGORITHMS", algorithms)
    with pytest.raises(ConfigurationError, match="AUTH_ALGORITHMS"):
        load(AuthSettings)


def test_a_jwks_without_issuer_or_audience_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTH_JWKS_URL", "https://sso.example/certs")
    monkeypatch.setenv("AUTH_ISSUER", "https://sso.example")
    with pytest.raises(ConfigurationError):
        load(AuthSettings)
    monkeypatch.setenv("AUTH_AUDIENCE", "fly-api")
    assert load(AuthSettings).algorithms == ("RS256", "ES256")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATALENS_TOKEN_TTL_SECONDS", "36001"),
        ("DATALENS_NEXT_KEY_FROM", "2026-09-01T00:00:00"),
        ("DATALENS_BASE_URL", "https://datalens.example"),
    ],
)
def test_impossible_embed_settings_are_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=name):
        load(EmbedSettings)


def test_debugging_says_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(AppSettings).effective_log_level == "INFO"
    monkeypatch.setenv("APP_DEBUG", "True")
    assert load(AppSettings).effective_log_level == "DEBUG"
