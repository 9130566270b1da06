"""DataLens' gate on a running host: opened by a setting, it lets DataLens' role of DataLens' addresses in, over TLS."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.stack import engine
from tests.stack.compose import GATE, HOSTS, Compose, healthy, live
from tests.stack.conftest import Host
from tests.stack.test_datalens_gate import DATALENS, STRANGER, ask, network
from tests.stack.test_files import ROOT
from tests.stack.test_hosts import listening
from tests.stack.test_hosts_backups import typed

pytestmark = live

PORT = 5433


@dataclass(frozen=True)
class OpenGate:
    """The host with its gate, the command of both, and a network of DataLens' and one of a stranger's."""

    host: Host
    compose: Compose
    datalens: str
    stranger: str

    def ask(self, source: str, user: str, password: str, *, tls: bool = True) -> str:
        """Connect to the host's database through the gate; say what became of it."""
        account = {"user": user, "password": password, "database": "float_mode"}
        return ask(source, PORT, account, ca=self.host.tls / "ca.pem" if tls else None)


@pytest.fixture(scope="module")
def gate(host: Host) -> Iterator[OpenGate]:
    """Open the gate of a host that runs, as its administrator does, and open it to another address."""
    settings = ROOT / ".env.prod"
    before = settings.read_text()
    settings.write_text(before.replace("DATALENS_ADDRESSES=\n", f"DATALENS_ADDRESSES={STRANGER}\n"))
    compose = Compose(*HOSTS, "--profile", "all", *GATE)
    try:
        typed(host, "make all-prod")
        settings.write_text(before.replace("DATALENS_ADDRESSES=\n", f"DATALENS_ADDRESSES={DATALENS}\n"))
        typed(host, "make all-prod")
        with network("datalens", DATALENS) as datalens, network("stranger", STRANGER) as stranger:
            yield OpenGate(host, compose, datalens, stranger)
    finally:
        compose("rm", "-s", "-f", "datalens_gate", check=False)
        settings.write_text(before)


def test_everything_is_healthy_with_one_door_more(gate: OpenGate) -> None:
    assert healthy(gate.compose.states(), gate.compose.services()) == []
    assert listening(engine.INSIDE) == {80, 443, PORT}


def test_datalens_gets_in_over_tls_with_its_limits(gate: OpenGate) -> None:
    password = gate.host.values["FP_DATALENS_PASSWORD"]
    assert gate.ask(gate.datalens, "fp_datalens", password) == "in true 1min on"
    assert gate.ask(gate.datalens, "fp_datalens", password, tls=False) == "out 28000"
    assert gate.ask(gate.stranger, "fp_datalens", password).startswith("out Connection")


def test_the_owner_stays_out_with_the_right_password(gate: OpenGate) -> None:
    assert gate.ask(gate.datalens, "app_user", gate.host.values["POSTGRES_PASSWORD"]) == "out 28000"
