"""Rules, budget and logs are asked for as the cloud's reference has it, by a service that refuses what it refuses."""

import base64
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from fly_potato.deploy import DeployEnvironment, DeployError
from fly_potato.deploy import watching as deployed
from fly_potato.deploy.cloud import CloudClient, Endpoints
from local.cloud.account import Account
from local.cloud.rehearsal import free_port
from local.cloud.rest_api import CloudRestApi
from tests.terraform.checking import ROOT

PLACE = DeployEnvironment("dev", "b1gcloud", "b1gfolder")
TODAY = date(2026, 11, 26)
TOKEN = "invented"


class Nowhere:
    """A world in which everything works and nothing happens."""

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments, **named: True


@dataclass(frozen=True, slots=True)
class Served:
    """The services, and a deployment's way to them."""

    services: CloudRestApi
    account: Account
    cloud: CloudClient

    def made(self, kind: str, **planned: Any) -> str:
        filled, _ = self.account.apply(f"yandex_{kind}", None, {"id": None, **planned})
        return str(filled["id"])

    def ground(self) -> None:
        """Make what terraform/bootstrap makes."""
        self.made("storage_bucket", bucket=PLACE.logs_bucket)
        self.made("iam_service_account", name=PLACE.logs_account)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    account = Account(Nowhere(), tmp_path / "account.json")
    services, port = CloudRestApi(account, TOKEN), free_port()
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=services.routes()), host="127.0.0.1", port=port, log_level="warning")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    cloud = f"http://127.0.0.1:{port}/cloud"
    endpoints = Endpoints(monitoring=cloud, logging=cloud, billing=cloud, iam=cloud)
    yield Served(services, account, CloudClient(TOKEN, endpoints))
    server.should_exit = True
    thread.join()


def test_rules_are_put_as_they_are_and_replace_those_before(served: Served, tmp_path: Path) -> None:
    rules = ROOT / deployed.RULES
    name = deployed.load_rules(served.cloud, "mon1", rules)
    assert base64.b64decode(served.services.rules["mon1", name]) == rules.read_bytes()
    newer = tmp_path / rules.name
    newer.write_text("groups: []\n", "utf-8")
    assert deployed.load_rules(served.cloud, "mon1", newer) == name
    assert len(served.services.rules) == 1


def test_what_is_no_file_of_rules_is_refused(served: Served, tmp_path: Path) -> None:
    wrong = tmp_path / "alerts.yaml"
    wrong.write_text("rules: []\n", "utf-8")
    with pytest.raises(DeployError) as refused:
        deployed.load_rules(served.cloud, "mon1", wrong)
    assert refused.value.code == "DEPLOY_CLOUD_REFUSED"
    assert not served.services.rules


def test_a_budget_is_set_once_and_tells_before_it_is_spent(served: Served) -> None:
    deployed.set_budget(served.cloud, PLACE, "dn2", 50_000, TODAY)
    assert deployed.set_budget(served.cloud, PLACE, "dn2", 50_000, TODAY) == "уже есть"
    (budget,) = served.services.budgets
    cost = budget["costBudget"]
    assert [each["amount"] for each in cost["thresholdRules"]] == ["50", "80", "95"]
    assert cost["filter"]["cloudFoldersFilters"] == [{"cloudId": "b1gcloud", "folderIds": ["b1gfolder"]}]
    assert (cost["resetPeriod"], cost["endDate"]) == ("MONTHLY", "2031-12-31")


def test_another_amount_is_for_a_person_to_change(served: Served) -> None:
    deployed.set_budget(served.cloud, PLACE, "dn2", 50_000, TODAY)
    with pytest.raises(DeployError) as refused:
        deployed.set_budget(served.cloud, PLACE, "dn2", 60_000, TODAY)
    assert refused.value.code == "DEPLOY_BUDGET_DIFFERS"
    deployed.set_budget(served.cloud, replace(PLACE, environment="prod"), "dn2", 60_000, TODAY)
    assert len(served.services.budgets) == 2


def test_a_day_of_logs_goes_through_one_sink(served: Served) -> None:
    served.ground()
    group = served.made("logging_group", name=PLACE.name)
    for day in (date(2026, 11, 24), date(2026, 11, 25)):
        deployed.export_logs(served.cloud, PLACE, day)
    (sink,) = served.services.sinks
    assert sink["s3"] == {"bucket": PLACE.logs_bucket, "prefix": "logs"}
    assert [(each.groupId, each.resultFilename) for each in served.services.exports] == [
        (group, "2026-11-24"),
        (group, "2026-11-25"),
    ]
    first, second = served.services.exports
    assert first.until == second.since, "no hour is left out"


def test_what_is_not_there_yet_is_named(served: Served) -> None:
    with pytest.raises(DeployError) as refused:
        deployed.log_sink(served.cloud, PLACE)
    assert refused.value.code == "DEPLOY_ACCOUNT_MISSING"
    served.ground()
    with pytest.raises(DeployError) as refused:
        deployed.export_logs(served.cloud, PLACE, TODAY)
    assert refused.value.code == "DEPLOY_LOGS_MISSING"


def test_whoever_may_not_is_told_so(served: Served) -> None:
    stranger = CloudClient("stolen", served.cloud.endpoints)
    with pytest.raises(DeployError) as refused:
        deployed.log_sink(stranger, PLACE)
    assert refused.value.code == "DEPLOY_CLOUD_REFUSED"
    assert "401" in refused.value.sentence
