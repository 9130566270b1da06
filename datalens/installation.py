"""A DataLens installation over its API: Yandex Cloud's, or one of one's own by its address.

The vendor's SDK does the talking; what it has no words for goes through the same transport by the method's name.
"""

import logging
import os
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import datalens_sdk as sdk
import httpx
from datalens_sdk.http import DataLensHTTPClient

from shared.errors import FlyPotatoError

CLOUD = "https://api.datalens.tech"
Client = sdk.DataLensClientYC | sdk.DataLensClientEnterprise

# It writes each refusal to standard error where nobody listens; here the refusal itself is shown.
logging.getLogger("datalens_sdk").addHandler(logging.NullHandler())


class DataLensError(FlyPotatoError):
    """DataLens refused, cannot be reached, or holds something else than is expected; codes start with ``DATALENS_``."""


class Installation:
    """One installation as one caller sees it; ``client`` is the SDK's, ``call`` takes any method of the API."""

    def __init__(
        self,
        auth: "sdk.AuthProviderProtocol",
        address: str = CLOUD,
        *,
        cloud: bool = True,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._http = DataLensHTTPClient(
            installation="yacloud" if cloud else "enterprise",
            sdk_version=sdk.__version__,
            base_url=address,
            auth=_Headers(auth),
            transport=transport,
        )
        self.cloud = cloud
        kind = sdk.DataLensClientYC if cloud else sdk.DataLensClientEnterprise
        self.client: Client = kind(http_client=self._http)

    def call(self, method: str, body: Mapping[str, object]) -> Any:
        """Call a method of the API and give its answer.

        Raises:
            DataLensError: ``DATALENS_UNAUTHORIZED``, ``DATALENS_FORBIDDEN``, ``DATALENS_CHANGED``,
                ``DATALENS_NOT_FOUND``, ``DATALENS_REFUSED``, ``DATALENS_UNREACHABLE``.
        """
        with translated():
            return self._http.post_json(f"/rpc/{method}", body)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


class _Headers(httpx.Auth):
    def __init__(self, provider: "sdk.AuthProviderProtocol") -> None:
        self._provider = provider

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers.update(self._provider.get_headers())
        yield request


@contextmanager
def translated() -> Iterator[None]:
    """Turn the SDK's errors into ours. DataLens' own code and the id of the request stand in the sentence."""
    try:
        yield
    except sdk.DataLensAPIError as error:
        context = error.context
        code, sentence = _meaning(context.status_code, context.code or "")
        details = ", ".join(filter(None, (context.code, context.request_id and f"запрос {context.request_id}")))
        detail = f" DataLens: {context.message[:300]}" if code == "DATALENS_REFUSED" else ""
        raise DataLensError(code, sentence + (f" ({details})." if details else "") + detail) from None
    except sdk.DataLensTransportError as error:
        raise DataLensError("DATALENS_UNREACHABLE", f"DataLens недоступен: {error.reason}.") from None
    except sdk.DataLensError as error:
        raise DataLensError("DATALENS_REFUSED", f"Запрос к DataLens не составлен: {error}.") from None


def _meaning(status: int, code: str) -> tuple[str, str]:
    if status == 401:
        return "DATALENS_UNAUTHORIZED", "DataLens не узнал вызывающего: токен не задан, истёк или не той организации"
    if status == 403:
        return "DATALENS_FORBIDDEN", "Нет прав: на воркбук нужна роль администратора"
    if status == 404:
        return "DATALENS_NOT_FOUND", "В DataLens этого нет"
    if status in {409, 423} or "REVISION" in code or "UNIQUE" in code:
        return "DATALENS_CHANGED", "Объект изменили, пока команда работала, или имя занято; запустите её ещё раз"
    return "DATALENS_REFUSED", "DataLens отказал"


def connect(address: str | None, environment: Mapping[str, str] = os.environ) -> Installation:
    """Connect as the environment says: the cloud without an address, an installation of one's own with one.

    In the cloud: ``DATALENS_IAM_TOKEN`` with ``DATALENS_ORG_ID``, else the profile of the command ``yc``. Elsewhere:
    ``DATALENS_SERVICE_ACCOUNT_ID``, ``DATALENS_SERVICE_KEY_ID`` and ``DATALENS_SERVICE_KEY_PATH`` together, or
    ``DATALENS_OAUTH_TOKEN``, or nobody.

    Raises:
        DataLensError: ``DATALENS_UNAUTHORIZED`` where a token has no organization, or a key cannot be read.
    """
    token, organization = environment.get("DATALENS_IAM_TOKEN"), environment.get("DATALENS_ORG_ID")
    if address is None:
        if token and not organization:
            raise DataLensError("DATALENS_UNAUTHORIZED", "К DATALENS_IAM_TOKEN нужен DATALENS_ORG_ID.")
        if token and organization:
            return Installation(sdk.StaticYCIAMAuthProvider(org_id=organization, token=token), CLOUD)
        return Installation(sdk.YCIAMAuthProvider(), CLOUD)
    account, key = environment.get("DATALENS_SERVICE_ACCOUNT_ID"), environment.get("DATALENS_SERVICE_KEY_PATH")
    if account and key:
        try:
            pem = Path(key).read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            raise DataLensError("DATALENS_UNAUTHORIZED", "DATALENS_SERVICE_KEY_PATH не читается.") from None
        provider = sdk.EnterpriseServiceAccountCredentialsAuthProvider(
            key_id=environment.get("DATALENS_SERVICE_KEY_ID", ""), service_account_id=account, private_key=pem
        )
        provider.set_base_url(address)
        return Installation(provider, address, cloud=False)
    oauth = environment.get("DATALENS_OAUTH_TOKEN")
    return Installation(sdk.OAuthAuthProvider(token=oauth) if oauth else sdk.NoAuthProvider(), address, cloud=False)
