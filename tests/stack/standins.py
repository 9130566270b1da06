"""``python -m tests.stack.standins``: build images under the names that local/compose.yaml and Dockerfiles use.

For machines that reach package registries but no image registry. A base comes from debootstrap, programs from Debian,
the Go module proxy and Maven Central; everything is kept in ``CACHE`` and built once. Users never meet these images.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from local.hosts import images

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent / "standins"
CACHE = Path(os.environ.get("FLY_POTATO_STACK_CACHE", "/var/cache/fly-potato-stack"))
SUITE = "trixie"
BASE = f"fly-potato-stack/{SUITE}:base"

COMPOSE_VERSION = "v2.40.3"
# Where each program is in the module's tree, and what its build is called.
GO_PROGRAMS = {
    "docker-compose": (
        f"github.com/docker/compose/v2@{COMPOSE_VERSION}",
        "./cmd",
        "github.com/docker/compose/v2/internal.Version=" + COMPOSE_VERSION,
    ),
    "oauth2-proxy": (
        "github.com/oauth2-proxy/oauth2-proxy/v7@v7.8.1",
        ".",
        "github.com/oauth2-proxy/oauth2-proxy/v7/pkg/version.VERSION=v7.8.1",
    ),
    "prometheus-nginxlog-exporter": ("github.com/martin-helmich/prometheus-nginxlog-exporter@v1.11.0", ".", ""),
    "versitygw": ("github.com/versity/versitygw@v1.8.0", "./cmd/versitygw", "main.Version=v1.8.0"),
}
KEYCLOAK = "26.7.3"

# Image name without tag -> target of standins/Dockerfile. Grafana is nowhere among the registries: no stand-in.
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
    "python": "python",
}
WITHOUT_STANDIN = {"grafana/grafana"}


def run(*command: str, cwd: Path | None = None, **environment: str) -> str:
    """Run a command quietly; on failure show what it printed and give up."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout[-4000:]}")
    return done.stdout


def have(image: str) -> bool:
    """Tell whether the engine has an image."""
    return subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False).returncode == 0


def build_go(name: str) -> Path:
    """Build one program from the module proxy, unless it is in the cache; give its path."""
    binary = CACHE / "bin" / name
    if not binary.exists():
        module, package, stamp = GO_PROGRAMS[name]
        go = shutil.which("go") or "/usr/local/go/bin/go"
        found = run(go, "mod", "download", "-json", module)
        source = Path(found.split('"Dir": "')[1].split('"')[0])
        tree = CACHE / "src" / name
        shutil.rmtree(tree, ignore_errors=True)
        shutil.copytree(source, tree)
        run("chmod", "-R", "u+w", str(tree))
        binary.parent.mkdir(parents=True, exist_ok=True)
        flags = "-s -w" + (f" -X {stamp}" if stamp else "")
        # A plain build in the tree: some of these modules exclude versions, which `go install` refuses.
        run("nice", go, "build", "-trimpath", "-ldflags", flags, "-o", str(binary), package, cwd=tree, CGO_ENABLED="0")
        shutil.rmtree(tree)
    return binary


def keycloak_tar() -> Path:
    """Fetch Keycloak's distribution from Maven Central and repack it; give the archive's path."""
    archive = CACHE / "downloads" / f"keycloak-{KEYCLOAK}.tar"
    if not archive.exists():
        archive.parent.mkdir(parents=True, exist_ok=True)
        artifact = f"org.keycloak:keycloak-quarkus-dist:{KEYCLOAK}:zip"
        run(
            "mvn",
            "-q",
            "-B",
            "dependency:get",
            f"-Dartifact={artifact}",
            "-Dtransitive=false",
            f"-Dmaven.repo.local={CACHE}/maven",
        )
        (packed,) = (CACHE / "maven").rglob(f"keycloak-quarkus-dist-{KEYCLOAK}.zip")
        unpacked = CACHE / "src" / "keycloak"
        shutil.rmtree(unpacked, ignore_errors=True)
        with zipfile.ZipFile(packed) as content:
            content.extractall(unpacked)  # noqa: S202 - Keycloak's own distribution
        (home,) = unpacked.iterdir()
        for script in (home / "bin").glob("*.sh"):
            script.chmod(0o755)
        with tarfile.open(archive.with_suffix(".part"), "w") as out:
            out.add(home, arcname=home.name)
        archive.with_suffix(".part").rename(archive)
        shutil.rmtree(unpacked)
    return archive


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


def build(image: str, context: Path) -> bool:
    """Build one stand-in; False where there is none for this image."""
    repository = image.rsplit(":", 1)[0]
    if repository in WITHOUT_STANDIN:
        return False
    target = TARGETS[repository]
    run("docker", "build", "--network", "host", "--target", target, "--tag", image, str(context), DOCKER_BUILDKIT="0")
    return True


def main() -> None:
    """Build whatever is missing and say for each image what stands in for it."""
    context = CACHE / "context"
    context.mkdir(parents=True, exist_ok=True)
    base()
    for file in HERE.iterdir():
        shutil.copy2(file, context / file.name)
    for name in GO_PROGRAMS:
        binary = build_go(name)
        if name != "docker-compose":
            shutil.copy2(binary, context / name)
    shutil.copy2(keycloak_tar(), context / "keycloak.tar")
    shutil.copy2("/etc/ssl/certs/ca-certificates.crt", context)
    for image in images.used():
        told = "built" if build(image, context) else "NO STAND-IN"
        sys.stdout.write(f"{image}: {told}\n")


if __name__ == "__main__":
    main()
