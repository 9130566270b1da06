"""What looks after an environment and has no resource of Terraform: alert rules, a budget, a way out for its logs.

All of it is asked for by the cloud's REST API; asking again changes nothing that is as it should be. Sources, below
https://yandex.cloud/ru/docs: monitoring/operations/prometheus/alerting-rules, billing/api-ref/Budget/create,
logging/api-ref/Sink/create, logging/api-ref/LogGroup/list, logging/api-ref/Export/run,
iam/api-ref/ServiceAccount/list.
"""

import base64
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from fly_potato.deploy.cloud import CloudClient, DeployEnvironment, DeployError

RULES = "terraform/watching/alerts.yaml"
# Percent of a budget at which people hear of it; 100 is the budget itself, and the API refuses it as a threshold.
_THRESHOLDS = (50, 80, 95)
_BUDGET_YEARS = 5


@dataclass(frozen=True, slots=True)
class WatchingSettings:
    """What an environment wants beside Terraform, as its output ``watching`` says; the budget is a month's."""

    prometheus_workspace: str | None = None
    billing_account: str | None = None
    budget_roubles: int | None = None


def load_rules(cloud: CloudClient, workspace: str, rules: Path) -> str:
    """Put the alert rules into a workspace of Managed Prometheus in place of those before; give the file's name.

    Raises:
        DeployError: ``DEPLOY_CLOUD_REFUSED`` or ``DEPLOY_RULES_DIFFER``.
    """
    name, content = f"fly-potato-{rules.name}", base64.b64encode(rules.read_bytes()).decode()
    address = f"{cloud.endpoints.monitoring}/prometheus/workspaces/{workspace}/extensions/v1/rules"
    cloud.send("PUT", address, {"name": name, "content": content})
    if cloud.get(f"{address}/{name}", {}).get("content") != content:
        raise DeployError("DEPLOY_RULES_DIFFER", f"В рабочей области {workspace} лежат не те правила, что отправлены.")
    return name


def set_budget(cloud: CloudClient, place: DeployEnvironment, account: str, roubles: int, today: date) -> str:
    """Have people told when an environment costs more than a part of its monthly budget; say what was done.

    The API knows no change of a budget: one with another amount is named, for a person to change.

    Raises:
        DeployError: ``DEPLOY_CLOUD_REFUSED`` or ``DEPLOY_BUDGET_DIFFERS``.
    """
    address = f"{cloud.endpoints.billing}/billing/v1/budgets"
    for budget in cloud.listed(address, {"billingAccountId": account}, "budgets"):
        if budget.get("name") != place.name:
            continue
        if float(budget.get("costBudget", {}).get("amount", 0)) == roubles:
            return "уже есть"
        sentence = f"Бюджет {place.name} задан на другую сумму: измените его в консоли (Биллинг → Бюджеты)."
        raise DeployError("DEPLOY_BUDGET_DIFFERS", sentence)
    specification = {
        "amount": str(roubles),
        "thresholdRules": [{"type": "PERCENT", "amount": str(percent)} for percent in _THRESHOLDS],
        "filter": {"cloudFoldersFilters": [{"cloudId": place.cloud_id, "folderIds": [place.folder_id]}]},
        "resetPeriod": "MONTHLY",
        "endDate": date(today.year + _BUDGET_YEARS, 12, 31).isoformat(),
    }
    cloud.send("POST", address, {"billingAccountId": account, "name": place.name, "costBudgetSpec": specification})
    return f"{roubles} ₽ в месяц"


def log_sink(cloud: CloudClient, place: DeployEnvironment) -> str:
    """Find or make the sink through which logs go into their bucket, in the name of the account that may write there.

    Raises:
        DeployError: ``DEPLOY_CLOUD_REFUSED``, or ``DEPLOY_ACCOUNT_MISSING`` before terraform/bootstrap was applied.
    """
    folder = {"folderId": place.folder_id}
    address = f"{cloud.endpoints.logging}/logging/v1/sinks"
    for sink in cloud.listed(address, folder, "sinks"):
        if sink.get("name") == place.name:
            return str(sink["id"])
    accounts = cloud.listed(f"{cloud.endpoints.iam}/iam/v1/serviceAccounts", folder, "serviceAccounts")
    writer = next((account["id"] for account in accounts if account.get("name") == place.logs_account), None)
    if writer is None:
        sentence = f"В каталоге нет аккаунта {place.logs_account}: сначала примените terraform/bootstrap."
        raise DeployError("DEPLOY_ACCOUNT_MISSING", sentence)
    target = {"bucket": place.logs_bucket, "prefix": "logs"}
    made = cloud.send("POST", address, {**folder, "name": place.name, "serviceAccountId": writer, "s3": target})
    return str(made["metadata"]["sinkId"])


def export_logs(cloud: CloudClient, place: DeployEnvironment, day: date) -> str:
    """Have a day of the environment's logs (UTC) written into their bucket; give the name of the result.

    Raises:
        DeployError: ``DEPLOY_CLOUD_REFUSED``; ``DEPLOY_LOGS_MISSING`` before the first deployment.
    """
    sink = log_sink(cloud, place)
    groups = cloud.listed(f"{cloud.endpoints.logging}/logging/v1/logGroups", {"folderId": place.folder_id}, "groups")
    group = next((group["id"] for group in groups if group.get("name") == place.name), None)
    if group is None:
        raise DeployError("DEPLOY_LOGS_MISSING", f"В каталоге нет лог-группы {place.name}: среда ещё не развёрнута.")
    since = datetime.combine(day, time(), UTC)
    name = f"{day:%Y-%m-%d}"
    period = {"since": since.isoformat(), "until": (since + timedelta(days=1)).isoformat()}
    body = {"groupId": group, "sinkId": sink, "params": {}, "resultFilename": name, **period}
    cloud.send("POST", f"{cloud.endpoints.logging}/logging/v1/run-export", body)
    return name
