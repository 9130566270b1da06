"""The functions as callers meet them: by ASGI and by the gateway's event, against a real database and a real bucket."""

import asyncio
import base64
import importlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from starlette.types import Receive, Scope, Send

from fly_potato.stack.postgres import Cluster
from shared import runtime
from shared.runtime.http import CLAIMS
from shared.settings import ALL_SETTINGS, StorageSettings, variables
from shared.stats import recount_all
from tests.api.contract import Contract, description
from tests.conftest import S3_SECRET, Database, clone
from tests.db.stats import invented
from tests.db.stats.invented import InventedFlight

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = {"upload": "uploads", "embed_token": "embeds", "health": "health", "stats": "statistics"}
SUBJECT = "11111111-2222-4333-8444-555555555555"


@dataclass(frozen=True)
class Answer:
    """What came back, whichever way it was asked for; header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def store_counted(database: Database, flights: Sequence[InventedFlight]) -> None:
    """Store the invented regions and these flights, and count them."""

    async def fill(conn: Any) -> None:
        await invented.store_regions(conn)
        await invented.store_flights(conn, flights)
        await recount_all(conn)

    invented.run(database, fill)


def filled_once(cluster: Cluster, template: str, fill: Callable[[Database], None]) -> Iterator[str]:
    """Fill a clone once and give its name: a module whose fixture ``template`` this is clones it for each test."""
    with contextmanager(clone)(cluster, template) as database:
        fill(database)
        yield database.name


class Caller(Protocol):
    """Asks a function; ``roles`` None is a caller without claims."""

    def __call__(
        self,
        function: str,
        method: str,
        target: str,
        *,
        body: Any = None,
        roles: list[str] | None = ...,
        headers: Mapping[str, str] | None = None,
        claims: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Answer: ...


@pytest.fixture(scope="session")
def contract() -> Contract:
    """Read the gateway's description once."""
    return description()


@pytest.fixture(scope="session")
def embed_pem() -> str:
    """Make a key that signs embed tokens."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Start from an environment without any setting, and end every lifespan afterwards."""
    for name in [name for settings in ALL_SETTINGS for name in variables(settings)]:
        monkeypatch.delenv(name, raising=False)
    yield monkeypatch
    runtime.shutdown()


@pytest.fixture
def configured(
    environment: pytest.MonkeyPatch, database: Database, s3_settings: StorageSettings, embed_pem: str
) -> pytest.MonkeyPatch:
    """Configure all functions, each with the rights it has in the cloud."""
    values = {
        "POSTGRES_URI": database.uri("fp_api"),
        "S3_BUCKET": s3_settings.bucket,
        "S3_ENDPOINT_URL": s3_settings.endpoint_url,
        "S3_ACCESS_KEY_ID": s3_settings.access_key_id,
        "S3_SECRET_ACCESS_KEY": S3_SECRET,
        "DATALENS_PRIVATE_KEY": embed_pem,
        "DATALENS_OVERVIEW_ID": "embed-1",
        "DATALENS_TIME_ID": "embed-3",
        "DATALENS_KEY_CREATED": "2026-01-31",
    }
    for name, value in values.items():
        environment.setenv(name, value)
    return environment


def _claims(roles: list[str] | None, claims: Mapping[str, str] | None) -> dict[str, str] | None:
    if roles is None and claims is None:
        return None
    return {"sub": SUBJECT, "roles": json.dumps(roles or []), **(claims or {})}


def _by_event(
    function: str, method: str, target: str, claims: dict[str, str] | None, headers: Mapping[str, str], body: bytes
) -> Answer:
    parts = urlsplit(target)
    query = parse_qs(parts.query, keep_blank_values=True)
    context: dict[str, Any] = {
        "identity": {"sourceIp": "198.51.100.7", "userAgent": "tests"},
        "httpMethod": method,
        "requestId": "99999999-1111-4111-8111-111111111111",
    }
    if claims is not None:
        context["authorizer"] = {"jwt": {"claims": claims, "scopes": []}}
    sent = {"Host": "gateway.example", "X-Forwarded-Proto": "https", **headers}
    plain = headers.get("Content-Type") == "application/json"
    event = {
        "version": "1.0",
        "resource": parts.path,
        "path": unquote(parts.path),
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()},
        "multiValueQueryStringParameters": query,
        "requestContext": context,
        "body": body.decode() if plain else base64.b64encode(body).decode(),
        "isBase64Encoded": not plain,
    }
    # What the platform carries is JSON, so nothing else may get in or out.
    handler = importlib.import_module(f"functions.{function}.handler").handler
    answer = json.loads(json.dumps(handler(json.loads(json.dumps(event)), None)))
    content = base64.b64decode(answer["body"]) if answer["isBase64Encoded"] else answer["body"].encode()
    got = {name.lower(): ", ".join(values) for name, values in answer["multiValueHeaders"].items()}
    return Answer(answer["statusCode"], got, content)


def _by_asgi(
    function: str, method: str, target: str, claims: dict[str, str] | None, headers: Mapping[str, str], body: bytes
) -> Answer:
    app = importlib.import_module(f"shared.api.{FUNCTIONS[function]}").application()

    async def with_claims(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, CLAIMS: claims}, receive, send)

    async def ask() -> tuple[httpx.Response, bytes]:
        transport = httpx.ASGITransport(app=with_claims, raise_app_exceptions=True)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="https://gateway.example") as client,
        ):
            # httpx asks for gzip by itself and unpacks what comes, while the header goes on saying that it is packed.
            client.headers["accept-encoding"] = "identity"
            async with client.stream(method, target, content=body, headers=dict(headers)) as answer:
                return answer, b"".join([part async for part in answer.aiter_raw()])

    got, raw = asyncio.run(ask())
    return Answer(got.status_code, {name.lower(): value for name, value in got.headers.items()}, raw)


@pytest.fixture(params=[_by_event, _by_asgi], ids=["event", "asgi"])
def call(request: pytest.FixtureRequest, contract: Contract) -> Caller:
    """Ask a function and hold every answer against the description."""

    def caller(
        function: str,
        method: str,
        target: str,
        *,
        body: Any = None,
        roles: list[str] | None = ["administrator"],  # noqa: B006 - never changed
        headers: Mapping[str, str] | None = None,
        claims: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Answer:
        content = raw if raw is not None else (b"" if body is None else json.dumps(body).encode())
        sent = {**({"Content-Type": "application/json"} if content else {}), **(headers or {})}
        answer: Answer = request.param(function, method, target, _claims(roles, claims), sent, content)
        contract.check(method, urlsplit(target).path, answer.status, answer.headers, answer.body)
        return answer

    return caller


@pytest.fixture
def sql(database: Database) -> Callable[..., Any]:
    """Run one statement as the database's administrator and give its first value."""

    def run(statement: str, *arguments: Any) -> Any:
        async def once() -> Any:
            connection = await asyncpg.connect(database.uri())
            try:
                return await connection.fetchval(statement, *arguments)
            finally:
                await connection.close()

        return asyncio.run(once())

    return run
