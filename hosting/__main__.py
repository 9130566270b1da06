"""``python -m hosting.serve``: the emulator as the ``backend`` of the administrator's guide.

Beside the gateway it serves the numbers of its own process (start time, memory, open files) on ``VITALS_PORT``: the
answer of ``/metrics`` is made by a function, which knows nothing of the process that hosts it.
"""

import os
import sys

from prometheus_client import start_http_server

from local.emulator.__main__ import main

VITALS_PORT = 8001


def serve() -> int:
    """Serve until told to stop and give the exit status; ``VITALS_PORT`` in the environment moves the second port."""
    start_http_server(int(os.environ.get("VITALS_PORT", VITALS_PORT)))
    return main()


if __name__ == "__main__":
    sys.exit(serve())
