"""DataLens' way to the database of hosts, from networks of their own: its role gets in over TLS, all else does not.

The gate's configuration, pg_hba.conf and PostgreSQL's settings are those that hosts run, the programs this machine's.
"""

import ctypes
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from fly_potato.database import migrate, set_passwords
from fly_potato.stack.postgres import Cluster, find_postgres
from hosting import environment, migration, prepare
from tests.conftest import free_port
from tests.stack import hosts
from tests.stack.test_files import LOCAL, program

MODULE = Path("/usr/lib/nginx/modules/ngx_stream_module.so")
GATE, DATALENS, STRANGER = "172.31.255.1", "203.0.113.10", "198.51.100.10"
PASSWORDS = {role: f"an-invented-password-of-{role}" for role in ("fp_datalens", "fp_api", "fp_ingest", "fp_owner")}
_NEW_NETWORK = 0x40000000  # CLONE_NEWNET
ASK = """
import asyncio, asyncpg, json, ssl, sys
told = json.loads(sys.argv[1])
ca = told.pop("ca")
context = ca and ssl.create_default_context(cafile=ca)
async def main():
    kept = []
    for _ in range(told.pop("times", 1)):
        kept.append(await asyncpg.connect(ssl=context or False, timeout=8, statement_cache_size=0, **told))
    return await kept[-1].fetchval("SELECT ssl::text || ' ' || current_setting('statement_timeout') || ' ' || "
        "current_setting('default_transaction_read_only') FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
try:
    print("in", asyncio.run(main()))
except Exception as error:
    print("out", getattr(error, "sqlstate", None) or type(error).__name__)
"""


@dataclass(frozen=True)
class Gate:
    """The gate's port, who may be asked from where, and PostgreSQL's log."""

    port: int
    ca: Path
    cluster: Cluster
    namespaces: dict[str, str]

    def ask(self, source: str, user: str, *, tls: bool = True, database: str = "float_mode", times: int = 1) -> str:
        """Connect from an address through the gate, so many times at once; say what became of it."""
        account = {"user": user, "password": PASSWORDS.get(user, "postgres"), "database": database}
        return ask(self.namespaces[source], self.port, account, ca=self.ca if tls else None, times=times)


def ask(namespace: str, port: int, account: dict[str, str], *, ca: Path | None, times: int = 1) -> str:
    """Connect from a network of its own, over TLS where there is a CA to trust; say what became of it."""
    said = {"host": hosts.DOMAIN, "port": port, "ca": ca and str(ca), "times": times, **account}
    command = ["ip", "netns", "exec", namespace, sys.executable, "-c", ASK, json.dumps(said)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


def ip(*words: str) -> None:
    """Change the machine's networks."""
    subprocess.run(["ip", *words], check=True, capture_output=True)


@contextmanager
def another_machine() -> Iterator[None]:
    """Have this thread and what it starts in a network of their own, so that this machine's is never touched."""
    libc = ctypes.CDLL(None, use_errno=True)
    with Path("/proc/thread-self/ns/net").open() as before:
        if libc.unshare(_NEW_NETWORK) != 0:
            pytest.skip("networks cannot be made here")
        try:
            ip("link", "set", "lo", "up")
            yield
        finally:
            assert libc.setns(before.fileno(), _NEW_NETWORK) == 0


@contextmanager
def network(name: str, address: str) -> Iterator[str]:
    """Make a network of its own whose only neighbour is this machine, as ``address`` with .1 at its end."""
    namespace, here = f"fp-gate-{name}", f"fpg-{name}"
    neighbour = address.rpartition(".")[0] + ".1"
    subprocess.run(["ip", "netns", "del", namespace], capture_output=True, check=False)
    ip("netns", "add", namespace)
    try:
        ip("link", "add", here, "type", "veth", "peer", "name", "eth0", "netns", namespace)
        ip("address", "add", f"{neighbour}/24", "dev", here)
        ip("link", "set", here, "up")
        ip("-n", namespace, "address", "add", f"{address}/24", "dev", "eth0")
        ip("-n", namespace, "link", "set", "eth0", "up")
        names = Path("/etc/netns", namespace)
        names.mkdir(parents=True, exist_ok=True)
        (names / "hosts").write_text(f"127.0.0.1 localhost\n{neighbour} {hosts.DOMAIN}\n")
        yield namespace
    finally:
        subprocess.run(["ip", "netns", "del", namespace], capture_output=True, check=False)
        shutil.rmtree(Path("/etc/netns", namespace), ignore_errors=True)


def _server(directory: Path, tls: Path) -> Cluster:
    """Make PostgreSQL with the access rules and the key that hosts have."""
    binaries = find_postgres()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed")
    text = (LOCAL / "compose.datalens.yaml").read_text(encoding="utf-8")
    assert "-c ssl=on" in text
    assert "hba_file=/etc/postgresql/pg_hba.conf" in (LOCAL / "compose.prod.yaml").read_text(encoding="utf-8")
    for name in ("fullchain.pem", "privkey.pem"):
        shutil.copy(tls / name, directory / name)
        shutil.chown(directory / name, "postgres", "postgres")
        (directory / name).chmod(0o600)
    settings = {
        "ssl": "on", "ssl_cert_file": str(directory / "fullchain.pem"), "ssl_key_file": str(directory / "privkey.pem"),
        "hba_file": str(LOCAL / "postgres/pg_hba.conf"), "listen_addresses": f"127.0.0.1,{GATE}",
        "log_connections": "on", "fsync": "off",
    }  # fmt: skip
    return Cluster(binaries, directory / "data", free_port(), settings=settings)


@contextmanager
def _nginx(directory: Path, port: int, database: int) -> Iterator[None]:
    """Run the gate as hosts do, but for ports, paths and the database's name."""
    text = prepare.gate({"DATALENS_ADDRESSES": "203.0.113.0/28, 192.0.2.7"})
    text = text.replace("listen 5433", f"listen {port}").replace("postgres:5433", f"{GATE}:{database}")
    text = text.replace("/tmp/", f"{directory}/").replace("/dev/std", f"{directory}/std")
    configuration = directory / "datalens.conf"
    configuration.write_text((f"load_module {MODULE};\n" if MODULE.exists() else "") + text)
    server = subprocess.Popen([program("nginx"), "-c", str(configuration), "-g", "daemon off;"])
    try:
        time.sleep(1)
        assert server.poll() is None
        yield
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def gate() -> Iterator[Gate]:
    """Stand the gate up between two foreign networks and a migrated database."""
    if os.geteuid() != 0:
        pytest.skip("networks of one's own need root")
    if not MODULE.exists():
        pytest.skip("nginx here has no stream module (libnginx-mod-stream)")
    with ExitStack() as stack:
        stack.enter_context(another_machine())
        datalens = stack.enter_context(network("datalens", DATALENS))
        stranger = stack.enter_context(network("stranger", STRANGER))
        ip("address", "add", f"{GATE}/28", "dev", "lo")
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fly-potato-gate-")))
        directory.chmod(0o755)
        hosts.certificate(directory / "tls", days=2)
        cluster = _server(directory, directory / "tls")
        cluster.start()
        stack.callback(cluster.remove)
        cluster.create_database("float_mode")
        uri = cluster.uri(database="float_mode")
        migrate(uri)
        set_passwords(uri, PASSWORDS)
        migration.set_up_roles(uri, {"FP_DATALENS_PASSWORD": PASSWORDS["fp_datalens"]})
        port = free_port()
        stack.enter_context(_nginx(directory, port, cluster.port))
        yield Gate(port, directory / "tls/ca.pem", cluster, {DATALENS: datalens, STRANGER: stranger})


def test_datalens_gets_in_over_tls_with_its_limits(gate: Gate) -> None:
    assert gate.ask(DATALENS, "fp_datalens") == "in true 1min on"
    log = gate.cluster.log_file.read_text()
    assert "connection authorized: user=fp_datalens database=float_mode SSL enabled" in log


def test_nobody_gets_in_without_tls(gate: Gate) -> None:
    assert gate.ask(DATALENS, "fp_datalens", tls=False) == "out 28000"


@pytest.mark.parametrize("user", ["fp_api", "fp_ingest", "fp_owner", "postgres"])
def test_other_roles_stay_out_with_the_right_password(gate: Gate, user: str) -> None:
    assert gate.ask(DATALENS, user) == "out 28000"
    uri = gate.cluster.uri(user, "float_mode", PASSWORDS.get(user, "postgres"))
    psql = subprocess.run(
        [gate.cluster.binaries.program("psql"), "-Atc", "SELECT 1", uri], capture_output=True, text=True, check=False
    )
    assert psql.stdout.strip() == "1", "the password is right"


def test_other_databases_stay_shut(gate: Gate) -> None:
    assert gate.ask(DATALENS, "fp_datalens", database="postgres") == "out 28000"


def test_a_strangers_address_never_reaches_the_database(gate: Gate) -> None:
    before = gate.cluster.log_file.read_text()
    assert gate.ask(STRANGER, "fp_datalens").startswith("out Connection")
    assert gate.cluster.log_file.read_text() == before


def test_one_address_has_ten_connections(gate: Gate) -> None:
    assert gate.ask(DATALENS, "fp_datalens", times=10).startswith("in")
    assert gate.ask(DATALENS, "fp_datalens", times=11).startswith("out Connection")


def test_the_gate_is_shut_without_addresses() -> None:
    text = prepare.gate({})
    assert "allow" not in text
    assert "deny all;" in text


@pytest.mark.parametrize("wrong", ["0.0.0.0/0", "10.0.0.0/8", "datalens.ru", "192.0.2.1; allow all", "192.0.2.5/28"])
def test_addresses_that_open_too_much_or_say_nothing_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        environment.networks(wrong)


def test_the_overlay_adds_a_gate_and_nothing_else() -> None:
    overlay = yaml.safe_load((LOCAL / "compose.datalens.yaml").read_text(encoding="utf-8"))
    assert set(overlay["services"]) == {"postgres", "datalens_gate"}
    assert overlay["services"]["datalens_gate"]["networks"] == ["dmz", "gate"]
    assert overlay["services"]["postgres"]["networks"] == ["gate"]
    assert overlay["networks"]["gate"]["internal"] is True
    subnet = overlay["networks"]["gate"]["ipam"]["config"][0]["subnet"]
    rules = (LOCAL / "postgres/pg_hba.conf").read_text(encoding="utf-8")
    assert rules.count(subnet) == 3
    versions = {
        line.split("image: ")[1] for line in (LOCAL / "compose.yaml").read_text().splitlines() if "nginx:1" in line
    }
    assert versions == {overlay["services"]["datalens_gate"]["image"]}


def test_what_is_laid_out_lets_postgresql_alone_read_its_key(tmp_path: Path) -> None:
    hosts.certificate(tmp_path / "tls", days=2)
    values = hosts.settings(tmp_path / "tls", DATALENS_ADDRESSES="203.0.113.7")
    prepare.lay_out(values, tmp_path / "prod")
    key = tmp_path / "prod/postgres/privkey.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.read_text() == (tmp_path / "tls/privkey.pem").read_text()
    if os.geteuid() == 0:
        assert key.stat().st_uid == prepare.POSTGRES_USER_ID
    assert "allow 203.0.113.7/32;" in (tmp_path / "prod/datalens.conf").read_text()


def test_the_gates_lines_and_image_are_kept_as_those_of_other_services(tmp_path: Path) -> None:
    hosts.certificate(tmp_path / "tls", days=2)
    for driver in ("journald", "json-file"):
        values = hosts.settings(tmp_path / "tls", DATALENS_ADDRESSES="203.0.113.7", LOG_DRIVER=driver)
        prepare.lay_out(values, tmp_path / "prod")
        gate = json.loads((tmp_path / "prod/datalens.yaml").read_text())["services"]["datalens_gate"]
        others = json.loads((tmp_path / "prod/images.yaml").read_text())["services"]
        assert "datalens_gate" not in others, "the file is read where there is no gate, too"
        image = {key: gate[key] for key in ("image", "logging") if key in gate}
        assert image == {key: others.get("nginx", {})[key] for key in image}
        assert ("logging" in gate) == (driver == "journald")


def test_settings_that_open_too_much_or_forget_a_keys_day_are_named(tmp_path: Path) -> None:
    hosts.certificate(tmp_path / "tls", days=2)
    wrong = {"DATALENS_ADDRESSES": "0.0.0.0/0", "DATALENS_PRIVATE_KEY_PATH": "certs/key.pem"}
    path = tmp_path / ".env.prod"
    path.write_text("".join(f"{name}={value}\n" for name, value in hosts.settings(tmp_path / "tls", **wrong).items()))
    path.chmod(0o600)
    names = [line.partition(":")[0] for line in environment.faults(path)]
    assert "DATALENS_ADDRESSES" in names
    assert "DATALENS_KEY_CREATED" in names


def test_a_developers_folder_of_keys_is_found_in_dev_and_not_on_hosts() -> None:
    development = yaml.safe_load((LOCAL / "compose.yaml").read_text(encoding="utf-8"))["services"]["backend"]
    assert "../certs:/app/certs:ro" in development["volumes"]
    dockerfile = (LOCAL / "images/backend/Dockerfile").read_text(encoding="utf-8")
    assert "WORKDIR /app" in dockerfile, "certs/key.pem is told from there"
    hosts_text = (LOCAL / "compose.prod.yaml").read_text(encoding="utf-8")
    assert 'volumes: !override ["backend:/var/lib/fly-potato"]' in hosts_text
