"""Programs that the stack test builds or fetches where no image can be pulled; kept in ``CACHE`` and made once."""

import json
import os
import shutil
import subprocess
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("FLY_POTATO_STACK_CACHE", "/var/cache/fly-potato-stack"))
KEYCLOAK = "26.7.3"
ENGINE = "v28.5.2+incompatible"
ENGINE_STAMP = "github.com/docker/docker/dockerversion.Version"
PROMETHEUS_STAMP = "github.com/prometheus/common/version.Version"


@dataclass(frozen=True, slots=True)
class Program:
    """A program of the Go proxy: its module with a version, where it is in it, what names its version."""

    module: str
    package: str = "."
    stamp: str = ""
    files: tuple[tuple[str, str], ...] = ()
    """Files that are written over: what only registers parts nobody here asks for and that take long to build, pages
    that a release carries and a module does not."""


GO_PROGRAMS = {
    "docker-compose": Program(
        "github.com/docker/compose/v2@v2.40.3", "./cmd", "github.com/docker/compose/v2/internal.Version=v2.40.3"
    ),
    "docker-buildx": Program("github.com/docker/buildx@v0.31.1", "./cmd/buildx"),
    # The engine: Debian's is older than what the guide asks for.
    "dockerd": Program(f"github.com/docker/docker@{ENGINE}", "./cmd/dockerd", f"{ENGINE_STAMP}={ENGINE[1:7]}"),
    "docker-proxy": Program(f"github.com/docker/docker@{ENGINE}", "./cmd/docker-proxy"),
    "oauth2-proxy": Program(
        "github.com/oauth2-proxy/oauth2-proxy/v7@v7.15.4",
        stamp="github.com/oauth2-proxy/oauth2-proxy/v7/pkg/version.VERSION=v7.15.4",
    ),
    "prometheus-nginxlog-exporter": Program("github.com/martin-helmich/prometheus-nginxlog-exporter@v1.11.0"),
    "versitygw": Program("github.com/versity/versitygw@v1.8.0", "./cmd/versitygw", "main.Version=v1.8.0"),
    "prometheus": Program(
        "github.com/prometheus/prometheus@v0.313.1",
        "./cmd/prometheus",
        f"{PROMETHEUS_STAMP}=3.13.1",
        (("plugins/plugins.go", "package plugins\n"),),
    ),
    "alertmanager": Program(
        "github.com/prometheus/alertmanager@v0.33.1",
        "./cmd/alertmanager",
        f"{PROMETHEUS_STAMP}=0.33.1",
        (("ui/app/dist/index.html", "<!doctype html><title>Alertmanager</title>"),),
    ),
    "node_exporter": Program("github.com/prometheus/node_exporter@v1.12.1", stamp=f"{PROMETHEUS_STAMP}=1.12.1"),
    "blackbox_exporter": Program("github.com/prometheus/blackbox_exporter@v0.28.0", stamp=f"{PROMETHEUS_STAMP}=0.28.0"),
    "postgres_exporter": Program(
        "github.com/prometheus-community/postgres_exporter@v0.19.1",
        "./cmd/postgres_exporter",
        f"{PROMETHEUS_STAMP}=0.19.1",
    ),
    # The newest that the proxy has; its files and its queries are those of the pinned one.
    "sql_exporter": Program(
        "github.com/burningalchemist/sql_exporter@v0.0.0-20240103092044-466b38b6abc4",
        "./cmd/sql_exporter",
        f"{PROMETHEUS_STAMP}=0.13.1",
    ),
}


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


def go() -> str:
    """Name the Go command."""
    return shutil.which("go") or "/usr/local/go/bin/go"


def unpacked(module: str, tree: Path) -> Path:
    """Give a tree of the module's own that can be written to, from nothing."""
    result = run(go(), "mod", "download", "-json", module)
    source = json.loads(result[result.index("{") :])["Dir"]
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(source, tree)
    run("chmod", "-R", "u+w", str(tree))
    return tree


def built(name: str) -> Path:
    """Build one program from the module proxy, unless it is in the cache; give its path."""
    program = GO_PROGRAMS[name]
    binary = CACHE / "bin" / f"{name}-{program.module.rpartition('@')[2]}"
    if not binary.exists():
        tree = unpacked(program.module, CACHE / "src" / name)
        if not (tree / "go.mod").exists():
            # What is older than modules keeps its list aside.
            for part in ("mod", "sum"):
                (tree / f"vendor.{part}").rename(tree / f"go.{part}")
        for path, text in program.files:
            (tree / path).parent.mkdir(parents=True, exist_ok=True)
            (tree / path).write_text(text)
        binary.parent.mkdir(parents=True, exist_ok=True)
        flags = "-s -w" + (f" -X {program.stamp}" if program.stamp else "")
        # A plain build in the tree: some of these modules exclude versions, which `go install` refuses.
        command = ["build", "-mod=mod", "-trimpath", "-ldflags", flags, "-o", f"{binary}.part", program.package]
        run("nice", go(), *command, cwd=tree, CGO_ENABLED="0", GOWORK="off")
        Path(f"{binary}.part").rename(binary)
        shutil.rmtree(tree)
    return binary


def keycloak() -> Path:
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
        tree = CACHE / "src" / "keycloak"
        shutil.rmtree(tree, ignore_errors=True)
        with zipfile.ZipFile(packed) as content:
            content.extractall(tree)  # noqa: S202 - Keycloak's own distribution
        (home,) = tree.iterdir()
        for script in (home / "bin").glob("*.sh"):
            script.chmod(0o755)
        with tarfile.open(archive.with_suffix(".part"), "w") as out:
            out.add(home, arcname=home.name)
        archive.with_suffix(".part").rename(archive)
        shutil.rmtree(tree)
    return archive
