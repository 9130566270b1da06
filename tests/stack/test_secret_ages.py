"""Since when each secret of a host is what it is: told without any value, over preparations and changes."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from fly_potato.backups.backup_jobs import BackupSettings
from fly_potato.commands.hosts import secrets as command
from hosting import environment, images, prepare, secret_ages
from hosting.backups import BackupsCollector
from hosting.settings import HostingSettings
from tests.stack import hosts
from tests.stack.test_files import ROOT

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def values(tmp_path: Path) -> dict[str, str]:
    """Fill in an .env.prod with a certificate."""
    hosts.certificate(tmp_path / "tls", days=90)
    return hosts.settings(tmp_path / "tls")


def test_every_secret_that_a_host_must_have_is_known_once_it_is_prepared(
    values: dict[str, str], tmp_path: Path
) -> None:
    prepare.lay_out(values, tmp_path / "prod")
    path = tmp_path / "prod/timers/secrets.json"
    names = {age.name for age in secret_ages.read(path)}
    assert names == {*environment.SECRETS, *environment.ROLES}
    text = path.read_text()
    assert not [name for name in names if values[name] in text]
    assert path.stat().st_mode & 0o077 == 0


def test_the_key_between_two_machines_has_an_age_too(values: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "prod/timers/secrets.json"

    def known() -> dict[str, str]:
        joined = hosts.between(tmp_path)
        prepare.lay_out({**values, **joined, "HOST_ROLE": "internal"}, tmp_path / "prod")
        assert (tmp_path / "between.key").read_text() not in path.read_text()
        return {age.name: age.fingerprint for age in secret_ages.read(path)}

    first, second = known(), known()
    assert {name for name in first if first[name] != second[name]} == {prepare.BETWEEN_KEY}


def test_a_change_is_seen_and_a_repetition_is_none(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    assert secret_ages.put_down({"A": "one", "B": "two", "C": ""}, path, START) == []
    assert secret_ages.put_down({"A": "one", "B": "three"}, path, START + timedelta(days=91)) == ["B"]
    assert {age.name: age.since for age in secret_ages.read(path)} == {"A": START, "B": START + timedelta(days=91)}
    lines, late = secret_ages.status(path, START + timedelta(days=92))
    assert late
    assert [("пора" in line) for line in lines] == [True, False]


def test_equal_secrets_of_two_hosts_are_not_known_by_the_same(tmp_path: Path) -> None:
    for name in ("one", "two"):
        secret_ages.put_down({"A": "same"}, tmp_path / name, START)
    assert secret_ages.read(tmp_path / "one")[0].fingerprint != secret_ages.read(tmp_path / "two")[0].fingerprint


def test_both_commands_tell_the_same(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    assert CliRunner().invoke(command, ["status", "--file", str(path)]).exit_code == 1
    secret_ages.put_down({"A": "one"}, path, datetime.now(UTC) - timedelta(days=3))
    result = CliRunner().invoke(command, ["status", "--file", str(path)])
    bare = [sys.executable, "-m", "hosting.secret_ages", str(path)]
    done = subprocess.run(bare, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.exit_code, done.returncode) == (0, 0)
    assert result.output == done.stdout
    assert "3 сут." in result.output


def test_the_service_tells_ages_as_numbers(tmp_path: Path) -> None:
    secret_ages.put_down({"A": "one"}, tmp_path / "secrets.json", datetime.now(UTC) - timedelta(days=2))
    collector = BackupsCollector(HostingSettings(state=tmp_path), BackupSettings(directory=tmp_path))
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in collector.collect()
        for sample in family.samples
    }
    assert samples["fly_potato_secret_age_seconds", "A"] == pytest.approx(2 * 86400, abs=60)


def test_what_a_check_of_a_release_cannot_see_itself_is_put_down(values: dict[str, str], tmp_path: Path) -> None:
    prepare.lay_out(values, tmp_path / "prod")
    path = tmp_path / "prod/timers/host.json"
    facts = json.loads(path.read_text())
    assert facts["tracked_settings"] == []
    assert (facts["unpinned_images"], facts["images_by_hand"]) == (images.used(), True)
    assert prepare.host_facts({"IMAGES_BY_DIGEST": "true"}, datetime.now(UTC))["images_by_hand"] is False
    assert len(facts["commit"]) == 40
    assert path.stat().st_mode & 0o077 == 0


def test_the_service_tells_when_digests_were_last_asked_for(values: dict[str, str], tmp_path: Path) -> None:
    lock = tmp_path / "images.lock"
    lock.write_text("# asked: 2026-01-31\nnginx:1 -\n")
    assert images.last_refresh(lock) == date(2026, 1, 31)
    prepare.lay_out(values, tmp_path / "prod")
    state = tmp_path / "prod/timers"
    collector = BackupsCollector(HostingSettings(state=state), BackupSettings(directory=tmp_path))

    def samples() -> dict[str, float]:
        return {sample.name: sample.value for family in collector.collect() for sample in family.samples}

    # Images are brought by hand here: digests are no matter, their age is.
    assert samples()["fly_potato_images_without_digest"] == 0
    assert prepare.host_facts({}, datetime.now(UTC))["images_without_digest"] == list(images.locked().values()).count(
        "-"
    )
    (state / "host.json").write_text('{"images_asked": "2026-01-31", "images_without_digest": 0}')
    assert samples()["fly_potato_images_asked_timestamp_seconds"] == datetime(2026, 1, 31, tzinfo=UTC).timestamp()
