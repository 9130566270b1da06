"""The services beside Terraform that a deployment asks: accounts by name, log sinks and exports, budgets, alert rules.

Requests are held against the fields of the API's reference; unknown ones are refused, as the cloud does. Source:
https://yandex.cloud/ru/docs, pages logging/api-ref, billing/api-ref/Budget, monitoring/operations/prometheus.
"""

import base64
import binascii
import calendar
import secrets
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any, Literal

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.cloud.account import Account

_NAME = r"^([a-z]|[a-z][-a-z0-9]{1,61}[a-z0-9])$"
_RULES_FILE = r"^[A-Za-z0-9._-]{1,256}$"

Endpoint = Callable[[Request], Awaitable[Response]]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False)


class BucketTarget(_Body):
    """Where a sink writes."""

    bucket: Annotated[str, Field(pattern=r"^[a-zA-Z0-9][-a-zA-Z0-9.]{2,62}$")]
    prefix: str = ""


class NewSink(_Body):
    """Body of ``Sink.Create``."""

    folderId: str
    name: Annotated[str, Field(pattern=_NAME)]
    serviceAccountId: str
    s3: BucketTarget


class NewExport(_Body):
    """Body of ``Export.Run``."""

    groupId: str
    sinkId: str
    params: dict[str, Any]
    resultFilename: Annotated[str, Field(min_length=1)]
    since: AwareDatetime
    until: AwareDatetime


class Threshold(_Body):
    """A part of a budget at which people hear of it."""

    type: Literal["PERCENT", "AMOUNT"]
    amount: str
    notificationUserAccountIds: list[str] = []

    @model_validator(mode="after")
    def _below_the_budget(self) -> "Threshold":
        if self.type == "PERCENT" and not 0 < float(self.amount) < 100:
            raise ValueError("Must be less than 100 if type is PERCENT")
        return self


class FolderFilter(_Body):
    """Whose consumption counts."""

    cloudId: str
    folderIds: list[str] = []


class ConsumptionFilter(_Body):
    """What consumption counts."""

    serviceIds: list[str] = []
    cloudFoldersFilters: list[FolderFilter] = []


class CostBudget(_Body):
    """A budget of costs; the currency is the account's."""

    amount: str
    notificationUserAccountIds: list[str] = []
    thresholdRules: list[Threshold] = []
    filter: ConsumptionFilter = ConsumptionFilter()
    resetPeriod: Literal["MONTHLY", "QUARTER", "ANNUALLY"] | None = None
    startDate: date | None = None
    endDate: date

    @model_validator(mode="after")
    def _dates(self) -> "CostBudget":
        if (self.resetPeriod is None) == (self.startDate is None):
            raise ValueError("exactly one of resetPeriod and startDate")
        if self.endDate.day != calendar.monthrange(self.endDate.year, self.endDate.month)[1]:
            raise ValueError("endDate must be the last day of a month")
        return self


class NewBudget(_Body):
    """Body of ``Budget.Create``."""

    billingAccountId: str
    name: Annotated[str, Field(min_length=1)]
    costBudgetSpec: CostBudget


class RulesFile(_Body):
    """Body of the request that puts a file of rules."""

    name: Annotated[str, Field(pattern=_RULES_FILE)]
    content: str

    @model_validator(mode="after")
    def _rules(self) -> "RulesFile":
        try:
            rules = yaml.safe_load(base64.b64decode(self.content, validate=True))
        except (binascii.Error, yaml.YAMLError) as error:
            raise ValueError("content is base64 of a file of rules") from error
        if not isinstance(rules, dict) or set(rules) != {"groups"}:
            raise ValueError("a file of rules has groups")
        return self


class CloudRestApi:
    """What was made by REST: sinks, exports, budgets, files of rules by workspace; ``token`` opens them."""

    def __init__(self, account: Account, token: str) -> None:
        self.sinks: list[dict[str, Any]] = []
        self.exports: list[NewExport] = []
        self.budgets: list[dict[str, Any]] = []
        self.rules: dict[tuple[str, str], str] = {}
        self._account = account
        self._token = token

    def routes(self) -> list[Route]:
        """Give the routes, to be served under ``/cloud``."""
        rules = "/cloud/prometheus/workspaces/{workspace}/extensions/v1/rules"
        table: list[tuple[str, str, Endpoint]] = [
            ("GET", "/cloud/iam/v1/serviceAccounts", self._accounts),
            ("GET", "/cloud/logging/v1/logGroups", self._groups),
            ("GET", "/cloud/logging/v1/sinks", self._sinks),
            ("POST", "/cloud/logging/v1/sinks", self._make_sink),
            ("POST", "/cloud/logging/v1/run-export", self._export),
            ("GET", "/cloud/billing/v1/budgets", self._budgets),
            ("POST", "/cloud/billing/v1/budgets", self._make_budget),
            ("PUT", rules, self._put_rules),
            ("GET", f"{rules}/{{name}}", self._get_rules),
        ]
        return [Route(path, self._guarded(endpoint), methods=[method]) for method, path, endpoint in table]

    def _guarded(self, endpoint: Endpoint) -> Endpoint:
        async def guarded(request: Request) -> Response:
            if request.headers.get("authorization") != f"Bearer {self._token}":
                return _refused(16, "The token is invalid", 401)
            try:
                return await endpoint(request)
            except ValidationError as error:
                return _refused(3, f"Request validation error: {error.errors(include_url=False)[0]['msg']}", 400)

        return guarded

    async def _accounts(self, request: Request) -> Response:
        accounts = self._account.all("yandex_iam_service_account")
        return JSONResponse({"serviceAccounts": [{"id": each["id"], "name": each["name"]} for each in accounts]})

    async def _groups(self, request: Request) -> Response:
        groups = self._account.all("yandex_logging_group")
        return JSONResponse({"groups": [{"id": each["id"], "name": each["name"]} for each in groups]})

    async def _sinks(self, request: Request) -> Response:
        return JSONResponse({"sinks": self.sinks})

    async def _make_sink(self, request: Request) -> Response:
        sink = NewSink.model_validate_json(await request.body())
        if any(each["name"] == sink.name for each in self.sinks):
            return _refused(6, f"Sink {sink.name} already exists", 409)
        accounts = {each["id"] for each in self._account.all("yandex_iam_service_account")}
        buckets = {each["bucket"] for each in self._account.all("yandex_storage_bucket")}
        if sink.serviceAccountId not in accounts or sink.s3.bucket not in buckets:
            return _refused(5, "Service account or bucket not found", 404)
        made = {"id": f"e23{secrets.token_hex(8)}", **sink.model_dump()}
        self.sinks.append(made)
        return JSONResponse({"id": "operation", "done": True, "metadata": {"sinkId": made["id"]}})

    async def _export(self, request: Request) -> Response:
        export = NewExport.model_validate_json(await request.body())
        groups = {each["id"] for each in self._account.all("yandex_logging_group")}
        if export.groupId not in groups or export.sinkId not in {each["id"] for each in self.sinks}:
            return _refused(5, "Log group or sink not found", 404)
        if export.since >= export.until:
            return _refused(3, "since must be before until", 400)
        self.exports.append(export)
        return JSONResponse({"id": "operation", "done": False})

    async def _budgets(self, request: Request) -> Response:
        account = request.query_params.get("billingAccountId")
        return JSONResponse({"budgets": [each for each in self.budgets if each["billingAccountId"] == account]})

    async def _make_budget(self, request: Request) -> Response:
        budget = NewBudget.model_validate_json(await request.body())
        specification = budget.costBudgetSpec.model_dump(mode="json", exclude_none=True)
        stored = {"name": budget.name, "billingAccountId": budget.billingAccountId, "costBudget": specification}
        self.budgets.append(stored)
        return JSONResponse({"id": "operation", "done": True})

    async def _put_rules(self, request: Request) -> Response:
        rules = RulesFile.model_validate_json(await request.body())
        self.rules[request.path_params["workspace"], rules.name] = rules.content
        return Response(status_code=204)

    async def _get_rules(self, request: Request) -> Response:
        name = request.path_params["name"]
        content = self.rules.get((request.path_params["workspace"], name))
        if content is None:
            return _refused(5, f"File {name} not found", 404)
        return JSONResponse({"name": name, "content": content})


def _refused(code: int, message: str, status: int) -> Response:
    return JSONResponse({"code": code, "message": message, "details": []}, status)
