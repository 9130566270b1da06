"""The function ``stats`` behind HTTP, its caller's claims taken for granted: ``python -m bench.api_server PORT``."""

import sys

import uvicorn
from starlette.types import Receive, Scope, Send

from shared.api.statistics import application
from shared.runtime.http import CLAIMS

_app = application()
_CALLER = {"sub": "bench", "roles": '["analyst"]'}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Pass a request on as the gateway's authorizer would."""
    await _app({**scope, CLAIMS: _CALLER} if scope["type"] == "http" else scope, receive, send)


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False)
