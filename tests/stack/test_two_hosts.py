"""A host that is two machines: the way in on one, everything else on the other, one port with TLS of both between them.

Both run on one engine, each of a checkout and networks of its own, and meet where their machines would: at an address.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from hosting import environment
from tests.stack import browser, engine, hosts, page, report, uploads
from tests.stack.browser import sign_in
from tests.stack.compose import HOSTS, Compose, healthy, live, wait
from tests.stack.conftest import OURS, Host, Variants, claim
from tests.stack.hosts import DOMAIN
from tests.stack.test_files import ROOT
from tests.stack.test_hosts import PASSWORD, RESOLVE, add, key_hash, listening

pytestmark = live
OF_DMZ = "10.213.0.6"
"""The way in's address on the wire between the machines; the inner one has engine.INSIDE."""
# One engine has one bridge of a name.
ONE_ENGINE = {"networks": {"dmz": {"driver_opts": {"com.docker.network.bridge.name": "fp-dmz2"}}}}


@dataclass(frozen=True, slots=True)
class TwoMachines(Host):
    """The machine internal, with what the other one has: its command and its checkout."""

    dmz: Compose
    checkout: Path


def half(role: str) -> list[str]:
    """Give the words that the Makefile has for a machine."""
    return [*HOSTS[:6], "-f", f"local/compose.{role}.yaml", *HOSTS[6:]]


@contextmanager
def on_two_machines() -> Iterator[TwoMachines]:
    """Start the inner half by `make all-prod`, then the way in of a checkout of its own."""
    settings = ROOT / ".env.prod"
    claim(settings)
    inner = Compose(*half("internal"), "--profile", "all")
    with tempfile.TemporaryDirectory() as directory:
        tls, checkout = Path(directory) / "tls", Path(directory) / "dmz"
        hosts.certificate(tls, days=10)
        joined = hosts.between(tls, engine.INSIDE, OF_DMZ)
        values = hosts.settings(tls, HOST_ROLE="internal", **joined)
        swapped = {"HOST_ROLE": "dmz", "HOST_ADDRESS": OF_DMZ, "OTHER_HOST_ADDRESS": engine.INSIDE}
        for name in ("hosting", "local"):
            shutil.copytree(ROOT / name, checkout / name, symlinks=True)
        shutil.copy2(ROOT / ".env.example", checkout)
        of_the_other = dict.fromkeys({*environment.SECRETS, *environment.REQUIRED} - set(environment.OF_DMZ), "")
        hosts.write(checkout / ".env.prod", {**values, **of_the_other, **swapped})
        (checkout / "one-engine.yaml").write_text(json.dumps(ONE_ENGINE))
        words = [*half("dmz"), "-f", str(checkout / "one-engine.yaml"), "--profile", "all"]
        named = ["-p", "fly-potato-dmz", "--project-directory", str(checkout / "local")]
        outer = Compose(*named, *absolute(words, checkout))
        hosts.write(settings, values)
        settings.write_text(OURS + settings.read_text())
        subprocess.run(["ip", "addr", "replace", f"{OF_DMZ}/32", "dev", "lo"], check=True)
        try:
            with hosts.responder(tls):
                hosts.prepare()
                inner("down", "-v", "--remove-orphans", "-t", "5")
                with report.timed("two machines: `make all-prod` on internal"):
                    subprocess.run(["make", "all-prod"], cwd=ROOT, check=True, capture_output=True, timeout=900)
                prepared = ["python3", "-m", "hosting.prepare", ".env.prod"]
                subprocess.run(prepared, cwd=checkout, check=True, capture_output=True)
                with report.timed("two machines: up on dmz"):
                    outer("up", "-d", "--no-build", "--wait")
                yield TwoMachines(inner, tls, values, outer, checkout)
        finally:
            outer("down", "-v", "-t", "5", check=False)
            inner("down", "-v", "--remove-orphans", "-t", "5", check=False)
            settings.unlink()
            shutil.rmtree(ROOT / "data" / "prod", ignore_errors=True)


def absolute(words: list[str], checkout: Path) -> list[str]:
    """Name the files of a checkout from anywhere."""
    return [str(checkout / word) if word.startswith(("local/", "data/", ".env")) else word for word in words]


@pytest.fixture(scope="module")
def machines(variants: Variants) -> TwoMachines:
    """Give the two machines, running."""
    return variants.use(on_two_machines)


def test_each_service_stands_on_one_of_them_and_is_healthy(machines: TwoMachines) -> None:
    inside, outside = machines.compose.services(), machines.dmz.services()
    assert set(outside) == {*environment.IN_DMZ, "between"}
    assert set(inside) & set(outside) == {"between"}
    assert healthy(machines.compose.states(), inside) == []
    assert healthy(machines.dmz.states(), outside) == []
    # Both are one address here: the way in has 80 and 443, and each would have the port between them.
    assert listening(engine.INSIDE) == {80, 443}


def test_the_way_in_has_no_secret_of_the_inside(machines: TwoMachines) -> None:
    texts = [path.read_text() for path in (machines.checkout / "data/prod").rglob("*") if path.is_file()]
    for name in {*environment.SECRETS, *environment.ROLES} - set(environment.OF_DMZ):
        assert not any(machines.values[name] in text for text in texts), name


def test_a_log_in_and_a_workbook_go_through_both(machines: TwoMachines, tmp_path: Path) -> None:
    add(machines, "vera", "operator")
    with browser.started(RESOLVE, f"--ignore-certificate-errors-spki-list={key_hash(machines)}") as session:
        sign_in(session, f"https://{DOMAIN}/", "vera", PASSWORD)
        wait(lambda: session.url == f"https://{DOMAIN}/", 30, "the site after log-in")
        file = tmp_path / "flights.xlsx"
        content, truth = uploads.workbook(tmp_path, 200)
        file.write_bytes(content)
        page.send(session, f"https://{DOMAIN}", file)
        assert page.new_flights(session, file) == truth["totals"]["flights"]
        page.enter_grafana(session, f"https://{DOMAIN}")


def test_every_target_is_up(machines: TwoMachines) -> None:
    def down() -> list[str]:
        text = machines.compose.read("prometheus", "http://127.0.0.1:9090/api/v1/targets")
        return [t["labels"]["job"] for t in json.loads(text)["data"]["activeTargets"] if t["health"] != "up"]

    wait(lambda: not down(), 90, "all targets up")
    perimeter = machines.compose.read("prometheus", "http://127.0.0.1:9090/api/v1/query?query=probe_success")
    assert {each["value"][1] for each in json.loads(perimeter)["data"]["result"]} == {"1"}
