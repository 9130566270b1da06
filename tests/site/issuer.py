"""An OpenID provider that lets one person in: code flow with PKCE, tokens signed as the gateway wants them."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from local.emulator.authorizer import Issuer

CLIENT = "page"


@dataclass
class Provider:
    """Who is let in, and how often tokens were given out by which grant."""

    url: str
    issuer: Issuer
    roles: list[str]
    seconds: int = 300
    opaque: bool = False
    """Access tokens are no JWT, as some issuers make them: only the ID token tells who it is."""
    grants: list[str] = field(default_factory=list)
    challenges: dict[str, str] = field(default_factory=dict)

    def tokens(self) -> dict[str, Any]:
        """Make the tokens of the person."""
        who = {"sub": "someone", "preferred_username": "i.primerov", "roles": self.roles}
        access = self.issuer.token(who, self.seconds)
        if self.opaque:
            return {"access_token": "opaque", "id_token": access, "refresh_token": "r", "expires_in": 43200}
        return {"access_token": access, "id_token": access, "refresh_token": "r", "expires_in": self.seconds}


@contextmanager
def provider(directory: Path, port: int, roles: list[str]) -> Iterator[Provider]:
    """Serve one."""
    url = f"http://127.0.0.1:{port}"
    made = Provider(url, Issuer(directory, url), roles)
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(made))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(issuing: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(address.query).items()}
            if address.path == "/.well-known/openid-configuration":
                paths = {"authorization": "/authorize", "token": "/token"}
                self._say({f"{name}_endpoint": issuing.url + path for name, path in paths.items()})
            elif address.path == "/jwks":
                self._say(dict(issuing.issuer.keys()))
            elif address.path == "/authorize":
                assert query["client_id"] == CLIENT
                assert query["code_challenge_method"] == "S256"
                code = f"code-{len(issuing.challenges)}"
                issuing.challenges[code] = query["code_challenge"]
                self.send_response(302)
                back = urlencode({"code": code, "state": query["state"]})
                self.send_header("Location", f"{query['redirect_uri']}?{back}")
                self.end_headers()

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            grant = form["grant_type"][0]
            if grant == "authorization_code":
                digest = hashlib.sha256(form["code_verifier"][0].encode()).digest()
                challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
                assert issuing.challenges.pop(form["code"][0]) == challenge
            issuing.grants.append(grant)
            self._say(issuing.tokens())

        def _say(self, body: Any) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *arguments: object) -> None:
            pass

    return Handler
