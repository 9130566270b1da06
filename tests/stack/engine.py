"""A Docker engine for the tests, in a network namespace of its own so that the guide's ports are free there.

Where an engine already runs it is left alone: this one has its own socket, data and addresses.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.stack import programs

NAMESPACE = "fp-stack"
NETWORK = "10.213.0.0/30"
OUTSIDE, INSIDE = "10.213.0.1", "10.213.0.2"
SOCKET = Path("/run/fly-potato-stack.sock")
PID = Path("/run/fly-potato-stack.pid")
CONFIG = programs.CACHE / "docker-config"
PACKAGES = (
    "docker.io",
    "docker-registry",
    "debootstrap",
    "iptables",
    "iproute2",
    "openssl",
    "chromium",
    "chromium-driver",
    "maven",
)
MASQUERADE = ["POSTROUTING", "-s", NETWORK, "-j", "MASQUERADE"]


def obstacle() -> str | None:
    """Say in one sentence why no engine can be started here, or give None."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "an engine is started by root on Linux only"
    if not Path("/sys/fs/cgroup").is_dir() or not any(Path("/sys/fs/cgroup").iterdir()):
        return "no control groups are mounted"
    if shutil.which("apt-get") is None:
        return "the engine and the stand-ins come from Debian packages, and there is no apt-get"
    if shutil.which("go") is None and not Path("/usr/local/go/bin/go").exists():
        return "some stand-ins are built with Go, and there is no Go"
    namespaces = ["unshare", "--net", "--pid", "--fork", "--mount-proc", "true"]
    created = subprocess.run(namespaces, capture_output=True, check=False)
    return None if created.returncode == 0 else "namespaces cannot be made here"


def install() -> None:
    """Install what is missing of Debian's packages."""
    result = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Abbrev}\n", *PACKAGES],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    missing = [package for package in PACKAGES if f"{package} ii" not in result]
    if missing:
        programs.run("apt-get", "update", "-q")
        # A service that starts by itself would hold the ports and tables of the machine.
        policy = Path("/usr/sbin/policy-rc.d")
        held = not policy.exists()
        if held:
            policy.write_text("#!/bin/sh\nexit 101\n")
            policy.chmod(0o755)
        try:
            environment = {"DEBIAN_FRONTEND": "noninteractive"}
            programs.run("apt-get", "install", "-qy", "--no-install-recommends", *missing, **environment)
        finally:
            if held:
                policy.unlink()


def namespace() -> None:
    """Make the namespace with a way out, for builds fetch packages."""
    if Path("/run/netns", NAMESPACE).exists():
        return
    programs.run("ip", "netns", "add", NAMESPACE)
    programs.run("ip", "link", "add", "fp-stack0", "type", "veth", "peer", "name", "eth0", "netns", NAMESPACE)
    programs.run("ip", "addr", "add", f"{OUTSIDE}/30", "dev", "fp-stack0")
    # No larger than what the way out takes; a tunnel on it may take less than an Ethernet.
    programs.run("ip", "link", "set", "fp-stack0", "up", "mtu", "1400")
    for command in (
        ("addr", "add", f"{INSIDE}/30", "dev", "eth0"),
        ("link", "set", "eth0", "up", "mtu", "1400"),
        ("link", "set", "lo", "up"),
        ("route", "add", "default", "via", OUTSIDE),
    ):
        programs.run("ip", "-n", NAMESPACE, *command)
    Path("/proc/sys/net/ipv4/ip_forward").write_text("1\n")
    programs.run("iptables", "-t", "nat", "-A", *MASQUERADE)


def inside(*command: str) -> list[str]:
    """Turn a command into one that runs inside the namespace; /sys stays as it is, for it has the control groups."""
    return ["nsenter", f"--net=/run/netns/{NAMESPACE}", *command]


def plug_in(name: str) -> None:
    """Give the docker command a plug-in."""
    _linked(CONFIG / "cli-plugins" / name, programs.built(name))


def client() -> None:
    """Point the docker command at this engine, with compose as its plug-in."""
    plug_in("docker-compose")
    # The classic builder: the other one wants a plug-in of its own.
    os.environ.update(DOCKER_HOST=f"unix://{SOCKET}", DOCKER_CONFIG=str(CONFIG), DOCKER_BUILDKIT="0")


def _linked(link: Path, program: Path) -> Path:
    """Make a program known under another name; give that."""
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(program)
    return link


def running() -> bool:
    """Tell whether the engine answers."""
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0


def start() -> None:
    """Start the engine unless it runs. Raises SystemExit with the end of its log if it does not come up."""
    namespace()
    client()
    if running():
        return
    programs.CACHE.mkdir(parents=True, exist_ok=True)
    log = programs.CACHE / "dockerd.log"
    # Under its own name, by which `stop` knows it.
    dockerd = _linked(programs.CACHE / "engine/dockerd", programs.built("dockerd"))
    command = inside(
        str(dockerd), f"--data-root={programs.CACHE}/docker", "--exec-root=/run/fly-potato-stack", f"--pidfile={PID}",
        f"--host=unix://{SOCKET}", "--mtu=1400", f"--userland-proxy-path={programs.built('docker-proxy')}",
    )  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
    for _ in range(60):
        if running():
            return
        if process.poll() is not None:
            break
        time.sleep(1)
    raise SystemExit(f"the engine did not start:\n{log.read_text()[-3000:]}")


def stop() -> None:
    """Stop the engine with all it runs and remove the namespace; images stay in the cache. Does no harm twice."""
    pid = _engine()
    if pid is not None:
        _kill_containers()
        os.kill(pid, signal.SIGTERM)
        for _ in range(120):
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            if _engine() is None:
                break
            time.sleep(0.5)
        else:
            os.kill(pid, signal.SIGKILL)
    # Deleted with its namespace, but later: the next start would find its name taken.
    subprocess.run(["ip", "link", "del", "fp-stack0"], capture_output=True, check=False)
    subprocess.run(["ip", "netns", "del", NAMESPACE], capture_output=True, check=False)
    subprocess.run(["iptables", "-t", "nat", "-D", *MASQUERADE], capture_output=True, check=False)


def _engine() -> int | None:
    """Give the process of the engine; a file that an engine left behind may name somebody else's by now."""
    try:
        pid = int(PID.read_text())
        return pid if Path(f"/proc/{pid}/comm").read_text() == "dockerd\n" else None
    except OSError:
        return None


def _kill_containers() -> None:
    """Kill them first: an engine that ends lets each of them take its time."""
    docker = ["docker", f"--host=unix://{SOCKET}"]
    with suppress(subprocess.TimeoutExpired):
        result = subprocess.run([*docker, "ps", "-q"], capture_output=True, text=True, timeout=30, check=False)
        if result.stdout.split():
            subprocess.run([*docker, "kill", *result.stdout.split()], capture_output=True, timeout=60, check=False)
