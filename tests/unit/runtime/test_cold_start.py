"""Importing a handler does nothing but import, and not too much of that."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PROBE = """
import json, sys, threading, time
started = time.process_time()
import functions.{name}.handler as module
seconds, threads = time.process_time() - started, threading.active_count()
kind = type(module.handler).__name__
print(json.dumps({{"seconds": seconds, "modules": sorted(sys.modules), "threads": threads, "callable": kind}}))
"""
# Processor time of an import, three times what it takes on an idle desk, for CI machines are slower.
CEILINGS = {"upload": 2.4, "embed_token": 2.4, "health": 2.4, "process": 2.4}
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
        "shared.flights",
        "shared.workbooks",
        "shared.ingest",
    },
    "embed_token": {"boto3", "asyncpg", "shared.db", "shared.storage", "shared.ingest"},
    "health": {"boto3", "jwt", "cryptography", "shared.ingest", "shared.workbooks"},
    "process": {"boto3", "fastapi", "starlette", "mangum", "jwt", "shared.api", "shared.auth"},
}


@pytest.mark.parametrize("name", CEILINGS)
def test_importing_a_handler_is_quick_and_has_no_effect(name: str) -> None:
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    run = subprocess.run(
        [sys.executable, "-c", PROBE.format(name=name)], env=bare, cwd="/", capture_output=True, text=True, check=True
    )
    told = json.loads(run.stdout)
    loaded = set(told["modules"])
    assert told["seconds"] < CEILINGS[name]
    assert told["threads"] == 1
    assert told["callable"] == "function"
    assert not loaded & (NEVER | NOT_AT_ONCE[name])
    assert run.stderr == ""
