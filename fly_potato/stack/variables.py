"""What the processes of the local stack find in their environment."""

import os
import sys
from pathlib import Path

from fly_potato.stack.credentials import Secrets, embed_key
from fly_potato.stack.databases import uri
from fly_potato.stack.paths import ROOT, StackPaths

BUCKET = "fly-potato"
INHERITED = ("HOME", "LANG", "PATH", "TMPDIR", "SSL_CERT_FILE", "APP_DEBUG", "APP_LOG_LEVEL", "METRICS_TOKEN")
API_FUNCTIONS = ("UPLOAD", "HEALTH", "STATS")

_FROM_SHELL = ("APP_", "EMULATOR_", "DATALENS_", "UPLOAD_")


def environment(paths: StackPaths, secrets: Secrets) -> dict[str, str]:
    """Give the environment of the emulator and the S3 server; what the shell says goes before."""
    inherited = {name: value for name, value in os.environ.items() if name in INHERITED}
    own = {name: value for name, value in os.environ.items() if name.startswith(_FROM_SHELL)}
    return inherited | _python() | _storage(paths, secrets) | _functions(paths, secrets) | _emulator(paths) | own


def _python() -> dict[str, str]:
    # The console script may have been started from anywhere; the packages are found all the same.
    return {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "VIRTUAL_ENV": str(Path(sys.prefix))}


def _storage(paths: StackPaths, secrets: Secrets) -> dict[str, str]:
    return {
        "S3_BUCKET": BUCKET,
        "S3_ENDPOINT_URL": paths.s3_url,
        "S3_REGION": "ru-central1",
        "S3_ACCESS_KEY_ID": secrets.s3_access_key,
        "S3_SECRET_ACCESS_KEY": secrets.s3_secret_key,
    }


def _functions(paths: StackPaths, secrets: Secrets) -> dict[str, str]:
    api = uri(paths, "fp_api", secrets.fp_api)
    return {
        "PROCESS__POSTGRES_URI": uri(paths, "fp_ingest", secrets.fp_ingest),
        **{f"{name}__POSTGRES_URI": api for name in API_FUNCTIONS},
        "DATALENS_PRIVATE_KEY_PATH": str(embed_key(paths.state)),
        "DATALENS_OVERVIEW_ID": "local-overview",
        "DATALENS_REGIONS_ID": "local-regions",
        "DATALENS_TIME_ID": "local-time",
    }


def _emulator(paths: StackPaths) -> dict[str, str]:
    return {
        "EMULATOR_AUTH": "dev",
        "EMULATOR_PORT": str(paths.port),
        "EMULATOR_SPEC": str(ROOT / "spec" / "openapi.yaml"),
        "EMULATOR_SITE": str(paths.site),
        "EMULATOR_STATE": str(paths.state / "emulator"),
        "EMULATOR_DEAD_LETTERS": str(paths.dead_letters),
        "EMULATOR_RETRY_INTERVAL_SECONDS": "3",
    }
