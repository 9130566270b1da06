"""``python -m local.s3``: serve the bucket that the ``S3_*`` variables name until told to stop."""

import argparse
import logging
import os
import signal
import sys
from pathlib import Path
from types import FrameType


def main() -> None:
    """Read the arguments and the environment, serve, and end at SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m local.s3", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--directory", type=Path, default=Path(".local/s3"), help="where objects outlive the process")
    parser.add_argument("--origin", action="append", help="a browser origin that may talk to the bucket")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    signal.signal(signal.SIGTERM, _leave)

    # moto takes a second to import; a wrong argument need not wait for it.
    from local.s3.moto_server import S3Options, make

    options = S3Options(
        host=arguments.host,
        port=arguments.port,
        bucket=os.environ.get("S3_BUCKET", "fly-potato"),
        region=os.environ.get("S3_REGION", "ru-central1"),
        access_key=os.environ["S3_ACCESS_KEY_ID"],
        secret_key=os.environ["S3_SECRET_ACCESS_KEY"],
        directory=arguments.directory,
        **({"origins": tuple(arguments.origin)} if arguments.origin else {}),
    )
    make(options).serve_forever()


def _leave(signal_number: int, frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main()
