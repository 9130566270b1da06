"""Workbooks for the running system, and their way in for a client that is no browser."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from tests.stack.compose import ROOT, get

SITE = "http://localhost"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ENDS = {"loaded", "failed", "duplicate"}


def workbook(directory: Path, rows: int, seed: int = 1) -> tuple[bytes, dict[str, int]]:
    """Make a workbook of invented flights; give its bytes and the sums of its truth."""
    path = directory / f"flights-{rows}-{seed}.xlsx"
    arguments = ["fly-potato", "sample", "--rows", str(rows), "--seed", str(seed), "--totals-only", str(path)]
    code = f"import sys; sys.argv = {arguments!r}; from fly_potato.main import main; main()"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True)
    truth: dict[str, Any] = json.loads(path.with_suffix(".truth.json").read_text())
    return path.read_bytes(), truth


def send(content: bytes, session: str) -> str:
    """Announce a workbook with a session's cookies, put it into the bucket and give the upload's id."""
    announced = json.dumps({"file_name": "a.xlsx", "size": len(content), "content_type": XLSX}).encode()
    headers = {"Cookie": session, "Content-Type": "application/json"}
    request = urllib.request.Request(f"{SITE}/api/uploads", announced, headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        upload = json.load(answer)
    put = urllib.request.Request(upload["upload"]["url"], content, upload["upload"]["headers"], method="PUT")  # noqa: S310
    with urllib.request.urlopen(put, timeout=60) as answer:  # noqa: S310
        assert answer.status == 200
    return str(upload["id"])


def state(upload: str, session: str) -> dict[str, Any]:
    """Give how far an upload is."""
    status, text, _ = get(f"{SITE}/api/uploads/{upload}", Cookie=session)
    assert status == 200, text
    body: dict[str, Any] = json.loads(text)
    return body
