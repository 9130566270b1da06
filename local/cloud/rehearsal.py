"""``make deploy ENV=rehearsal``: every step of deployments against the stand-in, without a network or an account.

Ground, first release, sign-in, second release, a version that cannot be made, a release whose check fails and is turned
back, the way back by command, the end of the environment. Each must end as docs/deploy.md says, or the rehearsal fails.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx

from fly_potato.deploy import (
    DeployEnvironment,
    DeployError,
    Deployment,
    Step,
    deployment,
    export,
    place,
    rollback,
    teardown,
)
from fly_potato.deploy.steps import DeployOptions
from fly_potato.deploy.terraform import Terraform
from fly_potato.stack.postgres import Cluster, install_postgis
from local.cloud.account import Account
from local.cloud.server import TOKEN, CloudServer
from local.cloud.services import Buckets, LocalServices

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = "dev"
WHERE = {"YC_CLOUD_ID": "b1grehearsal000000000", "YC_FOLDER_ID": "b1grehearsal000000001"}
REQUIREMENTS = ROOT / "requirements" / "rehearsal.txt"


_APPROVED = DeployOptions(approved=True)


class Failed(Exception):
    """The rehearsal did not go as the document says."""


def free_port() -> int:
    """Ask the kernel for a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def provider(directory: Path) -> Path:
    """Lay the stand-in provider where Terraform looks for it, with its own interpreter; give the configuration."""
    environment = ROOT / ".local" / "rehearsal-python"
    uv = Path(sys.executable).with_name("uv")
    if not (environment / "complete").exists():
        subprocess.run([uv, "venv", "-q", "--clear", "--python", sys.executable, environment], check=True)  # noqa: S603
        install = ["pip", "install", "-q", "--python", str(environment / "bin/python"), "--require-hashes"]
        subprocess.run([uv, *install, "-r", REQUIREMENTS], check=True)  # noqa: S603
        (environment / "complete").touch()
    folder = directory / "mirror/registry.terraform.io/yandex-cloud/yandex/0.222.0/linux_amd64"
    folder.mkdir(parents=True)
    program = folder / "terraform-provider-yandex_v0.222.0"
    script = ROOT / "local/cloud/provider.py"
    program.write_text(f'#!/bin/sh\nHOME={directory} exec {environment}/bin/python {script} "$@"\n', "utf-8")
    program.chmod(0o755)
    configuration = directory / "terraform.rc"
    mirror = f'filesystem_mirror {{\n    path = "{directory}/mirror"\n  }}'
    configuration.write_text(f"provider_installation {{\n  {mirror}\n}}\n", "utf-8")
    return configuration


def clone(directory: Path) -> Path:
    """Make a tree of its own of the working copy, committed, so that releases may differ."""
    tree = directory / "tree"
    subprocess.run(["git", "clone", "-q", "--no-hardlinks", ROOT, tree], check=True)  # noqa: S603, S607
    for name in ("terraform", "spec", "site", "functions", "shared", "migrations", "requirements"):
        shutil.copytree(ROOT / name, tree / name, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    if (ROOT / "build/bundles").exists():
        shutil.copytree(ROOT / "build/bundles", tree / "build/bundles")
    commit(tree, "the working copy")
    return tree


def commit(tree: Path, message: str) -> None:
    """Commit what there is, if there is anything."""
    who = ["-c", "user.name=rehearsal", "-c", "user.email=rehearsal@localhost"]
    subprocess.run(["git", *who, "add", "-A"], cwd=tree, check=True)  # noqa: S603, S607
    subprocess.run(["git", *who, "commit", "-q", "--allow-empty", "-m", message], cwd=tree, check=True)  # noqa: S603, S607


class Rehearsal:
    """One run: a cloud, a tree of sources, and what is expected of each deployment."""

    def __init__(self, cloud: CloudServer, tree: Path, report: Callable[[str], None]) -> None:
        self.cloud = cloud
        self.tree = tree
        self.report = report
        self.place: DeployEnvironment = place(ENVIRONMENT, WHERE)

    def run(self) -> None:
        """Go through everything."""
        self._scene("основание (terraform/bootstrap)", lambda: self._stack("bootstrap"))
        first = self._scene("первый выпуск: адрес, ещё без входа", lambda: self._walk(deployment()))
        address = first.outputs["address"]
        self._scene("вход (terraform/sign_in)", lambda: self._sign_in(address))
        os.environ["FLY_POTATO_TOKEN"] = self._token()
        self._watched()
        self._edit("functions/health/handler.py", "\n# the second release\n")
        second = self._scene("второй выпуск: со входом, под другой меткой", lambda: self._walk(deployment()))
        self._expect(second.tags.live != first.tags.live, "второй выпуск под другой меткой")
        self._answers(second)
        self._scene("правила, бюджет, выгрузка логов", self._looked_after)
        self._scene("облако не делает версию функции", self._broken_version)
        self._answers(second)
        self._scene("проверка не проходит, возврат сам", self._broken_page)
        self._answers(second)
        self._scene("возврат командой", lambda: self._back(first))
        self._scene("конец среды", self._end)

    def _walk(self, steps: Sequence[Step], options: DeployOptions = _APPROVED) -> Deployment:
        endpoints = self.cloud.endpoints
        run = Deployment(self.place, self.tree, options, self._quote, lambda question: True, endpoints)
        for step in steps:
            self.report(f"   {step.name}: {step.title}")
            step.run(run)
        return run

    def _quote(self, line: str) -> None:
        self.report(f"      {line}")

    def _stack(self, name: str, **variables: str) -> dict[str, object]:
        environment = {"cloud_id": WHERE["YC_CLOUD_ID"], "folder_id": WHERE["YC_FOLDER_ID"], "environment": ENVIRONMENT}
        secrets = {f"TF_VAR_{key}": value for key, value in {**environment, **variables}.items()}
        terraform = Terraform(self.tree / "terraform" / name, self.tree / f"build/{name}.tfplan", secrets)
        terraform.init([])
        terraform.plan([])
        terraform.apply(lambda line: self.report(f"      {line}") if "Apply complete" in line else None)
        # As the document says: the first `init` writes a lock file, which belongs to the tree.
        commit(self.tree, f"the lock file of {name}")
        return terraform.outputs()

    def _sign_in(self, address: str) -> None:
        client = self._stack("sign_in", address=address, organization_id="bpfrehearsal00000000")["client_id"]
        settings = self.tree / f"terraform/environments/{ENVIRONMENT}.tfvars"
        settings.write_text(f'{settings.read_text("utf-8")}\nhub_client_id = "{client}"\n', "utf-8")
        commit(self.tree, "sign-in")
        self.client = str(client)

    def _token(self) -> str:
        who = {"sub": "somebody", "groups": [f"fly-potato-{ENVIRONMENT}-operator"], "aud": self.client}
        return self.cloud.issuer.token(who, seconds=24 * 3600)

    def _watched(self) -> None:
        variables = (
            'prometheus_workspace = "monrehearsal"\n  billing_account = "dn2rehearsal"\n  budget_roubles = 50000'
        )
        self._edit(f"terraform/environments/{ENVIRONMENT}.tfvars", f"\nwatching = {{\n  {variables}\n}}\n")

    def _looked_after(self) -> None:
        rest = self.cloud.rest_api
        self._expect(len(rest.rules) == 1, "правила загружены")
        self._expect([each["name"] for each in rest.budgets] == [self.place.name], "бюджет один")
        self._walk(export())
        self._expect(len(rest.sinks) == 1 and len(rest.exports) == 1, "логи вчерашнего дня выгружаются")

    def _broken_version(self) -> None:
        self.cloud.account.fail_version_of = f"fly-potato-{ENVIRONMENT}-stats"
        try:
            self._refused("DEPLOY_VERSION_NOT_MADE", lambda: self._walk(deployment()))
        finally:
            self.cloud.account.fail_version_of = None

    def _broken_page(self) -> None:
        page = self.tree / "site/index.html"
        good = page.read_text("utf-8")
        page.write_text("<html><head></head><body>no scripts</body></html>", "utf-8")
        commit(self.tree, "a page that does nothing")
        self._refused(
            "DEPLOY_UNHEALTHY", lambda: self._walk(deployment(), DeployOptions(approved=True, rollback_on_failure=True))
        )
        page.write_text(good, "utf-8")
        commit(self.tree, "the page again")

    def _back(self, first: Deployment) -> None:
        run = self._walk(rollback())
        self._expect(run.release is not None and first.release is not None, "есть выпуск, к которому вернулись")
        self._answers(first)

    def _end(self) -> None:
        self._refused("DEPLOY_DESTROYS_DATA", lambda: self._walk(teardown()))
        self._walk(teardown(), DeployOptions(approved=True, allow_data_loss=True))
        remaining = {kind: len(resources) for kind, resources in self.cloud.account.resources.items() if resources}
        deleted_kinds = (
            "yandex_function",
            "yandex_api_gateway",
            "yandex_mdb_postgresql_cluster_v2",
            "yandex_function_trigger",
        )
        self._expect(not any(kind in remaining for kind in deleted_kinds), f"среды больше нет: {remaining}")
        self._expect(remaining.get("yandex_audit_trails_trail") == 1, "аудит остался")

    def _answers(self, run: Deployment) -> None:
        release = run.release
        health = httpx.get(f"{self.cloud.url}/health", timeout=60).json()
        self._expect(
            release is not None and health["release"] == release.name, f"отвечает выпуск {health['release'][:12]}"
        )
        page = httpx.get(self.cloud.url, timeout=60)
        self._expect(page.status_code == 200 and "/assets/" in page.text, "страница на месте")

    def _refused(self, code: str, work: Callable[[], object]) -> None:
        try:
            work()
        except DeployError as error:
            self._expect(error.code == code, f"ожидался отказ {code}, пришёл {error.code}: {error.sentence}")
            self.report(f"   отказано, как и должно быть: {error.code}")
            return
        raise Failed(f"ожидался отказ {code}, а всё прошло")

    def _edit(self, name: str, more: str) -> None:
        path = self.tree / name
        path.write_text(path.read_text("utf-8") + more, "utf-8")
        commit(self.tree, name)

    def _expect(self, holds: bool, what: str) -> None:
        if not holds:
            raise Failed(f"не так: {what}")
        self.report(f"   верно: {what}")

    def _scene(self, title: str, work: Callable[[], "Deployment | object"]) -> "Deployment":
        started = time.monotonic()
        self.report(f"== {title}")
        done = work()
        self.report(f"== {title}: {time.monotonic() - started:.0f} с")
        return done  # type: ignore[return-value]


@contextlib.contextmanager
def standing(directory: Path) -> Iterator[CloudServer]:
    """Serve a cloud with nothing in it until the block ends."""
    quick = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    cluster = Cluster(install_postgis(), directory / "postgres", free_port(), settings=quick)
    cluster.start()
    buckets = Buckets()
    services = LocalServices(directory, cluster, buckets)
    cloud = CloudServer(Account(services, directory / "account.json"), services, free_port())
    cloud.start()
    try:
        yield cloud
    finally:
        cloud.stop()
        buckets.close()
        cluster.remove()


def main() -> int:
    """Rehearse, report how it went, and give the exit status."""

    def report(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    if shutil.which("terraform") is None:
        report("Нужна программа terraform версии 1.11 или новее.")
        return 2
    with tempfile.TemporaryDirectory(prefix="fly-potato-rehearsal-", ignore_cleanup_errors=True) as name:
        directory = Path(name)
        directory.chmod(0o755)
        with standing(directory) as cloud:
            for variable in [each for each in os.environ if each.startswith(("TF_", "YC_", "SMOKE_"))]:
                del os.environ[variable]
            os.environ.pop("FLY_POTATO_TOKEN", None)
            os.environ |= {**WHERE, "YC_TOKEN": TOKEN, "STAND_URL": cloud.url, "CHECKPOINT_DISABLE": "1"}
            os.environ["TF_CLI_CONFIG_FILE"] = str(provider(directory))
            rehearsal = Rehearsal(cloud, clone(directory), report)
            try:
                rehearsal.run()
            except (Failed, DeployError) as error:
                report(f"РЕПЕТИЦИЯ НЕ ПРОШЛА: {error}")
                return 1
            refused = cloud.services.buckets.refused_deletes
            if refused:
                report(f"РЕПЕТИЦИЯ НЕ ПРОШЛА: функции удаляли файлы: {refused}")
                return 1
    report("Репетиция прошла.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
