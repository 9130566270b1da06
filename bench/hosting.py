"""What the server of the hosts costs beside the emulator, which served hosts before: memory, latency, throughput.

``python -m bench.hosting [--flights 200000] [--seconds 20]``; ``JSON=1`` prints one JSON line. Both run over the same
database, one after the other, behind the same nginx, and check the same tokens. ``steady`` sends 50 requests a second
at their times; ``most`` lets 16 callers ask as fast as they are answered. Memory is what the processes hold for
themselves (proportional set size), after the requests.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import psutil

from bench.api import ROUTES, nginx, seed, target
from bench.environment import bench_environment, free_port
from fly_potato.stack.settings import embed_key
from local.emulator.authorizer import ADMINISTRATOR, AUDIENCE, Issuer

DAYS, RATE, CALLERS = 365, 50, 16
SERVERS = {"emulator": "local.emulator", "hosting": "hosting"}


@contextmanager
def issuer(folder: Path) -> Iterator[tuple[str, Issuer]]:
    """Serve the keys of an issuer of tokens; give its address and it."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    signing = Issuer(folder, address)
    keys = json.dumps(signing.keys()).encode()

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(keys)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield address, signing
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def serving(module: str, environment: dict[str, str], token: str) -> Iterator[tuple[str, psutil.Process]]:
    """Run a server behind nginx; give the address of nginx and the server's process."""
    port = free_port()
    ports = {"EMULATOR_PORT": str(port), "APP_PROMETHEUS_PORT": str(port), "HOSTING_VITALS_PORT": str(free_port())}
    process = subprocess.Popen([sys.executable, "-m", module], env=environment | ports, stderr=subprocess.DEVNULL)
    try:
        with tempfile.TemporaryDirectory() as folder, nginx(Path(folder), port) as outer:
            address = f"http://127.0.0.1:{outer}"
            _wait(f"{address}/api/stats/types", token)
            yield address, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait(url: str, token: str) -> None:
    for _ in range(300):
        try:
            if httpx.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=10).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError(url)


async def drive(address: str, token: str, seconds: float) -> dict[str, float]:
    """Ask at a steady rate, then as fast as answers come."""
    chance = random.Random(7)  # noqa: S311
    headers, limits = {"Authorization": f"Bearer {token}"}, httpx.Limits(max_connections=200)
    targets = [target(name, DAYS, chance) for name in ROUTES for _ in range(4)]
    chance.shuffle(targets)
    took: list[float] = []
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=60, limits=limits) as client:

        async def request_one(path: str, due: float) -> None:
            (await client.get(path)).raise_for_status()
            took.append((time.perf_counter() - due) * 1000)

        async def caller(number: int, until: float) -> int:
            answered = 0
            while time.perf_counter() < until:
                (await client.get(targets[(number + answered) % len(targets)])).raise_for_status()
                answered += 1
            return answered

        for path in dict.fromkeys(targets):
            await request_one(path, time.perf_counter())
        took.clear()
        begun, running = time.perf_counter(), []
        for number in range(int(RATE * seconds)):
            due = begun + number / RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            running.append(asyncio.create_task(request_one(targets[number % len(targets)], due)))
        await asyncio.gather(*running)
        steady = sorted(took)
        until = time.perf_counter() + seconds
        answered = sum(await asyncio.gather(*(caller(number, until) for number in range(CALLERS))))
    return {
        "p50_ms": round(statistics.median(steady), 1),
        "p95_ms": round(steady[int(len(steady) * 0.95)], 1),
        "most_per_second": round(answered / seconds, 1),
    }


def memory(process: psutil.Process) -> dict[str, float]:
    """Give the number of processes and their memory together, MiB."""
    family = [process, *process.children(recursive=True)]
    return {
        "processes": len(family),
        "memory_mib": round(sum(each.memory_full_info().pss for each in family) / 1024**2, 1),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flights", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--folder", type=Path, default=Path(".local/bench"))
    options = parser.parse_args()
    figures: dict[str, dict[str, float]] = {}
    with (
        bench_environment(options.folder) as stage,
        stage.database() as uri,
        issuer(options.folder / "issuer") as (address, signing),
    ):
        asyncio.run(seed(uri, options.flights, DAYS))
        token = signing.token({**ADMINISTRATOR, "sub": "bench"}, 3600)
        environment = {
            **os.environ, **stage.environment, "POSTGRES_URI": uri, "APP_LOG_LEVEL": "WARN",
            "DATALENS_PRIVATE_KEY_PATH": str(embed_key(options.folder)),
            "AUTH_ISSUER": address, "AUTH_AUDIENCE": AUDIENCE, "AUTH_JWKS_URL": f"{address}/jwks",
            "EMULATOR_JWT_ISSUER": address, "EMULATOR_JWT_AUDIENCE": AUDIENCE,
            "EMULATOR_JWT_JWKS_URI": f"{address}/jwks",
            "POSTGRES_POOL_SIZE": "8", "HOSTING_DEAD_LETTERS": str(options.folder / "letters"),
        }  # fmt: skip
        for name, module in SERVERS.items():
            with tempfile.TemporaryDirectory() as state:
                states = {"EMULATOR_STATE": state, "HOSTING_STATE": state}
                with serving(module, environment | states, token) as (outer, process):
                    figures[name] = asyncio.run(drive(outer, token, options.seconds)) | memory(process)
    before, after = figures["emulator"], figures["hosting"]
    ratios = {f"{key}_ratio": round(after[key] / before[key], 2) for key in before}
    if os.environ.get("JSON"):
        print(json.dumps({**figures, **ratios}))
        return
    for key in before:
        print(f"{key:16} emulator {before[key]:8.1f}   hosting {after[key]:8.1f}   ratio {ratios[f'{key}_ratio']:.2f}")


if __name__ == "__main__":
    main()
