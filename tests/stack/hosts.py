"""What a host has that development lacks: a certificate by a CA of the test's own, and a filled-in .env.prod."""

import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hosting import environment
from tests.stack import engine

DOMAIN = "fly-potato.test"
# Where the test's CA answers whether a certificate is still good; nginx asks it to staple the answer.
RESPONDER_PORT = 2560
CONFIGURATION = f"""
[ca]
default_ca = test
[test]
new_certs_dir = .
database = index.txt
certificate = ca.pem
private_key = ca.key
rand_serial = yes
default_md = sha256
policy = any
[any]
commonName = supplied
[leaf]
subjectAltName = DNS:{DOMAIN},DNS:www.{DOMAIN}
authorityInfoAccess = OCSP;URI:http://{engine.INSIDE}:{RESPONDER_PORT}/
"""


def openssl(*arguments: str, directory: Path) -> None:
    """Run openssl in a directory."""
    subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)


def certificate(directory: Path, *, days: int) -> None:
    """Write ca.pem, fullchain.pem and privkey.pem for the domain, good for so many days."""
    directory.mkdir(parents=True, exist_ok=True)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30",
            "-subj", "/CN=Fly Potato test CA", directory=directory)  # fmt: skip
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "privkey.pem", "-out", "leaf.csr",
            "-subj", f"/CN={DOMAIN}", directory=directory)  # fmt: skip
    (directory / "ca.cnf").write_text(CONFIGURATION)
    (directory / "index.txt").touch()
    openssl("ca", "-batch", "-notext", "-config", "ca.cnf", "-extensions", "leaf", "-in", "leaf.csr",
            "-out", "leaf.pem", "-days", str(days), directory=directory)  # fmt: skip
    chain = (directory / "leaf.pem").read_text() + (directory / "ca.pem").read_text()
    (directory / "fullchain.pem").write_text(chain)


@contextmanager
def responder(directory: Path) -> Iterator[None]:
    """Answer for the CA whether its certificates are good, until the block ends."""
    command = ["openssl", "ocsp", "-index", "index.txt", "-port", str(RESPONDER_PORT), "-rsigner", "ca.pem",
               "-rkey", "ca.key", "-CA", "ca.pem", "-ndays", "1", "-ignore_err"]  # fmt: skip
    process = subprocess.Popen(command, cwd=directory, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def settings(tls: Path, **changed: str) -> dict[str, str]:
    """Fill in .env.example as an administrator would, with random secrets."""
    values = environment.read(environment.EXAMPLE)
    values.update({name: secrets.token_hex(16) for name in environment.SECRETS})
    values.update(
        POSTGRES_URI=f"postgresql://fp_api:{secrets.token_hex(16)}@postgres:5433/float_mode",
        PROCESS__POSTGRES_URI=f"postgresql://fp_ingest:{secrets.token_hex(16)}@postgres:5433/float_mode",
        APP_ENVIRONMENT="test",
        S3_ACCESS_KEY_ID="hosts",
        KC_HOSTNAME=DOMAIN,
        KC_BOOTSTRAP_ADMIN_USERNAME="first-keeper",
        GF_SECURITY_ADMIN_USER="graph-keeper",
        TLS_CERTIFICATE=str(tls / "fullchain.pem"),
        TLS_CERTIFICATE_KEY=str(tls / "privkey.pem"),
        TLS_CHAIN=str(tls / "ca.pem"),
        ALERT_ONCALL_URL="http://nginx:9/oncall",
        ALERT_TICKETS_URL="http://nginx:9/tickets",
        # No journald runs beside the test's engine.
        LOG_DRIVER="json-file",
        # The stand-ins were built here and are in no registry.
        IMAGES_BY_DIGEST="false",
    )
    return {**values, **changed}


def between(directory: Path, own: str = "192.0.2.1", other: str = "192.0.2.2") -> dict[str, str]:
    """Make the certificate that two machines show each other, as the guide's command does, and what both set then."""
    guide = (environment.EXAMPLE.parent / "docs/admin-guide.ru.md").read_text(encoding="utf-8")
    (command,) = (block for block in guide.split("```\n")[1::2] if block.startswith("openssl req -x509"))
    subprocess.run(["bash", "-c", command], cwd=directory, check=True, capture_output=True)
    files = {"BETWEEN_CERTIFICATE": "between.pem", "BETWEEN_CERTIFICATE_KEY": "between.key"}
    return {
        "HOST_ADDRESS": own,
        "OTHER_HOST_ADDRESS": other,
        **{name: str(directory / file) for name, file in files.items()},
    }


def write(path: Path, values: dict[str, str], mode: int = 0o600) -> Path:
    """Write settings to a file with these permissions."""
    path.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
    path.chmod(mode)
    return path


def prepare() -> None:
    """Run the preparation of `make all-prod` as it stands in the Makefile."""
    subprocess.run(["python3", "-m", "hosting.prepare", ".env.prod"], cwd=environment.EXAMPLE.parent, check=True)
