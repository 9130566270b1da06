"""Keys and embeds made by the API, and a rotation from its first step to its last, in which no token is refused."""

import json
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fly_potato import key_rotation
from fly_potato.deploy.cloud import CloudClient, DeployError, Endpoints
from fly_potato.key_rotation import KeyFolder, LockboxSecret
from fly_potato.main import main
from fly_potato.settings_files import EmbedKeyError, EnvironmentFile, TerraformFile, settings_file
from shared.embed import Dashboard, EmbedTokens
from shared.settings import EmbedSettings
from tests.datalens.embed_page import EmbedPage, Rejected
from tests.datalens.stub import ORGANIZATION, TOKEN, Stub, running
from tests.datalens.test_push import pushed
from tests.unit.embed.test_embed_tokens import make_pem

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
EMBEDS = {"overview": "e1", "regions": "e2", "time": "e3"}


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    """Run an installation that holds the dashboards; commands find it."""
    with running() as held:
        monkeypatch.setenv("DATALENS_IAM_TOKEN", TOKEN)
        monkeypatch.setenv("DATALENS_ORG_ID", ORGANIZATION)
        monkeypatch.setattr("datalens.installation.CLOUD", held.url)
        pushed(held)
        yield held


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """Write a file of settings as it stands on a host."""
    path = tmp_path / ".env.prod"
    path.write_text("# ours\nKC_HOSTNAME=uav.example.ru\nDATALENS_OVERVIEW_ID=\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def run(*words: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


def embed(settings: Path) -> Result:
    """Make key and embeds by the stub's API."""
    folder = str(settings.parent / "certs")
    return run("datalens", "embed", "--workbook", "wb1", "--settings", str(settings), "--key-folder", folder)


def product(settings: Path) -> EmbedTokens:
    """Read the settings as the product would after they are applied."""
    values = EnvironmentFile(settings).read()
    return EmbedTokens(
        EmbedSettings(
            **{name.removeprefix("DATALENS_").lower(): value for name, value in values.items() if "DATALENS" in name}  # type: ignore[arg-type]
        )
    )


def test_key_and_embeds_are_made_and_written_down(stub: Stub, settings: Path) -> None:
    result = embed(settings)
    assert result.exit_code == 0, result.output
    values = EnvironmentFile(settings).read()
    assert {values[f"DATALENS_{each.name}_ID"] for each in Dashboard} == set(stub.embeds)
    assert values["KC_HOSTNAME"] == "uav.example.ru"
    assert settings.read_text("utf-8").startswith("# ours\n")
    assert stat.S_IMODE(settings.stat().st_mode) == 0o600
    key = Path(values["DATALENS_PRIVATE_KEY_PATH"])
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "PRIVATE KEY" not in result.output
    for held in stub.embeds.values():
        assert (held["privateParams"], held["unsignedParams"]) == (["region"], [])
        scopes = {stub.entries[each]["scope"] for each in held["depsIds"]}
        assert scopes == {"widget", "dataset"}
    page = EmbedPage(stub)
    page.open(product(settings).issue(Dashboard.TIME, ["RU-MOW"], None, NOW).token, NOW)


def test_repeating_puts_embeds_right_and_keeps_their_ids(stub: Stub, settings: Path) -> None:
    embed(settings)
    before = EnvironmentFile(settings).read()
    first = next(iter(stub.embeds.values()))
    first["privateParams"] = []
    result = embed(settings)
    assert result.exit_code == 0, result.output
    assert EnvironmentFile(settings).read() == before
    assert first["privateParams"] == ["region"]
    assert len(stub.embeds) == 3
    assert len(stub.secrets) == 1


def test_a_key_that_cannot_be_kept_leaves_nothing_behind(stub: Stub, settings: Path) -> None:
    nowhere = str(settings / "below-a-file")
    result = run("datalens", "embed", "--workbook", "wb1", "--settings", str(settings), "--key-folder", nowhere)
    assert result.exit_code == 1
    assert "KEYS_NOT_KEPT" in result.output
    assert not stub.secrets
    assert not stub.embeds
    assert "DATALENS_PRIVATE_KEY_PATH" not in EnvironmentFile(settings).read()


def test_without_dashboards_there_is_nothing_to_embed(stub: Stub, settings: Path) -> None:
    stub.entries = {identity: each for identity, each in stub.entries.items() if each["scope"] != "dash"}
    result = embed(settings)
    assert result.exit_code == 1
    assert "DATALENS_NOT_PUSHED" in result.output
    assert not stub.secrets
    assert not list((settings.parent / "certs").iterdir())


def test_a_whole_rotation_refuses_no_token(stub: Stub, settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token is signed every ten minutes by what is applied then, and opened until its last second."""
    embed(settings)
    folder, page, start = str(settings.parent / "certs"), EmbedPage(stub), datetime.now(UTC)
    common = ("--settings", str(settings))
    switch = start + timedelta(minutes=30)
    applied, tokens = product(settings), []

    def clock(minutes: int) -> datetime:
        return start + timedelta(minutes=minutes)

    for minute in range(0, 180, 10):
        if minute == 10:
            assert run("keys", "add", *common, "--key-folder", folder, "--workbook", "wb1").exit_code == 0
            assert run("keys", "promote", *common, "--at", switch.isoformat()).exit_code == 0
        if minute == 20:
            applied = product(settings)
        if minute == 60:
            early = run("keys", "retire", *common, "--key-folder", folder, "--workbook", "wb1")
            assert early.exit_code == 1
            assert "KEYS_STILL_USED" in early.output
        if minute == 110:
            with monkeypatch.context() as patch:
                patch.setattr("fly_potato.commands.keys.datetime", _Clock(clock(110)))
                done = run("keys", "retire", *common, "--key-folder", folder, "--workbook", "wb1")
            assert done.exit_code == 0, done.output
        if minute == 120:
            applied = product(settings)
        issued = applied.issue(Dashboard.REGIONS, ["RU-MOW"], None, clock(minute))
        tokens.append(issued)
        for each in tokens:
            if each.expires_at > clock(minute):
                page.open(each.token, clock(minute))
    kids = [each.kid for each in tokens]
    assert len(set(kids)) == 2
    assert kids == sorted(kids, key=kids.index), "one follows the other once"
    assert tokens[2].kid == tokens[0].kid != tokens[3].kid
    assert len(stub.secrets) == 1
    assert len(stub.embeds) == 3
    assert len(list(Path(folder).iterdir())) == 1
    with pytest.raises(Rejected):
        page.open(tokens[0].token, clock(119))


class _Clock:
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self, zone: Any) -> datetime:
        return self._now


def filled(path: Path) -> tuple[EnvironmentFile, KeyFolder]:
    """Write settings with one key."""
    file, store = EnvironmentFile(path), KeyFolder(path.parent / "certs")
    assert key_rotation.add(file, store, make_pem(), EMBEDS, date(2026, 5, 1)) == "current"
    return file, store


def test_a_third_key_is_refused(settings: Path) -> None:
    file, store = filled(settings)
    assert key_rotation.add(file, store, make_pem(), EMBEDS, NOW.date()) == "next"
    with pytest.raises(EmbedKeyError, match="KEYS_TWO_ALREADY"):
        key_rotation.add(file, store, make_pem(), EMBEDS, NOW.date())


def test_steps_out_of_order_are_refused(settings: Path) -> None:
    file, store = filled(settings)
    with pytest.raises(EmbedKeyError, match="KEYS_NO_NEXT"):
        key_rotation.promote(file, NOW + timedelta(hours=1), NOW)
    with pytest.raises(EmbedKeyError, match="KEYS_NO_NEXT"):
        key_rotation.retire(file, store, NOW)
    key_rotation.add(file, store, make_pem(), {"overview": "n1"}, NOW.date())
    with pytest.raises(EmbedKeyError, match="KEYS_IN_THE_PAST"):
        key_rotation.promote(file, NOW, NOW)
    with pytest.raises(EmbedKeyError, match="KEYS_EMBEDS_MISSING"):
        key_rotation.promote(file, NOW + timedelta(hours=1), NOW)


def test_the_list_tells_ages_and_ends_with_1_for_an_old_key(settings: Path) -> None:
    file, store = filled(settings)
    file.change({"DATALENS_KEY_CREATED": (datetime.now(UTC).date() - timedelta(days=91)).isoformat()})
    result = run("keys", "list", "--settings", str(settings))
    assert result.exit_code == 1
    assert "91 дн." in result.output
    assert "текущий, подписывает" in result.output
    key_rotation.add(file, store, make_pem(), EMBEDS, datetime.now(UTC).date())
    file.change({"DATALENS_NEXT_KEY_FROM": "2026-01-01T00:00:00+00:00"})
    again = run("keys", "list", "--settings", str(settings))
    assert again.exit_code == 0
    assert "следующий, подписывает" in again.output


def test_a_key_issued_by_hand_is_added_with_its_embeds(settings: Path, tmp_path: Path) -> None:
    pem = tmp_path / "key.pem"
    pem.write_text(make_pem(), encoding="ascii")
    words = ("--settings", str(settings), "--key-folder", str(tmp_path / "certs"), "--pem", str(pem))
    assert run("keys", "add", *words, "--overview-id", "e1", "--time-id", "e3").exit_code == 0
    assert EnvironmentFile(settings).read()["DATALENS_TIME_ID"] == "e3"
    pem.write_text("not a key", encoding="ascii")
    refused = run("keys", "add", *words)
    assert refused.exit_code == 1
    assert "EMBED_KEY_INVALID" in refused.output


@contextmanager
def lockbox() -> Iterator[tuple[CloudClient, list[tuple[str, Any]]]]:
    """Answer as Lockbox does, and keep what was asked."""
    requests: list[tuple[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            requests.append((self.path, body))
            authorized = self.headers["Authorization"] == "Bearer invented" and "/secrets/s1:" in self.path
            operation = {"id": "op", "done": True, "metadata": {"secretId": "s1", "versionId": f"v{len(requests)}"}}
            content = json.dumps(operation if authorized else {"code": 7}).encode()
            self.send_response(200 if authorized else 403)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        endpoints = Endpoints(lockbox=f"http://127.0.0.1:{server.server_address[1]}")
        yield CloudClient("invented", endpoints), requests
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_in_the_cloud_keys_are_versions_of_a_secret(tmp_path: Path) -> None:
    file, pem = TerraformFile(tmp_path / "prod.datalens.json"), make_pem()
    with lockbox() as (cloud, requests):
        store = LockboxSecret(cloud, "s1")
        key_rotation.add(file, store, pem, EMBEDS, date(2026, 6, 1))
        key_rotation.add(file, store, make_pem(), {key: f"{each}n" for key, each in EMBEDS.items()}, date(2026, 8, 31))
        key_rotation.promote(file, NOW + timedelta(hours=1), NOW)
        assert key_rotation.retire(file, store, NOW + timedelta(hours=3)) == "v1"
        entries = requests[0][1]["payloadEntries"]
        assert entries == [{"key": "private_key", "textValue": pem}]
        assert [path.rpartition(":")[2] for path, _ in requests] == [
            "addVersion",
            "addVersion",
            "scheduleVersionDestruction",
        ]
        assert requests[2][1]["versionId"] == "v1"
        with pytest.raises(DeployError, match="DEPLOY_CLOUD_REFUSED"):
            LockboxSecret(cloud, "s2").keep(pem)
    assert file.read() == {
        "DATALENS_KEY_VERSION_ID": "v2",
        "DATALENS_KEY_CREATED": "2026-08-31",
        "DATALENS_OVERVIEW_ID": "e1n",
        "DATALENS_REGIONS_ID": "e2n",
        "DATALENS_TIME_ID": "e3n",
    }
    assert "PRIVATE KEY" not in (tmp_path / "prod.datalens.json").read_text()


def test_the_clouds_settings_are_a_json_that_terraform_takes(tmp_path: Path) -> None:
    path = tmp_path / "dev.datalens.json"
    file = settings_file(path)
    assert isinstance(file, TerraformFile)
    assert file.read() == {}
    file.change({"DATALENS_OVERVIEW_ID": "e1", "DATALENS_KEY_VERSION_ID": "v1"})
    assert json.loads(path.read_text()) == {"datalens": {"overview_id": "e1", "key_version_id": "v1"}}
    file.change({"DATALENS_OVERVIEW_ID": ""})
    assert file.read() == {"DATALENS_KEY_VERSION_ID": "v1"}
    with pytest.raises(EmbedKeyError, match="KEYS_NOT_OF_TERRAFORM"):
        file.change({"KC_HOSTNAME": "x"})
    path.write_text("{")
    with pytest.raises(EmbedKeyError, match="KEYS_SETTINGS_UNREADABLE"):
        file.read()
