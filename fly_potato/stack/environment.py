"""What the processes of the local stack find in their environment."""

import os
import sys
from pathlib import Path

from fly_potato.stack.databases import uri
from fly_potato.stack.places import ROOT, Places
from fly_potato.stack.secrets import Secrets, embed_key

BUCKET = "fly-potato"
INHERITED = ("HOME", "LANG", "PATH", "TMPDIR", "SSL_CERT_FILE", "APP_DEBUG", "APP_LOG_LEVEL", "METRICS_TOKEN")
API_FUNCTIONS = ("UPLOAD", "HEALTH", "STATS")

_FROM_SHELL = ("APP_", "EMULATOR_", "DATALENS_", "UPLOAD_")


def environment(places: Places, secrets: Secrets) -> dict[str, str]:
    """Give the environment of the emulator and the S3 server; what the shell says goes before."""
    inherited = {name: value for name, value in os.environ.items() if name in INHERITED}
    own = {name: value for name, value in os.environ.items() if name.startswith(_FROM_SHELL)}
    return inherited | _python() | _storage(places, secrets) | _functions(places, secrets) | _emulator(places) | own


def _python() -> dict[str, str]:
    # The console script may have been started from anywhere; the packages are found all the same.
    return {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "VIRTUAL_ENV": str(Path(sys.prefix))}


def _storage(places: Places, secrets: Secrets) -> dict[str, str]:
    return {
        "S3_BUCKET": BUCKET,
        "S3_ENDPOINT_URL": places.s3_url,
        "S3_REGION": "ru-central1",
        "S3_ACCESS_KEY_ID": secrets.s3_access_key,
        "S3_SECRET_ACCESS_KEY": secrets.s3_secret_key,
    }


def _functions(places: Places, secrets: Secrets) -> dict[str, str]:
    api = uri(places, "fp_api", secrets.fp_api)
    return {
        "PROCESS__POSTGRES_URI": uri(places, "fp_ingest", secrets.fp_ingest),
        **{f"{name}__POSTGRES_URI": api for name in API_FUNCTIONS},
        "DATALENS_PRIVATE_KEY_PATH": str(embed_key(places.state)),
        "DATALENS_OVERVIEW_ID": "local-overview",
        "DATALENS_REGIONS_ID": "local-regions",
        "DATALENS_TIME_ID": "local-time",
    }


def _emulator(places: Places) -> dict[str, str]:
    return {
        "EMULATOR_AUTH": "dev",
        "EMULATOR_PORT": str(places.port),
        "EMULATOR_SPEC": str(ROOT / "spec" / "openapi.yaml"),
        "EMULATOR_SITE": str(places.site),
        "EMULATOR_STATE": str(places.state / "emulator"),
        "EMULATOR_DEAD_LETTERS": str(places.letters),
        "EMULATOR_RETRY_INTERVAL_SECONDS": "3",
    }
