"""The steps of a deployment and of its way back, in order; each is small, names itself, and may be tried alone."""

import json
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from fly_potato.bundle import build_and_start, find_python, recipes
from fly_potato.deploy import site, smoke
from fly_potato.deploy.cloud import Cloud, iam_token
from fly_potato.deploy.errors import DeployError
from fly_potato.deploy.places import DATABASE_ROLES, Place
from fly_potato.deploy.releases import Release, Releases
from fly_potato.deploy.terraform import Terraform, refuse_loss
from shared.settings import StorageSettings
from shared.storage import Storage

_PAGE = "build/site.zip"


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller wants otherwise."""

    approved: bool = False
    allow_data_loss: bool = False
    release: str | None = None


@dataclass(slots=True)
class Deployment:
    """One run: where it goes, and what the steps so far have found."""

    place: Place
    root: Path
    options: Options
    say: Callable[[str], None]
    ask: Callable[[str], bool]
    cloud: Cloud | None = None
    s3_key: dict[str, str] = field(default_factory=dict, repr=False)
    release: Release | None = None
    outputs: dict[str, Any] = field(default_factory=dict)

    def access(self) -> None:
        """Get an IAM token, and with it the deployer's static key."""
        self.cloud = Cloud(iam_token())
        self.s3_key = self.cloud.secret(self.place.folder_id, self.place.deployer_secret)

    def bundle(self) -> None:
        """Make the bundles, start each of them, lay the web page out, and name the release."""
        python, out = find_python(), self.root / "build/bundles"
        sums = {}
        for recipe in recipes(self.root):
            made, _ = build_and_start(recipe, python, out, self.root)
            sums[recipe.name] = made.sha256
            self.say(f"{recipe.name}: {made.sha256[:12]}, {made.zipped / 1024**2:.1f} МиБ")
        now = datetime.now(UTC).replace(microsecond=0)
        self.release = Release(commit(self.root), now.isoformat(), sums, site=site.make(self.root / _PAGE))

    def upload(self) -> None:
        """Put bundles and the web page into the artifacts bucket, unless they are there."""
        for function, sha256 in self._release.functions.items():
            new = self._releases.keep(function, sha256, self.root / f"build/bundles/{function}.zip")
            self.say(f"{function}: {'отправлен' if new else 'уже там'}")
        if self._release.site is not None:
            new = self._releases.keep_site(self._release.site, self.root / _PAGE)
            self.say(f"сайт: {'отправлен' if new else 'уже там'}")

    def choose(self) -> None:
        """Pick the release to return to."""
        wanted = self.options.release
        older = self._releases.read(wanted) if wanted else self._releases.previous()
        now = datetime.now(UTC).replace(microsecond=0)
        self.release = Release(older.commit, now.isoformat(), older.functions, older.key, older.site)
        self.say(f"возврат к {older.key}")

    def plan(self) -> None:
        """Plan, and refuse a plan that destroys data."""
        environment = self.place.environment
        terraform = self._terraform()
        terraform.init([f"environments/{environment}.backend.hcl", f"bucket={self.place.state_bucket}"])
        found = terraform.plan([f"environments/{environment}.tfvars"])
        self.say(f"изменений: {len(found)}, с удалением: {sum(change.destroys for change in found)}")
        if not self.options.allow_data_loss:
            refuse_loss(found)

    def approve(self) -> None:
        """Ask whether to go on, unless that was said beforehand."""
        if not (self.options.approved or self.ask(f"Применить план к среде {self.place.environment}?")):
            raise DeployError("DEPLOY_NOT_APPROVED", "План не одобрен, ничего не изменено.")

    def apply(self) -> None:
        """Apply the plan and read the outputs."""
        terraform = self._terraform()
        terraform.apply()
        self.outputs = terraform.outputs()

    def migrate(self) -> None:
        """Call the function migrate: newest schema, boundaries."""
        told = self._cloud.call(self.outputs["functions"]["migrate"], {"job": "migrate"})
        self.say(f"схема {told['revision']}, границы «{told['boundaries']}»")

    def site(self) -> None:
        """Put the release's web page into its bucket, told how people log in here."""
        if self._release.site is None:
            self.say("в том выпуске сайта не было, остаётся нынешний")
            return
        told, bucket = self.outputs["site"], self._bucket(self.outputs["buckets"]["site"])
        with tempfile.TemporaryDirectory() as directory:
            page = Path(directory) / "site.zip"
            self._releases.fetch_site(self._release.site, page)
            self.say(f"файлов: {site.put(bucket, page, told['config'], told['connect'])}")

    def smoke(self) -> None:
        """Look whether it lives, and carry one workbook through."""
        metrics = self._cloud.secret(self.place.folder_id, self.place.metrics_secret)["token"]
        keys = smoke.Keys(smoke.caller_token(), metrics)
        for name, seen in smoke.check(self.outputs["address"], keys).items():
            self.say(f"{name}: {seen}")

    def record(self) -> None:
        """Write the release down, so that one can return to it."""
        self._releases.record(self._release)
        self.say(self._release.key)

    @property
    def _cloud(self) -> Cloud:
        if self.cloud is None:
            raise TypeError("access comes first")
        return self.cloud

    @property
    def _release(self) -> Release:
        if self.release is None:
            raise TypeError("a release comes first")
        return self.release

    @property
    def _releases(self) -> Releases:
        return Releases(self._bucket(self.place.artifacts_bucket))

    def _bucket(self, name: str) -> Storage:
        return Storage(
            StorageSettings(
                bucket=name,
                access_key_id=self.s3_key["access_key_id"],
                secret_access_key=SecretStr(self.s3_key["secret_access_key"]),
            )
        )

    def _terraform(self) -> Terraform:
        secrets = {
            "YC_TOKEN": self._cloud.token,
            "AWS_ACCESS_KEY_ID": self.s3_key["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": self.s3_key["secret_access_key"],
            "YC_MESSAGE_QUEUE_ACCESS_KEY": self.s3_key["access_key_id"],
            "YC_MESSAGE_QUEUE_SECRET_KEY": self.s3_key["secret_access_key"],
            "TF_VAR_cloud_id": self.place.cloud_id,
            "TF_VAR_folder_id": self.place.folder_id,
            "TF_VAR_release": json.dumps(dict(self._release.functions)),
            "TF_VAR_database_passwords": json.dumps(self._passwords()),
        }
        return Terraform(self.root / "terraform", self.root / f"build/{self.place.environment}.tfplan", secrets)

    def _passwords(self) -> dict[str, str]:
        return {
            role: self._cloud.secret(self.place.folder_id, self.place.database_secret(role))["password"]
            for role in DATABASE_ROLES
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, and what it does to a deployment."""

    name: str
    run: Callable[[Deployment], None]

    @property
    def title(self) -> str:
        """Say what it does."""
        return (self.run.__doc__ or "").strip().splitlines()[0]


def deployment() -> tuple[Step, ...]:
    """List the steps of a deployment."""
    d = Deployment
    runs = (d.access, d.bundle, d.upload, d.plan, d.approve, d.apply, d.migrate, d.site, d.smoke, d.record)
    return tuple(Step(run.__name__, run) for run in runs)


def rollback() -> tuple[Step, ...]:
    """List the steps of the way back; the schema stays, for migrations only add and older code bears that."""
    d = Deployment
    runs = (d.access, d.choose, d.plan, d.approve, d.apply, d.site, d.smoke, d.record)
    return tuple(Step(run.__name__, run) for run in runs)


def commit(root: Path) -> str:
    """Name the commit of a working tree.

    Raises:
        DeployError: ``DEPLOY_TREE_DIRTY``: what would be deployed is nowhere written down.
    """
    dirty = _git(root, "status", "--porcelain")
    if dirty.returncode or dirty.stdout.strip():
        raise DeployError("DEPLOY_TREE_DIRTY", "В рабочей копии есть незафиксированные изменения (git status).")
    return _git(root, "rev-parse", "HEAD").stdout.strip()


def _git(root: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)  # noqa: S603, S607
