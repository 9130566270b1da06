"""The check of .env.prod and what is laid out from it: each way to be wrong is told, and no value ever is."""

import json
import os
import secrets
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from hosting import environment, migration, prepare
from tests.stack import hosts

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate once."""
    directory = tmp_path_factory.mktemp("tls")
    hosts.certificate(directory, days=90)
    return directory


def faults(directory: Path, values: dict[str, str], mode: int = 0o600) -> list[str]:
    """Check settings written to a file."""
    return environment.faults(hosts.write(directory / ".env.prod", values, mode))


def test_a_filled_in_example_passes(tmp_path: Path, tls: Path) -> None:
    assert faults(tmp_path, hosts.settings(tls)) == []


def test_the_example_itself_does_not(tmp_path: Path) -> None:
    found = " ".join(faults(tmp_path, environment.read(environment.EXAMPLE)))
    for name in (*environment.SECRETS, "KC_HOSTNAME", "TLS_CERTIFICATE", "POSTGRES_URI"):
        assert name in found


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o400, 0o700])
def test_the_file_is_for_its_owner_alone(tmp_path: Path, tls: Path, mode: int) -> None:
    (found,) = faults(tmp_path, hosts.settings(tls), mode)
    assert "chmod 600" in found


def test_a_missing_file_is_told() -> None:
    (found,) = environment.faults(Path("/nowhere/.env.prod"))
    assert "cp .env.example" in found


@pytest.mark.parametrize("name", [*environment.SECRETS, *environment.REQUIRED])
def test_nothing_required_may_be_empty(tmp_path: Path, tls: Path, name: str) -> None:
    assert any(name in fault for fault in faults(tmp_path, hosts.settings(tls, **{name: ""})))


def test_a_name_that_the_example_has_may_not_be_left_out(tmp_path: Path, tls: Path) -> None:
    values = hosts.settings(tls)
    del values["UPLOAD_MAX_BYTES"]
    assert faults(tmp_path, values) == ["Нет переменной UPLOAD_MAX_BYTES, она есть в .env.example."]


@pytest.mark.parametrize(
    "value",
    [
        "postgres",
        "admin",
        "change-me-please-now",
        "fly-potato-dev-client-secret",
        "aaaaaaaaaaaaaaaaaaaaaaaa",
        "short-1",
    ],
)
@pytest.mark.parametrize("name", environment.SECRETS)
def test_defaults_and_dictionary_words_are_refused(tmp_path: Path, tls: Path, name: str, value: str) -> None:
    found = faults(tmp_path, hosts.settings(tls, **{name: value}))
    assert any(fault.startswith(f"{name}:") for fault in found)
    assert not any(value in fault for fault in found)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"KC_HOSTNAME": "https://example.ru"}, "KC_HOSTNAME"),
        ({"KC_HOSTNAME": "localhost"}, "KC_HOSTNAME"),
        ({"KC_PROXY": "passthrough"}, "KC_PROXY"),
        ({"POSTGRES_URI": "postgresql://app_user:0123456789abcdef0@postgres:5433/float_mode"}, "POSTGRES_URI"),
        ({"POSTGRES_URI": "postgresql://fp_api:0123456789abcdef0@elsewhere:5433/float_mode"}, "POSTGRES_URI"),
        ({"PROCESS__POSTGRES_URI": "postgresql://fp_ingest:short@postgres:5433/float_mode"}, "PROCESS__POSTGRES_URI"),
        ({"OAUTH2_COOKIE_SECRET": "0f1e2d3c4b5a69788"}, "OAUTH2_COOKIE_SECRET"),
        ({"APP_DEBUG": "True"}, "APP_DEBUG"),
        ({"LOG_DRIVER": "syslog"}, "LOG_DRIVER"),
        ({"EGRESS_ALLOWED": "example.test:443"}, "EGRESS_ALLOWED"),
        ({"POSTGRES_DISK": "srv/postgres"}, "POSTGRES_DISK"),
        ({"HOST_ROLE": "inner"}, "HOST_ROLE"),
        ({"OTHER_HOST_ADDRESS": "inside.example"}, "OTHER_HOST_ADDRESS"),
        ({"APP_ENVIRONMENT": "production"}, "APP_ENVIRONMENT"),
        ({"LOG_DAYS": "7"}, "LOG_DAYS"),
        ({"HOSTING_AUDIT_DAYS": "90"}, "HOSTING_AUDIT_DAYS"),
        ({"IMAGES_BY_DIGEST": "no"}, "IMAGES_BY_DIGEST"),
        ({"GRAFANA_CLOUD_USERNAME": "7"}, "GRAFANA_CLOUD_TOKEN"),
        ({"GF_SECURITY_ADMIN_USER": "admin"}, "GF_SECURITY_ADMIN_USER"),
        ({"TLS_CERTIFICATE": "/nowhere.pem"}, "TLS_CERTIFICATE"),
    ],
)
def test_odd_values_are_told(tmp_path: Path, tls: Path, changed: dict[str, str], expected: str) -> None:
    found = faults(tmp_path, hosts.settings(tls, **changed))
    assert len(found) == 1 or changed.keys() == {"GRAFANA_CLOUD_USERNAME"}
    assert expected in found[0]


def test_half_a_host_needs_the_other_half_and_the_way_in_no_secret_of_its(tmp_path: Path, tls: Path) -> None:
    joined = hosts.between(tls)
    for role in environment.HALVES:
        found = faults(tmp_path, hosts.settings(tls, HOST_ROLE=role))
        assert found == [f"Не задано {name}." for name in environment.BETWEEN]
        assert faults(tmp_path, hosts.settings(tls, HOST_ROLE=role, **joined)) == []
    kept = {*environment.OF_DMZ, *joined}
    of_the_other = dict.fromkeys({*environment.SECRETS, *environment.REQUIRED} - kept, "")
    assert len(of_the_other) > 10
    assert faults(tmp_path, hosts.settings(tls, HOST_ROLE="dmz", **joined, **of_the_other)) == []


def test_a_key_of_another_certificate_is_refused(tmp_path: Path, tls: Path) -> None:
    (found,) = faults(tmp_path, hosts.settings(tls, TLS_CERTIFICATE_KEY=str(tls / "ca.key")))
    assert "не подходят" in found


def run_out(directory: Path) -> None:
    """Make a certificate for the domain that was good until yesterday."""
    directory.mkdir()
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, hosts.DOMAIN)]), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=9), now - timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(hosts.DOMAIN)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (directory / "fullchain.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (directory / "privkey.pem").write_bytes(private)


def test_a_certificate_of_another_domain_or_of_yesterday_is_refused(tmp_path: Path, tls: Path) -> None:
    (found,) = faults(tmp_path, hosts.settings(tls, KC_HOSTNAME="elsewhere.test"))
    assert "не для домена" in found
    assert faults(tmp_path, hosts.settings(tls, KC_HOSTNAME=f"www.{hosts.DOMAIN}")) == []
    run_out(tmp_path / "old")
    (found,) = faults(tmp_path, hosts.settings(tmp_path / "old"))
    assert found == "TLS_CERTIFICATE: срок сертификата истёк."


def test_one_secret_for_two_purposes_is_refused(tmp_path: Path, tls: Path) -> None:
    twin = secrets.token_hex(16)
    (found,) = faults(tmp_path, hosts.settings(tls, KC_DB_PASSWORD=twin, FP_MONITOR_PASSWORD=twin))
    assert "одинаковы" in found


def test_the_command_says_no_and_starts_nothing(tmp_path: Path, tls: Path) -> None:
    path = hosts.write(tmp_path / ".env.prod", hosts.settings(tls, APP_DEBUG="True"))
    for module in ("environment", "prepare"):
        done = subprocess.run(
            ["python3", "-m", f"hosting.{module}", str(path)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert "APP_DEBUG" in done.stderr
    assert not (ROOT / "data/prod/secrets").exists()


def test_files_are_read_as_compose_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("# note\nexport A=1\nB='two # no note'\nC=\"three\"\nD=four # note\n\nE=\n")
    assert environment.read(path) == {"A": "1", "B": "two # no note", "C": "three", "D": "four", "E": ""}
    path.write_text("not an assignment\n")
    with pytest.raises(environment.MalformedLine, match=r":1$"):
        environment.read(path)


def test_secrets_become_files_behind_a_closed_directory(tmp_path: Path, tls: Path) -> None:
    values = hosts.settings(tls, POSTGRES_PASSWORD="p@ss:w/o%r?d #1 of twenty")
    directory = tmp_path / "prod"
    prepare.lay_out(values, directory)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert (directory / "secrets/KC_DB_PASSWORD").read_text() == values["KC_DB_PASSWORD"]
    assert (
        directory / "secrets/MIGRATE_URI"
    ).read_text() == "postgresql://app_user:p%40ss%3Aw%2Fo%25r%3Fd%20%231%20of%20twenty@postgres:5433/float_mode"
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o444 for file in (directory / "secrets").iterdir())
    before = (directory / "tls/privkey.pem").stat().st_ino
    prepare.lay_out({**values, "TLS_CHAIN": ""}, directory)
    assert (directory / "tls/privkey.pem").stat().st_ino == before
    assert (directory / "tls/chain.pem").read_text().strip() == (tls / "ca.pem").read_text().strip()
    if os.geteuid() == 0:
        assert (directory / "backups").stat().st_uid == prepare.POSTGRES_USER_ID


def test_hosts_without_a_registry_run_by_version() -> None:
    assert "@sha256:" in str(prepare.services({"IMAGES_BY_DIGEST": "true"}))
    assert prepare.services({"IMAGES_BY_DIGEST": "false"}) == {}


def test_roles_take_their_passwords_from_the_addresses() -> None:
    found = migration.passwords(
        {
            "POSTGRES_URI": "postgresql://fp_api:a%40b@postgres:5433/float_mode",
            "PROCESS__POSTGRES_URI": "postgresql://fp_ingest:c@postgres:5433/float_mode",
            "FP_MONITOR_PASSWORD": "d",
        }
    )
    assert found == {"fp_api": "a@b", "fp_ingest": "c", "fp_monitor": "d"}
    assert migration.passwords({"POSTGRES_URI": "postgresql://postgres:postgres@postgres:5433/float_mode"}) == {}


def test_disks_of_their_own_are_mounted_and_looked_at(tmp_path: Path, tls: Path) -> None:
    data, backups = tmp_path / "data", tmp_path / "backups"
    values = hosts.settings(tls, POSTGRES_DISK=str(data), BACKUP_DISK=str(backups))
    assert len([line for line in prepare.disk_warnings(values) if "нет каталога" in line]) == 2
    data.mkdir()
    backups.mkdir()
    system = prepare.disk_warnings(values, root=tmp_path)
    assert len([line for line in system if "системном диске" in line]) == 2
    assert "на одном диске" in " ".join(prepare.disk_warnings(values, root=Path("/proc")))
    assert "не задан" in " ".join(prepare.disk_warnings({}))
    prepare.lay_out(values, tmp_path / "prod")
    mounts = json.loads((tmp_path / "prod/images.yaml").read_text())["services"]
    assert mounts["postgres"]["volumes"][0] == f"{data}/data:/var/lib/postgresql/data"
    assert mounts["backups"]["volumes"] == [f"{backups}/backups:/backups", f"{backups}/wal-archive:/wal-archive"]
    assert {(path.stat().st_mode & 0o777) for path in prepare.disk_directories(values)} == {0o700}
