"""The few calls that a deployment makes to the cloud itself: who am I, read a secret, call a function."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from fly_potato.deploy.environments import DeployError


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
