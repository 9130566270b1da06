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


@dataclass(frozen=True, slots=True)
class Program:
    """A program of the Go proxy: its module with a version, where it is in it, what names its version."""

    module: str
    package: str = "."
    stamp: str = ""
    left_out: str = ""
    """A file that only registers parts nobody here asks for, and which take long to build."""


GO_PROGRAMS = {
    "docker-compose": Program(
        "github.com/docker/compose/v2@v2.40.3", "./cmd", "github.com/docker/compose/v2/internal.Version=v2.40.3"
    ),
    "oauth2-proxy": Program(
        "github.com/oauth2-proxy/oauth2-proxy/v7@v7.8.1",
        stamp="github.com/oauth2-proxy/oauth2-proxy/v7/pkg/version.VERSION=v7.8.1",
    ),
    "prometheus-nginxlog-exporter": Program("github.com/martin-helmich/prometheus-nginxlog-exporter@v1.11.0"),
    "versitygw": Program("github.com/versity/versitygw@v1.8.0", "./cmd/versitygw", "main.Version=v1.8.0"),
    "prometheus": Program(
        "github.com/prometheus/prometheus@v0.305.0",
        "./cmd/prometheus",
        "github.com/prometheus/common/version.Version=3.5.0",
        "plugins/plugins.go",
    ),
    # The newest that the proxy has; its files and its queries are those of the pinned one.
    "sql_exporter": Program(
        "github.com/burningalchemist/sql_exporter@v0.0.0-20240103092044-466b38b6abc4",
        "./cmd/sql_exporter",
        "github.com/prometheus/common/version.Version=0.13.1",
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
    told = run(go(), "mod", "download", "-json", module)
    source = json.loads(told[told.index("{") :])["Dir"]
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
        if program.left_out:
            left_out = tree / program.left_out
            left_out.write_text(f"package {left_out.parent.name}\n")
        binary.parent.mkdir(parents=True, exist_ok=True)
        flags = "-s -w" + (f" -X {program.stamp}" if program.stamp else "")
        # A plain build in the tree: some of these modules exclude versions, which `go install` refuses.
        command = ["build", "-trimpath", "-ldflags", flags, "-o", f"{binary}.part", program.package]
        run("nice", go(), *command, cwd=tree, CGO_ENABLED="0")
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
