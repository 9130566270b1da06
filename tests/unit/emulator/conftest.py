"""A small gateway with functions of its own, served over a real socket."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn

from local.emulator.__main__ import application
from local.emulator.pools import Function
from local.emulator.settings import EmulatorSettings

FUNCTION = """
import base64, json, os, sys, time

def handler(event, context):
    print("noise that must not reach the pipe")
    path = event["path"]
    if path == "/api/event" or "X-Echo" in event["headers"]:
        return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(event)}
    if path == "/api/environment":
        return {"statusCode": 200, "body": json.dumps({"env": dict(os.environ), "pid": os.getpid(),
                "left": context.get_remaining_time_in_millis(), "id": context.aws_request_id})}
    if path == "/api/sleep":
        time.sleep(float(event["queryStringParameters"]["seconds"]))
        return {"statusCode": 200, "body": str(os.getpid())}
    if path == "/api/crash":
        os._exit(7)
    if path == "/api/raise":
        raise ValueError("broken on purpose")
    if path == "/api/large":
        return {"statusCode": 200, "body": "x" * int(event["queryStringParameters"]["bytes"])}
    if path == "/api/answer":
        return json.loads(event["body"])
    if path == "/api/unjson":
        return {1, 2}
    return {"statusCode": 200, "body": base64.b64encode(path.encode()).decode(), "isBase64Encoded": True}
"""

SPEC = """
openapi: 3.0.0
x-yc-apigateway:
  cors: {origin: ${cors_origins}, methods: [GET, POST], allowedHeaders: [Authorization], credentials: true}
components:
  securitySchemes:
    people:
      type: openIdConnect
      x-yc-apigateway-authorizer:
        type: jwt
        jwksUri: "${oidc_jwks_uri}"
        identitySource: {in: header, name: Authorization, prefix: "Bearer "}
        issuers: ["${oidc_issuer}"]
        audiences: ["${oidc_audience}"]
        requiredClaims: [sub]
  parameters:
    Limit: {name: limit, in: query, schema: {type: integer}}
  x-yc-apigateway-integrations:
    probe: &probe {type: cloud_functions, function_id: "${function_probe}", payload_format_version: '1.0'}
paths:
  /api/{name}:
    x-yc-apigateway-any-method:
      operationId: anything
      parameters:
        - {$ref: "#/components/parameters/Limit"}
        - {name: name, in: path, required: true, schema: {type: string}}
      x-yc-apigateway-integration: {$ref: "#/components/x-yc-apigateway-integrations/probe"}
  /api/named:
    get:
      x-yc-apigateway-integration: *probe
  /files/{rest+}:
    get:
      x-yc-apigateway-integration: *probe
  /secret:
    get:
      security: [{people: []}]
      x-yc-apigateway-integration: *probe
    post:
      security: [{people: [write]}]
      x-yc-apigateway-integration: *probe
  /static/{file+}:
    get:
      x-yc-apigateway-integration: {type: object_storage, bucket: site, object: '{file}', error_object: 404.html}
  /ping:
    get:
      x-yc-apigateway-integration: {type: dummy, http_code: 200, content: {'*': pong}}
"""

Serve = Callable[..., httpx.Client]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start gateways as they are asked for: ``serve(EMULATOR settings...)`` gives a client of a new one."""
    (tmp_path / "probe.py").write_text(FUNCTION)
    (tmp_path / "spec.yaml").write_text(SPEC)
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("start")
    (site / "404.html").write_text("lost")
    (site / "assets/0123456789ab").mkdir(parents=True)
    (site / "assets/0123456789ab/page.js").write_text("export {}")
    running: list[tuple[uvicorn.Server, threading.Thread, httpx.Client]] = []

    def start(
        environment: dict[str, str] | None = None, timeout: float = 5, instances: int = 2, **given: object
    ) -> httpx.Client:
        own = {"spec": tmp_path / "spec.yaml", "state": tmp_path / "state", "site": site}
        settings = EmulatorSettings.model_validate(own | {"cors_origins": ["https://site.example"]} | given)
        function = Function("probe", "probe", timeout, 128, ("S3_BUCKET", "POSTGRES_URI"), instances, tmp_path)
        app = application(settings, {"probe": function}, environment or {}, None)
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, server_header=False))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            thread.join(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20)
        running.append((server, thread, client))
        return client

    yield start
    for server, thread, client in running:
        client.close()
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()
