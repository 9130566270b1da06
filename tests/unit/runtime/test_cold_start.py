"""Importing a handler does nothing but import, and not too much of that."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROBE = """
import json, sys, threading
import functions.{name}.handler as module
kind = type(module.handler).__name__
told = {{"modules": sorted(sys.modules), "threads": threading.active_count(), "callable": kind}}
print(json.dumps(told))
"""
# What a function cannot do without at its start. Its own import may take half as much again, on the same machine.
REFERENCE = {
    "upload": "fastapi, pydantic_settings, asyncpg, jwt",
    "embed_token": "fastapi, pydantic_settings, jwt",
    "health": "fastapi, pydantic_settings, asyncpg",
    "stats": "fastapi, pydantic_settings, asyncpg, jwt",
    "process": "pydantic_settings, asyncpg",
    "migrate": "pydantic_settings, asyncpg, alembic.command, sqlalchemy",
}
CEILING = 1.5
# FastAPI brings a part of itself only with the first parameter of a route, which every function behind the gateway has.
ONE_ROUTE = """
answer = lambda page=0: None
answer.__annotations__ = {"page": int}
fastapi.APIRouter().get("/")(answer)
"""
SCHEMA = {"sqlalchemy", "geoalchemy2", "alembic"}
NEVER = {
    "sqlalchemy",
    "geoalchemy2",
    "alembic",
    "pandas",
    "numpy",
    "shapely",
    "moto",
    "click",
    "uvicorn",
    "httpx",
    "yaml",
}
NOT_AT_ONCE = {
    "upload": {
        "boto3",
        "botocore",
        "openpyxl",
        "python_calamine",
        "shared.explain",
        "shared.flights",
        "shared.telegrams",
        "shared.workbooks",
        "shared.ingest",
    },
    "embed_token": {"boto3", "asyncpg", "shared.db", "shared.storage", "shared.ingest"},
    "health": {"boto3", "jwt", "cryptography", "shared.ingest", "shared.workbooks"},
    "process": {"boto3", "fastapi", "starlette", "mangum", "jwt", "shared.api", "shared.auth"},
    "stats": {"boto3", "openpyxl", "vl_convert", "typst", "shared.ingest", "shared.workbooks"},
    "migrate": {"boto3", "fastapi", "shared.api", "shared.ingest", "shared.workbooks"},
}
BARE = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}


def processor_seconds(statement: str) -> float:
    """Run statements in a fresh process and give its processor seconds."""
    code = f"import time\nstarted = time.process_time()\n{statement}\nprint(time.process_time() - started)"
    return float(subprocess.check_output([sys.executable, "-c", code], env=BARE, cwd="/", text=True))


@pytest.mark.parametrize("name", REFERENCE)
def test_importing_a_handler_has_no_effect_and_brings_nothing_too_early(name: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROBE.format(name=name)],
        env=BARE | {"PYTHONWARNINGS": "error"},
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    report = json.loads(run.stdout)
    loaded = set(report["modules"])
    assert report["threads"] == 1
    assert report["callable"] == "function"
    assert not loaded & ((NEVER - SCHEMA if name == "migrate" else NEVER) | NOT_AT_ONCE[name])
    assert run.stderr == ""


@pytest.mark.parametrize("name", REFERENCE)
def test_a_handler_costs_little_more_than_what_it_cannot_do_without(name: str) -> None:
    route = ONE_ROUTE if "fastapi" in REFERENCE[name] else ""
    handler, reference = f"import functions.{name}.handler", f"import {REFERENCE[name]}\n{route}"
    least = [math.inf, math.inf]
    # In turns, for what else the machine does changes from moment to moment; more often where it seems too much.
    for number in range(6):
        least = [min(known, processor_seconds(each)) for known, each in zip(least, (handler, reference), strict=True)]
        if number and least[0] < CEILING * least[1]:
            return
    pytest.fail(f"{least[0]:.3f} s against {least[1]:.3f} s")
