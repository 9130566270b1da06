"""``python -m local.emulator``: serve the gateway's spec and watch the bucket until told to stop."""

import argparse
import logging
import os
import sys
from typing import Any

import uvicorn
from pydantic import ValidationError

from local.emulator.emulator_app import application
from local.emulator.functions import present
from local.emulator.settings import EmulatorSettings
from shared import logs
from shared.errors import FlyPotatoError
from shared.settings import StorageSettings, load
from shared.storage import Storage


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
