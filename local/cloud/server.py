"""The stand-in's addresses: the cloud's services that a deployment asks, Terraform's provider, the hub, the gateway."""

import asyncio
import contextlib
import tempfile
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from fly_potato.deploy.cloud import Endpoints
from local.cloud.account import Account, CloudRefusal
from local.cloud.rest_api import CloudRestApi
from local.cloud.services import LocalServices
from local.emulator import gateway_spec as specs
from local.emulator.authorizer import Issuer, authorizer
from local.emulator.gateway import Gateway
from local.emulator.pools import CallFailed, Pool

TOKEN = "rehearsal"  # noqa: S105
HUB = Endpoints().hub
_SITE = ("api", "health", "healthz", "metrics")
_TRIES = 3


class CloudServer:
    """Serves an account on one port; ``url`` is where."""

    def __init__(self, account: Account, services: LocalServices, port: int) -> None:
        self.account = account
        self.services = services
        self.url = f"http://127.0.0.1:{port}"
        self.issuer = Issuer(services.directory, HUB)
        self.rest_api = CloudRestApi(account, TOKEN)
        self._pools: dict[str, Pool] = {}
        self._gateway: Gateway | None = None
        self._carried: set[tuple[str, str]] = set()
        services.serving = self._serve
        routes = [
            Route("/cloud/lockbox/v1/secrets", self._secrets),
            Route("/cloud/lockbox/v1/secrets/{secret}/payload", self._payload),
            Route("/cloud/functions/{function}", self._call, methods=["POST"]),
            *self.rest_api.routes(),
            Route("/terraform/{what}", self._terraform, methods=["POST"]),
            Route("/hub/.well-known/openid-configuration", self._discovery),
            Route("/hub/oauth/jwks/keys", self._keys),
            Mount("/", app=self._public),
        ]
        app = Starlette(routes=routes, lifespan=self._lifespan)
        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    @property
    def endpoints(self) -> Endpoints:
        """Say where the services answer."""
        cloud = f"{self.url}/cloud"
        return Endpoints(
            lockbox=cloud, payload=cloud, functions=f"{cloud}/functions", hub=f"{self.url}/hub",
            storage=self.services.buckets.url, gateway=self.url,
            monitoring=cloud, logging=cloud, billing=cloud, iam=cloud,
        )  # fmt: skip

    def start(self) -> None:
        """Serve in a thread until stopped."""
        self._thread.start()

    def stop(self) -> None:
        """End the server and all instances of functions."""
        self._server.should_exit = True
        self._thread.join(30)

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        watcher = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watcher.cancel()
            await asyncio.gather(watcher, return_exceptions=True)
            await asyncio.gather(*(pool.close() for pool in self._pools.values()))

    def _pool(self, function: str, tag: str) -> Pool:
        version = self.account.version(function, tag)
        if version["version"] not in self._pools:
            secrets = {
                each["environment_variable"]: self.account.payload(each["id"], each["version_id"])[each["key"]]
                for each in version.get("secrets", ())
            }
            self._pools[version["version"]] = self.services.pool(version, secrets)
        return self._pools[version["version"]]

    async def _secrets(self, request: Request) -> Response:
        stored = self.account.all("yandex_lockbox_secret")
        return JSONResponse({"secrets": [{"id": each["id"], "name": each["name"]} for each in stored]})

    async def _payload(self, request: Request) -> Response:
        try:
            entries = self.account.payload(request.path_params["secret"])
        except CloudRefusal as refused:
            return JSONResponse({"code": 9, "message": str(refused)}, 400)
        return JSONResponse({"entries": [{"key": key, "textValue": value} for key, value in entries.items()]})

    async def _call(self, request: Request) -> Response:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return JSONResponse({"errorMessage": "Unauthorized"}, 403)
        try:
            pool = self._pool(request.path_params["function"], request.query_params.get("tag", "$latest"))
        except CloudRefusal as refused:
            return JSONResponse({"errorMessage": str(refused)}, 404)
        try:
            return JSONResponse(await pool.call(await request.json()))
        except CallFailed as failed:
            return JSONResponse(dict(failed.error), failed.status, headers={"X-Function-Error": "true"})

    async def _terraform(self, request: Request) -> Response:
        body = await request.json()
        try:
            if request.path_params["what"] == "apply":
                applied = asyncio.to_thread(self.account.apply, body["type"], body["prior"], body["planned"])
                state, warning = await applied
                return JSONResponse({"state": state, "warning": warning})
            if request.path_params["what"] == "data":
                return JSONResponse({"state": self.account.data(body["type"], body["config"])})
            return JSONResponse({"state": self.account.read(body["type"], body["state"])})
        except CloudRefusal as refused:
            return JSONResponse({"error": str(refused), "state": None})

    async def _discovery(self, request: Request) -> Response:
        return JSONResponse({"issuer": HUB, "code_challenge_methods_supported": ["S256"]})

    async def _keys(self, request: Request) -> Response:
        return JSONResponse(dict(self.issuer.keys()))

    def _serve(self, text: str) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
            # The hub's keys come from here; everything else of the description is as the gateway gets it.
            file.write(text.replace(f"{HUB}/oauth/jwks/keys", f"{self.url}/hub/oauth/jwks/keys"))
            file.flush()
            spec = specs.load(Path(file.name))
        tags = {
            str(o.integration["function_id"]): str(o.integration["tag"])
            for o in spec.operations
            if "tag" in o.integration
        }
        pools = {function.removeprefix("d4e-"): self._pool(function, tag) for function, tag in tags.items()}
        self._gateway = Gateway(spec, pools, authorizer(spec), site=self.services.directory / "site")

    async def _public(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._gateway is None:
            await Response(status_code=404)(scope, receive, send)
            return
        if str(scope.get("path", "")).split("/")[1] not in _SITE:
            await asyncio.to_thread(self._fetch_site)
        await self._gateway(scope, receive, send)

    def _fetch_site(self) -> None:
        """Bring the page's bucket beside the gateway, which reads files where the cloud's reads objects."""
        bucket = next(
            (each["bucket"] for each in self.account.all("yandex_storage_bucket") if each["bucket"].endswith("-site")),
            None,
        )
        folder, client = self.services.directory / "site", self.services.buckets.client
        if bucket is None:
            return
        listed = client.list_objects_v2(Bucket=bucket).get("Contents", [])
        for each in listed:
            path, mark = folder / each["Key"], folder.with_name("marks") / f"{each['Key']}.etag"
            if not path.exists() or not mark.exists() or mark.read_text() != each["ETag"]:
                path.parent.mkdir(parents=True, exist_ok=True)
                mark.parent.mkdir(parents=True, exist_ok=True)
                client.download_file(bucket, each["Key"], str(path))
                mark.write_text(each["ETag"])

    async def _watch(self) -> None:
        """Carry new workbooks to the version that the trigger names, as often as it would."""
        while True:
            await asyncio.sleep(0.5)
            trigger = next((t for t in self.account.all("yandex_function_trigger") if t.get("object_storage")), None)
            if trigger is None:
                continue
            bucket, (function,) = trigger["object_storage"][0]["bucket_id"], trigger["function"]
            listed = await asyncio.to_thread(
                self.services.buckets.client.list_objects_v2, Bucket=bucket, Prefix="incoming/"
            )
            for each in listed.get("Contents", []):
                mark = (each["Key"], each["ETag"] + str(each["LastModified"]))
                if mark not in self._carried:
                    self._carried.add(mark)
                    await self._deliver(function, _created(bucket, each["Key"]))

    async def _deliver(self, function: dict[str, Any], event: dict[str, Any]) -> None:
        for _ in range(_TRIES):
            with contextlib.suppress(CallFailed):
                await self._pool(function["id"], function["tag"]).call(event)
                return
            await asyncio.sleep(1)


def _created(bucket: str, key: str) -> dict[str, Any]:
    metadata = {
        "event_id": str(uuid4()),
        "event_type": "yandex.cloud.events.storage.ObjectCreate",
        "created_at": datetime.now(UTC).isoformat(),
    }
    return {"messages": [{"event_metadata": metadata, "details": {"bucket_id": bucket, "object_id": key}}]}
