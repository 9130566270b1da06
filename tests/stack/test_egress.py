"""Where containers may connect to: the written rules in a kernel, between three namespaces that nothing else is in."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hosting import egress
from tests.stack.test_files import ROOT, compose

RESOLVER, NAMED, NETWORK, OTHER = "198.51.100.53", "198.51.100.7", "203.0.113.0/24", "198.51.100.8"
ALLOWED = f"{NAMED}:443, {NETWORK}:587,[2001:db8::7]:443"
# A host between a container on its bridge and the outside, where somebody listens everywhere.
ROOM = """
set -eu
mount -t tmpfs none /run
for name in container outside; do ip netns add $name; done
ip link add {bridge} type bridge
ip link add c0 type veth peer name eth0 netns container
ip link set c0 master {bridge}
ip addr add 10.77.1.1/24 dev {bridge}
ip link add o0 type veth peer name eth0 netns outside
ip addr add 198.51.100.254/24 dev o0
for link in lo {bridge} c0 o0; do ip link set $link up; done
ip -n container addr add 10.77.1.2/24 dev eth0
for name in container outside; do ip -n $name link set lo up; ip -n $name link set eth0 up; done
ip -n container route add default via 10.77.1.1
for address in {outside}; do ip -n outside addr add $address dev eth0; done
ip -n outside route add 10.77.1.0/24 via 198.51.100.254
ip route add 203.0.113.0/24 via {resolver}
echo 1 > /proc/sys/net/ipv4/ip_forward
ip netns exec outside {python} -m tests.stack.test_egress listen &
ip netns exec container {python} -m tests.stack.test_egress listen &
ip netns exec container {python} -m tests.stack.test_egress ask
nft -f {rules}
nft -f {rules}
ip netns exec container {python} -m tests.stack.test_egress ask
ip netns exec outside {python} -m tests.stack.test_egress inward
"""
PORTS = (53, 80, 443, 587)
QUESTIONS = [
    (RESOLVER, 53), (RESOLVER, 443), (NAMED, 443), (NAMED, 80), (NAMED, 53), ("203.0.113.9", 587), ("203.0.113.9", 443),
    (OTHER, 443),
]  # fmt: skip
OPEN = [(RESOLVER, 53), (NAMED, 443), ("203.0.113.9", 587)]


def test_containers_reach_what_is_named_and_nothing_else(tmp_path: Path) -> None:
    if os.geteuid() or not shutil.which("nft", path="/usr/sbin:/sbin") or not shutil.which("ip"):
        pytest.skip("namespaces and rules take root, ip and nft")
    (tmp_path / "egress.nft").write_text(egress.rules(ALLOWED, [RESOLVER]))
    outside = " ".join(f"{address}/24" for address in (RESOLVER, NAMED, OTHER, "203.0.113.9"))
    script = ROOM.format(
        bridge=egress.BRIDGE, outside=outside, resolver=RESOLVER, python=sys.executable, rules=tmp_path / "egress.nft"
    )
    held = [
        "unshare",
        "--mount",
        "--propagation",
        "private",
        "--net",
        "--pid",
        "--fork",
        "--kill-child",
        "--mount-proc",
    ]
    environment = {**os.environ, "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"}
    done = subprocess.run(
        [*held, "bash", "-c", script],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    without, under, inward = (json.loads(line) for line in done.stdout.splitlines())
    assert without == [list(question) for question in QUESTIONS], "everything is reached where no rules are"
    assert under == [list(question) for question in OPEN]
    assert inward, "a published port is still reached from outside"


def test_the_rules_are_of_the_network_that_there_is() -> None:
    networks = compose("compose.prod.yaml")["networks"]
    assert networks["dmz"]["driver_opts"] == {"com.docker.network.bridge.name": egress.BRIDGE}
    assert networks["internal"]["internal"] is True


@pytest.mark.parametrize(
    "text", ["192.0.2.1", "192.0.2.1:0", "192.0.2.1:70000", "example.test:443", "192.0.2.1/24:443"]
)
def test_what_is_no_address_with_a_port_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        egress.destinations(text)


def test_resolvers_on_the_loopback_are_the_engines_own_affair(tmp_path: Path) -> None:
    (tmp_path / "resolv.conf").write_text("nameserver 127.0.0.53\nnameserver 198.51.100.53\nnameserver 2001:db8::53\n")
    assert egress.host_resolvers(tmp_path / "resolv.conf") == ["198.51.100.53"]


def _main(what: str) -> None:
    """Be one of the parties: listen on every port, or say who could be reached."""
    import socket
    import time

    def reached(address: str, port: int) -> bool:
        try:
            socket.create_connection((address, port), 2).close()
        except OSError:
            return False
        return True

    if what == "listen":
        kept = [socket.create_server(("", port)) for port in PORTS]
        time.sleep(60)
        del kept
    elif what == "ask":
        while not all(reached(*place) for place in OPEN):
            time.sleep(0.05)
        sys.stdout.write(json.dumps([place for place in QUESTIONS if reached(*place)]) + "\n")
    else:
        sys.stdout.write(json.dumps(reached("10.77.1.2", 443)) + "\n")


if __name__ == "__main__":
    _main(sys.argv[1])
