"""The cloud as a deployment sees it: where an environment is, what its things are called, the few calls made to it.

terraform/locals.tf and terraform/bootstrap name the same things. A function is called as the gateway would, but at a
version of our choosing: a deployment looks at a release this way before the gateway turns to it, and needs no person's
token, for whoever may call a function hands it the event with the claims that the gateway otherwise makes.
"""

import base64
import json
import os
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from shared.errors import FlyPotatoError

ENVIRONMENTS = ("dev", "test", "preprod", "prod")
DATABASE_ROLES = ("fp_owner", "fp_ingest", "fp_api", "fp_datalens")
Handler = Callable[[dict[str, Any], object], dict[str, Any]]
"""A function's handler: an event and a context become an answer."""


class DeployError(FlyPotatoError):
    """A deployment cannot go on; codes start with ``DEPLOY_``."""


@dataclass(frozen=True, slots=True)
class DeployEnvironment:
    """One environment in its own folder of the cloud."""

    environment: str
    cloud_id: str
    folder_id: str

    @property
    def name(self) -> str:
        """Give the first part of every name."""
        return f"fly-potato-{self.environment}"

    @property
    def state_bucket(self) -> str:
        """Name the bucket of Terraform's state."""
        return f"{self.name}-{self.folder_id}-state"

    @property
    def artifacts_bucket(self) -> str:
        """Name the bucket of bundles and releases."""
        return f"{self.name}-{self.folder_id}-artifacts"

    @property
    def backend(self) -> tuple[str, ...]:
        """Say where Terraform's state is, as ``-backend-config`` wants it."""
        return f"environments/{self.environment}.backend.hcl", f"bucket={self.state_bucket}"

    @property
    def deployer_secret(self) -> str:
        """Name the secret with the deployer's static key."""
        return f"{self.name}-deployer"

    @property
    def logs_bucket(self) -> str:
        """Name the bucket of exported logs."""
        return f"{self.name}-{self.folder_id}-logs"

    @property
    def logs_account(self) -> str:
        """Name the account that writes exported logs."""
        return f"{self.name}-logs"

    @property
    def metrics_secret(self) -> str:
        """Name the secret with the token that /metrics asks for."""
        return f"{self.name}-metrics"

    def database_secret(self, role: str) -> str:
        """Name the secret with the password of a database role."""
        return f"{self.name}-database-{role.replace('_', '-')}"


def place(environment: str, variables: Mapping[str, str] = os.environ) -> DeployEnvironment:
    """Read which cloud and folder an environment has from ``YC_CLOUD_ID`` and ``YC_FOLDER_ID``.

    Raises:
        DeployError: ``DEPLOY_PLACE_UNKNOWN``.
    """
    if environment not in ENVIRONMENTS:
        raise DeployError("DEPLOY_PLACE_UNKNOWN", f"Нет среды {environment}; есть {', '.join(ENVIRONMENTS)}.")
    missing = [name for name in ("YC_CLOUD_ID", "YC_FOLDER_ID") if not variables.get(name)]
    if missing:
        raise DeployError("DEPLOY_PLACE_UNKNOWN", f"Не заданы переменные {', '.join(missing)}.")
    return DeployEnvironment(environment, variables["YC_CLOUD_ID"], variables["YC_FOLDER_ID"])


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where the cloud's services answer (https://yandex.cloud/docs/api-design-guide/concepts/endpoints)."""

    exchange: str = "https://auth.yandex.cloud/oauth/token"
    lockbox: str = "https://lockbox.api.cloud.yandex.net"
    payload: str = "https://payload.lockbox.api.cloud.yandex.net"
    functions: str = "https://functions.yandexcloud.net"
    monitoring: str = "https://monitoring.api.cloud.yandex.net"
    logging: str = "https://logging.api.cloud.yandex.net"
    billing: str = "https://billing.api.cloud.yandex.net"
    iam: str = "https://iam.api.cloud.yandex.net"
    hub: str = "https://auth.yandex.cloud"
    storage: str | None = None
    """Where buckets are if not at Object Storage's own address."""
    gateway: str | None = None
    """Where the gateway answers if not at its own address."""


@dataclass(frozen=True, slots=True)
class CloudClient:
    """Calls made with one IAM token, which no representation shows."""

    token: str = field(repr=False)
    endpoints: Endpoints = Endpoints()

    def secret(self, folder_id: str, name: str) -> dict[str, str]:
        """Read the current entries of a Lockbox secret by its name.

        Raises:
            DeployError: ``DEPLOY_SECRET_MISSING``, or ``DEPLOY_CLOUD_REFUSED``.
        """
        secrets = self.listed(f"{self.endpoints.lockbox}/lockbox/v1/secrets", {"folderId": folder_id}, "secrets")
        secret_id = next((secret["id"] for secret in secrets if secret.get("name") == name), None)
        if secret_id is None:
            sentence = f"В каталоге нет секрета {name}: сначала примените terraform/bootstrap."
            raise DeployError("DEPLOY_SECRET_MISSING", sentence)
        entries = self._get(f"{self.endpoints.payload}/lockbox/v1/secrets/{secret_id}/payload", {})["entries"]
        return {entry["key"]: entry["textValue"] for entry in entries if "textValue" in entry}

    def call(self, function_id: str, event: Mapping[str, Any], *, tag: str = "$latest") -> Any:
        """Call the version of a function that carries a tag with an event, and give what it returned.

        Raises:
            DeployError: ``DEPLOY_FUNCTION_FAILED`` with what the function raised.
        """
        address = f"{self.endpoints.functions}/{function_id}"
        answer = self._send("POST", address, params={"integration": "raw", "tag": tag}, json=dict(event))
        if answer.status_code != 200 or answer.headers.get("x-function-error"):
            try:
                message = str(answer.json().get("errorMessage", ""))
            except ValueError:
                message = ""
            raise DeployError("DEPLOY_FUNCTION_FAILED", f"Функция ответила {answer.status_code}: {message[:1000]}")
        return answer.json() if answer.content else None

    def get(self, address: str, query: Mapping[str, str]) -> dict[str, Any]:
        """Ask one of the cloud's services; raises DeployError ``DEPLOY_CLOUD_REFUSED``."""
        return self._get(address, query)

    def listed(self, address: str, query: Mapping[str, str], field: str) -> Iterator[dict[str, Any]]:
        """Yield what a service of the cloud lists, page by page; raises DeployError ``DEPLOY_CLOUD_REFUSED``."""
        page = ""
        while True:
            answer = self._get(address, {**query, "pageSize": "100", "pageToken": page})
            yield from answer.get(field, ())
            page = answer.get("nextPageToken", "")
            if not page:
                return

    def send(self, method: str, address: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change something at one of the cloud's services; raises DeployError ``DEPLOY_CLOUD_REFUSED``."""
        answer = self._send(method, address, json=dict(body))
        if answer.status_code not in (200, 201, 204):
            raise DeployError("DEPLOY_CLOUD_REFUSED", f"{address}: ответ {answer.status_code}.")
        answered: dict[str, Any] = answer.json() if answer.content else {}
        return answered

    def _get(self, address: str, query: Mapping[str, str]) -> dict[str, Any]:
        answer = self._send("GET", address, params=dict(query))
        if answer.status_code != 200:
            raise DeployError("DEPLOY_CLOUD_REFUSED", f"{address}: ответ {answer.status_code}.")
        body: dict[str, Any] = answer.json()
        return body

    def _send(self, method: str, address: str, **more: Any) -> httpx.Response:
        try:
            # A function may take its ten minutes.
            return httpx.request(
                method, address, headers={"Authorization": f"Bearer {self.token}"}, timeout=660, **more
            )
        except httpx.HTTPError as error:
            raise DeployError("DEPLOY_CLOUD_UNREACHABLE", f"{address}: {type(error).__name__}.") from error


def iam_token(variables: Mapping[str, str] = os.environ, endpoints: Endpoints | None = None) -> str:
    """Get an IAM token: ``YC_TOKEN``, else GitHub's proof of the running job, else the command ``yc``.

    Raises:
        DeployError: ``DEPLOY_IDENTITY_MISSING`` or ``DEPLOY_CLOUD_REFUSED``.
    """
    if token := variables.get("YC_TOKEN"):
        return token
    if variables.get("ACTIONS_ID_TOKEN_REQUEST_URL") and variables.get("YC_DEPLOYER_ID"):
        return _exchanged(variables, endpoints or Endpoints())
    if yc := shutil.which("yc"):
        done = subprocess.run(  # noqa: S603
            [yc, "iam", "create-token"], capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            return done.stdout.strip()
    sentence = "Нет доступа к облаку: задайте YC_TOKEN или войдите командой yc init."
    raise DeployError("DEPLOY_IDENTITY_MISSING", sentence)


def _exchanged(variables: Mapping[str, str], endpoints: Endpoints) -> str:
    owner = variables.get("GITHUB_REPOSITORY_OWNER", "")
    try:
        proof = httpx.get(
            variables["ACTIONS_ID_TOKEN_REQUEST_URL"],
            params={"audience": f"https://github.com/{owner}"},
            headers={"Authorization": f"Bearer {variables['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}"},
            timeout=30,
        )
        proof.raise_for_status()
        answer = httpx.post(
            endpoints.exchange,
            data={
                "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
                "requested_token_type": "urn:ietf:params:oauth:token-type:access_token",
                "audience": variables["YC_DEPLOYER_ID"],
                "subject_token": proof.json()["value"],
                "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
            },
            timeout=30,
        )
        answer.raise_for_status()
        token: str = answer.json()["access_token"]
    except (httpx.HTTPError, KeyError, ValueError) as error:
        sentence = f"Облако не обменяло токен GitHub на IAM-токен: {type(error).__name__}."
        raise DeployError("DEPLOY_CLOUD_REFUSED", sentence) from error
    return token


class FunctionTransport(httpx.BaseTransport):
    """Carries requests to functions by events of payload 1.0; the longest matching prefix of a path picks the function.

    ``functions`` maps prefixes of paths to functions' ids, ``claims`` are the caller's as an authorizer gives them.
    """

    def __init__(self, cloud: CloudClient, functions: Mapping[str, str], tag: str, claims: Mapping[str, str]) -> None:
        self._cloud = cloud
        self._functions = functions
        self._tag = tag
        self._claims = claims

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Call the function; raises DeployError ``DEPLOY_FUNCTION_FAILED`` where it raises."""
        prefix = max((path for path in self._functions if request.url.path.startswith(path)), key=len)
        return _response(self._cloud.call(self._functions[prefix], event(request, self._claims), tag=self._tag))


class HandlerTransport(httpx.BaseTransport):
    """Carries requests to a function's handler in this process, with claims as an authorizer gives them."""

    def __init__(self, handler: Handler, claims: Mapping[str, str]) -> None:
        self._handler = handler
        self._claims = claims

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Call the handler; it answers whatever goes wrong."""
        return _response(self._handler(event(request, self._claims), None))


def _response(answer: Mapping[str, Any]) -> httpx.Response:
    body = answer.get("body", "")
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    headers = [(name, value) for name, value in (answer.get("headers") or {}).items()]
    headers += [(name, value) for name, values in (answer.get("multiValueHeaders") or {}).items() for value in values]
    return httpx.Response(answer["statusCode"], headers=headers, content=content)


def event(request: httpx.Request, claims: Mapping[str, str]) -> dict[str, Any]:
    """Write a request as an event of payload 1.0.

    Source: https://yandex.cloud/docs/api-gateway/concepts/extensions/cloud-functions.
    """
    query = list(request.url.params.multi_items())
    now = datetime.now(UTC)
    headers = {name.title(): value for name, value in request.headers.items()}
    return {
        "version": "1.0",
        "resource": request.url.path,
        "path": request.url.path,
        "httpMethod": request.method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": dict(query),
        "multiValueQueryStringParameters": {name: [v for n, v in query if n == name] for name, _ in query},
        "pathParameters": {},
        "parameters": {},
        "multiValueParameters": {},
        "requestContext": {
            "identity": {"sourceIp": "127.0.0.1", "userAgent": headers.get("User-Agent", "")},
            "httpMethod": request.method,
            "requestId": str(uuid.uuid4()),
            "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "requestTimeEpoch": int(now.timestamp()),
            "authorizer": {"jwt": {"claims": dict(claims), "scopes": []}} if claims else {},
        },
        "body": base64.b64encode(request.read()).decode(),
        "isBase64Encoded": True,
    }


def timer(job: str) -> dict[str, Any]:
    """Write the event of a timer with a job."""
    metadata = {
        "event_id": str(uuid.uuid4()),
        "event_type": "yandex.cloud.events.serverless.triggers.TimerMessage",
        "created_at": datetime.now(UTC).isoformat(),
    }
    details = {"trigger_id": "deployment", "payload": json.dumps({"job": job})}
    return {"messages": [{"event_metadata": metadata, "details": details}]}
