"""The steps of a deployment and of its way back, in order; each is small, names itself, and may be tried alone.

New code comes under the tag that is not in use (blue or green), is looked at there, and only then does the gateway turn
to it. What is in use stays as it is until then, and the gateway can turn back to it at once.
"""

import json
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from fly_potato.bundle import build_and_start, find_python, recipes
from fly_potato.deploy import login_check, releases, smoke, watching
from fly_potato.deploy.cloud import (
    DATABASE_ROLES,
    CloudClient,
    DeployEnvironment,
    DeployError,
    Endpoints,
    FunctionTransport,
    iam_token,
    timer,
)
from fly_potato.deploy.releases import Release, Releases
from fly_potato.deploy.smoke import Keys
from fly_potato.deploy.terraform import Terraform, TerraformPlan, refuse_loss
from fly_potato.settings_files import TerraformFile
from shared.auth import Role
from shared.errors import FlyPotatoError
from shared.settings import StorageSettings
from shared.storage import Storage

_PAGE = "build/site.zip"
_TAGS = ("blue", "green")
# In whose name the check asks the API where it has no person's token.
_CHECKER = "deployment-check"


@dataclass(frozen=True, slots=True)
class DeployOptions:
    """What the caller wants otherwise."""

    approved: bool = False
    allow_data_loss: bool = False
    release: str | None = None
    rollback_on_failure: bool = False


@dataclass(frozen=True, slots=True)
class Tags:
    """Under which tag versions are in use, and under which the next are made."""

    live: str
    next: str

    @classmethod
    def after(cls, live: Mapping[str, str] | None) -> "Tags":
        """Choose the next tag by what the last deployment left in use; at first both are one."""
        if not live:
            return cls(_TAGS[0], _TAGS[0])
        used = live["tag"]
        return cls(used, _TAGS[1 - _TAGS.index(used)])


@dataclass(slots=True)
class Deployment:
    """One run: where it goes, and what the steps so far have found."""

    place: DeployEnvironment
    root: Path
    options: DeployOptions
    report: Callable[[str], None]
    ask: Callable[[str], bool]
    endpoints: Endpoints = field(default_factory=Endpoints)
    cloud: CloudClient | None = None
    s3_key: dict[str, str] = field(default_factory=dict, repr=False)
    release: Release | None = None
    tags: Tags = field(default_factory=lambda: Tags.after(None))
    planned: TerraformPlan | None = None
    outputs: dict[str, Any] = field(default_factory=dict)

    def access(self) -> None:
        """Get an IAM token, and with it the deployer's static key."""
        self.cloud = CloudClient(iam_token(endpoints=self.endpoints), self.endpoints)
        self.s3_key = self.cloud.secret(self.place.folder_id, self.place.deployer_secret)

    def bundle(self) -> None:
        """Make the bundles, start each of them, lay the web page out, and name the release."""
        python, out = find_python(), self.root / "build/bundles"
        sums = {}
        for recipe in recipes(self.root):
            bundle, _ = build_and_start(recipe, python, out, self.root)
            sums[recipe.name] = bundle.sha256
            self.report(f"{recipe.name}: {bundle.sha256[:12]}, {bundle.zipped / 1024**2:.1f} МиБ")
        now = datetime.now(UTC).replace(microsecond=0)
        self.release = Release(
            commit(self.root), now.isoformat(), sums, site=releases.make_page(self.root / _PAGE, self.root / "site")
        )

    def upload(self) -> None:
        """Put bundles and the web page into the artifacts bucket, unless they are there."""
        for function, sha256 in self._release.functions.items():
            new = self._releases.keep(function, sha256, self.root / f"build/bundles/{function}.zip")
            self.report(f"{function}: {'отправлен' if new else 'уже там'}")
        if self._release.site is not None:
            new = self._releases.keep_site(self._release.site, self.root / _PAGE)
            self.report(f"сайт: {'отправлен' if new else 'уже там'}")

    def choose(self) -> None:
        """Pick the release to return to."""
        release_name = self.options.release
        older = self._releases.read(release_name) if release_name else self._releases.previous()
        now = datetime.now(UTC).replace(microsecond=0)
        self.release = Release(older.commit, now.isoformat(), older.functions, older.key, older.site)
        self.report(f"возврат к {older.key}")

    def plan(self) -> None:
        """Plan, and refuse a plan that destroys data."""
        terraform = self._terraform()
        self._init(terraform)
        self.tags = Tags.after(terraform.outputs().get("live"))
        self.planned = self._plan()
        changed = self.planned.changes
        self.report(f"версии под меткой {self.tags.next}, в работе {self.tags.live}")
        self.report(f"изменений: {len(changed)}, с удалением: {sum(change.destroys for change in changed)}")

    def identity(self) -> None:
        """Look whether people will be able to log in: issuer, keys, an operator's token if there is one."""
        sign_in = self._planned.outputs["sign_in"]
        replaced = {Endpoints().hub: self.endpoints.hub}
        token = smoke.caller_token()
        for name, result in login_check.check(login_check.SignIn(**sign_in), token, replaced).items():
            self.report(f"{name}: {result}")
        if not sign_in["ready"]:
            self.report("входа ещё нет: terraform/sign_in применяют, когда известен адрес (docs/deploy.md, раздел 6)")

    def approve(self) -> None:
        """Ask whether to go on, unless that was said beforehand."""
        if not (self.options.approved or self.ask(f"Применить план к среде {self.place.environment}?")):
            raise DeployError("DEPLOY_NOT_APPROVED", "План не одобрен, ничего не изменено.")

    def apply(self) -> None:
        """Apply the plan and read the outputs; what is in use stays in use."""
        terraform = self._terraform()
        terraform.apply(self.report)
        self.outputs = terraform.outputs()
        self.report(f"адрес: {self.outputs['address']}")

    def migrate(self) -> None:
        """Call the new function migrate: newest schema, boundaries; older code bears what was added."""
        answer = self._cloud.call(self.outputs["functions"]["migrate"], {"job": "migrate"}, tag=self.tags.next)
        self.report(f"схема {answer['revision']}, границы «{answer['boundaries']}»")

    def candidate(self) -> None:
        """Look at the new versions under their own tag, before the gateway turns to them."""
        with httpx.Client(
            base_url="https://candidate.invalid", transport=self._inside(self.tags.next), timeout=60
        ) as client:
            for name, result in smoke.candidate(client, self._release.name, self._metrics_token()).items():
                self.report(f"{name}: {result}")
        self._cloud.call(self.outputs["functions"]["process"], timer("warm"), tag=self.tags.next)
        self.report("process: started")

    def switch(self) -> None:
        """Turn gateway and triggers to the new versions."""
        self._turn(Tags(self.tags.next, self.tags.next))

    def site(self) -> None:
        """Put the release's web page into its bucket, told how people log in here."""
        self._put_site(self._release)

    def smoke(self) -> None:
        """Look whether it lives, and carry one workbook through; turn back if that was asked for."""
        try:
            self._smoke()
        except FlyPotatoError as error:
            self._releases.record(replace(self._release, proven=False))
            self.report(f"не проверен: {self._release.key}")
            if self.options.rollback_on_failure:
                self._turn_back(error)
            raise

    def record(self) -> None:
        """Write the release down, so that one can return to it."""
        self._releases.record(self._release)
        self.report(self._release.key)

    def watching(self) -> None:
        """Load alert rules, set the budget, give the logs a way into their bucket."""
        settings = watching.WatchingSettings(**self.outputs["watching"])
        if settings.prometheus_workspace:
            rules = self.root / watching.RULES
            self.report(f"правила: {watching.load_rules(self._cloud, settings.prometheus_workspace, rules)}")
        else:
            self.report("правила не загружены: watching.prometheus_workspace не задан")
        if settings.billing_account and settings.budget_roubles:
            account, roubles = settings.billing_account, settings.budget_roubles
            budget = watching.set_budget(self._cloud, self.place, account, roubles, datetime.now(UTC).date())
            self.report(f"бюджет: {budget}")
        else:
            self.report("бюджета нет: watching.billing_account и watching.budget_roubles не заданы")
        self.report(f"приёмник логов: {watching.log_sink(self._cloud, self.place)}")

    def export(self) -> None:
        """Have yesterday's logs (UTC) written into their bucket."""
        yesterday = datetime.now(UTC).date() - timedelta(days=1)
        self.report(watching.export_logs(self._cloud, self.place, yesterday))

    def current(self) -> None:
        """Find the release that was brought here last."""
        keys = self._releases.keys()
        if not keys:
            raise DeployError("DEPLOY_RELEASE_UNKNOWN", "В этой среде нет ни одного выпуска.")
        self.release = self._releases.read(keys[-1])
        self.report(self.release.key)

    def plan_removal(self) -> None:
        """Plan the end of the environment, which destroys data and has to be said so."""
        terraform = self._terraform()
        self._init(terraform)
        live = terraform.outputs()["live"]
        self.tags = Tags(live["tag"], live["next"])
        self.outputs = terraform.outputs()
        self.planned = self._plan(destroy=True)
        self.report(f"будет удалено: {sum(change.destroys for change in self.planned.changes)}")

    def empty(self) -> None:
        """Empty the buckets of workbooks and of the page, all versions; a bucket with something in it stays."""
        for use in ("data", "site"):
            self.report(f"{use}: {releases.purge_bucket(self._bucket_settings(self.outputs['buckets'][use]))}")

    def remove(self) -> None:
        """Apply the plan: the environment is gone; what bootstrap made (state, audit, keys, accounts) stays."""
        self._terraform().apply(self.report)

    def _smoke(self) -> None:
        keys = Keys(smoke.caller_token(), self._metrics_token())
        inside = self._inside(self.tags.live)
        for name, result in self._checked(keys, inside).items():
            self.report(f"{name}: {result}")

    def _checked(self, keys: Keys, inside: FunctionTransport) -> dict[str, str]:
        address, reached = self.outputs["address"], self.endpoints.gateway
        return smoke.check(address, self._release.name, keys, inside, reached=reached)

    def _turn(self, tags: Tags) -> None:
        """Have Terraform change who is called and nothing that is called.

        Raises:
            DeployError: ``DEPLOY_SWITCH_CHANGES_MORE``: somebody changed the environment meanwhile.
        """
        if self.tags == tags:
            self.report("первый выпуск, переключать не с чего")
            return
        self.tags = tags
        planned = self._plan()
        more = [change.address for change in planned.changes if change.kind not in _SWITCHED]
        if more:
            sentence = (
                f"Переключение изменило бы больше, чем вызовы: {', '.join(more)}. Запустите развёртывание заново."
            )
            raise DeployError("DEPLOY_SWITCH_CHANGES_MORE", sentence)
        terraform = self._terraform()
        terraform.apply(self.report)
        self.outputs = terraform.outputs()

    def _turn_back(self, error: FlyPotatoError) -> None:
        older = self._releases.last_proven()
        if older is None:
            self.report("возвращаться не к чему: проверенного выпуска ещё нет")
            return
        other = _TAGS[1 - _TAGS.index(self.tags.live)]
        self.report(f"{error.code}: возврат к версиям под меткой {other}, выпуск {older.key}")
        self._turn(Tags(other, self.tags.next))
        self._put_site(older)
        now = datetime.now(UTC).replace(microsecond=0).isoformat()
        self._releases.record(replace(older, made_at=now, returned_to=older.key))

    def _put_site(self, release: Release) -> None:
        if release.site is None:
            self.report("в том выпуске сайта не было, остаётся нынешний")
            return
        site, bucket = self.outputs["site"], self._bucket(self.outputs["buckets"]["site"])
        with tempfile.TemporaryDirectory() as directory:
            page = Path(directory) / "site.zip"
            self._releases.fetch_site(release.site, page)
            self.report(f"файлов: {releases.put_page(bucket, page, site['config'], site['connect'])}")

    def _inside(self, tag: str) -> FunctionTransport:
        ids = self.outputs["functions"]
        routes = {"/": ids["stats"], "/health": ids["health"], "/metrics": ids["health"]}
        routes |= {"/api/uploads": ids["upload"], "/api/embed": ids["embed_token"]}
        role = f"{self.outputs['sign_in']['roles_prefix']}{Role.OPERATOR.value}"
        return FunctionTransport(self._cloud, routes, tag, {"sub": _CHECKER, "roles": role})

    def _init(self, terraform: Terraform) -> None:
        elsewhere = self.endpoints.storage
        more = () if elsewhere is None else (f'endpoints={{s3="{elsewhere}"}}', "use_path_style=true")
        terraform.init([*self.place.backend, *more])

    def _metrics_token(self) -> str:
        return self._cloud.secret(self.place.folder_id, self.place.metrics_secret)["token"]

    def _plan(self, *, destroy: bool = False) -> TerraformPlan:
        settings = [f"environments/{self.place.environment}.tfvars"]
        # What `fly-potato datalens embed` and `fly-potato keys` wrote down.
        embeds = f"environments/{self.place.environment}.datalens.json"
        terraform = self._terraform()
        if (terraform.folder / embeds).exists():
            TerraformFile(terraform.folder / embeds).check()
            settings.append(embeds)
        planned = terraform.plan(settings, destroy=destroy)
        if not self.options.allow_data_loss:
            refuse_loss(planned.changes)
        return planned

    @property
    def _planned(self) -> TerraformPlan:
        if self.planned is None:
            raise TypeError("a plan comes first")
        return self.planned

    @property
    def _cloud(self) -> CloudClient:
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
        return Storage(self._bucket_settings(name))

    def _bucket_settings(self, name: str) -> StorageSettings:
        settings = StorageSettings(
            bucket=name,
            access_key_id=self.s3_key["access_key_id"],
            secret_access_key=SecretStr(self.s3_key["secret_access_key"]),
        )
        elsewhere = self.endpoints.storage
        return settings if elsewhere is None else settings.model_copy(update={"endpoint_url": elsewhere})

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
            "TF_VAR_release_name": self._release.name,
            "TF_VAR_tags": json.dumps({"live": self.tags.live, "next": self.tags.next}),
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
    runs = (
        d.access, d.bundle, d.upload, d.plan, d.identity, d.approve, d.apply,
        d.migrate, d.candidate, d.switch, d.site, d.smoke, d.record, d.watching,
    )  # fmt: skip
    return tuple(Step(run.__name__, run) for run in runs)


def rollback() -> tuple[Step, ...]:
    """List the steps of the way back; the schema stays, for migrations only add and older code bears that."""
    d = Deployment
    runs = (d.access, d.choose, d.plan, d.approve, d.apply, d.candidate, d.switch, d.site, d.smoke, d.record)
    return tuple(Step(run.__name__, run) for run in runs)


def teardown() -> tuple[Step, ...]:
    """List the steps that end an environment."""
    d = Deployment
    runs = (d.access, d.current, d.plan_removal, d.approve, d.empty, d.remove)
    return tuple(Step(run.__name__, run) for run in runs)


def export() -> tuple[Step, ...]:
    """List the steps that bring a day's logs into their bucket."""
    d = Deployment
    return tuple(Step(run.__name__, run) for run in (d.access, d.export))


# What a switch may change: who calls, and how often the called may be.
_SWITCHED = frozenset({"yandex_api_gateway", "yandex_function_trigger", "yandex_function_scaling_policy"})


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
