"""``python -m local.emulator``: serve the gateway's spec and watch the bucket until told to stop.

Gateway, pools, watcher and, where nobody else issues tokens, an issuer of its own are put together here.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import uvicorn
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from hosting.delivery_queue import DeadLetters, Deliveries, RetryPolicy
from hosting.timers import Job, LastRuns, Timers, deliveries
from hosting.trigger import DeliveryFailed, Watcher
from local.emulator import gateway_spec as specs
from local.emulator.authorizer import (
    ADMINISTRATOR,
    AUDIENCE,
    JWKS_PATH,
    Authorizer,
    Issuer,
    authorizer,
    local_authorizer,
)
from local.emulator.gateway import Gateway
from local.emulator.pools import CallFailed, Function, Pool, present
from local.emulator.settings import EmulatorSettings
from shared import logs
from shared.errors import FlyPotatoError
from shared.settings import StorageSettings, load
from shared.storage import Storage

TRIGGERED = "process"
JOBS = (
    Job("withdrawals", timedelta(minutes=1)),
    Job("boundaries", timedelta(minutes=1)),
    Job("sweep", timedelta(minutes=5)),
    Job("zones", timedelta(minutes=1)),
)
"""The timers that a developer would miss; the others tidy up what a local stack does not gather."""


def application(
    settings: EmulatorSettings,
    functions: Mapping[str, Function],
    environment: Mapping[str, str],
    storage: Storage | None,
) -> Starlette:
    """Build the application; without ``storage`` nothing is watched."""
    spec = specs.load(settings.spec, settings.values())
    pools = {
        name: Pool(function, environment, enforce_memory=settings.enforce_memory)
        for name, function in functions.items()
    }
    guard, issuer = _authorizer(spec, settings)

    async def keys(request: Request) -> JSONResponse:
        return JSONResponse({} if issuer is None else issuer.keys())

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(pool.warm()) for pool in pools.values()]
        if storage is not None and TRIGGERED in pools:
            tasks.append(asyncio.create_task(_watch(settings, storage, pools[TRIGGERED])))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.gather(*(pool.close() for pool in pools.values()))

    gateway = Mount("/", app=Gateway(spec, pools, guard, site=settings.site, body_seconds=settings.body_seconds))
    routes = [gateway] if issuer is None else [Route(JWKS_PATH, keys), gateway]
    return Starlette(routes=routes, lifespan=lifespan)


def _authorizer(spec: specs.Spec, settings: EmulatorSettings) -> tuple[Authorizer, Issuer | None]:
    if settings.auth == "spec":
        return authorizer(spec), None
    issuer = Issuer(settings.state, f"http://{settings.host}:{settings.port}")
    anonymous = {"iss": issuer.name, "aud": AUDIENCE, **ADMINISTRATOR}
    return local_authorizer(spec, issuer.name, AUDIENCE, issuer.keys(), anonymous), issuer


async def _watch(settings: EmulatorSettings, storage: Storage, pool: Pool) -> None:
    async def deliver(event: dict[str, Any], request_id: str) -> None:
        try:
            await pool.call(event, request_id)
        except CallFailed as failed:
            raise DeliveryFailed(str(failed)) from None

    interval = settings.retry_interval_seconds
    watcher = Watcher(
        storage,
        settings.watch_prefix,
        deliver,
        Deliveries(settings.state / "deliveries.sqlite3"),
        DeadLetters(settings.dead_letters),
        RetryPolicy(interval, 1, interval, tries=settings.retry_attempts + 1),
        lanes=settings.process_instances,
    )
    timers = Timers(deliveries(deliver), LastRuns(settings.state / "timers.sqlite3"), JOBS)
    async with asyncio.TaskGroup() as group:
        group.create_task(watcher.run(settings.watch_seconds))
        group.create_task(timers.run())


def main() -> int:
    """Read the arguments and the environment, serve, and give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m local.emulator", description=__doc__)
    parser.add_argument("--host")
    parser.add_argument("--port", type=int)
    arguments: dict[str, Any] = {name: value for name, value in vars(parser.parse_args()).items() if value is not None}
    logs.configure()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        settings = EmulatorSettings(**arguments)
        app = application(settings, present(settings.process_instances), os.environ, Storage(load(StorageSettings)))
    except (FlyPotatoError, ValidationError) as error:
        logging.getLogger("local.emulator").critical("The emulator cannot start.", exc_info=error)
        # Names of variables and sentences alone: pydantic's own text would quote values.
        sys.stderr.write(f"{error if isinstance(error, FlyPotatoError) else type(error).__name__}\n")
        return 2
    # Queries may hold keys, so uvicorn's own access log, which writes them, stays off.
    uvicorn.run(app, host=settings.host, port=settings.port, access_log=False, log_config=None, server_header=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
