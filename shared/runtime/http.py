"""HTTP events of Yandex Cloud as ASGI requests, and ASGI answers as the platform wants them.

Four shapes reach a function: API Gateway's payload 0.1 (its default), 1.0 (what spec/openapi.yaml asks for), 2.0, and a
direct call of the function. They differ in where the path and the query are::

    shape    path                    query
    0.1      url before "?"          url after "?"             path holds the template
    1.0      path                    multiValueQuery…          resource holds the template
    2.0      rawPath                 rawQueryString            the method is in requestContext.http
    direct   none: the root          multiValueQuery…

``isBase64Encoded`` alone says how the body is written: it is true for a GET without a body too. The class keeps to what
mangum 0.22 asks of a custom handler.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from shared.errors import RequestError

CLAIMS = "fly_potato.claims"
"""The scope's member that holds the claims which the gateway's authorizer has verified, or None."""
REQUEST_ID = "fly_potato.request_id"
"""The scope's member that holds the platform's id of the request, or None."""

_TEXT = ("text/", "application/json", "application/problem+json", "application/geo+json", "application/xml")


class HttpEvent:
    """One request, read from an event of any of the four shapes."""

    def __init__(self, event: Mapping[str, Any], context: object, config: object) -> None:
        self._event = event
        self._context = _mapping(event.get("requestContext"))
        self._http = _mapping(self._context.get("http"))

    @classmethod
    def infer(cls, event: Mapping[str, Any], context: object, config: object) -> bool:
        """Tell whether the event is an HTTP one; a trigger's has ``messages`` and no request context."""
        inner = event.get("requestContext")
        if not isinstance(inner, Mapping) or "messages" in event:
            return False
        return isinstance(event.get("httpMethod"), str) or isinstance(inner.get("http"), Mapping)

    @property
    def request_id(self) -> str | None:
        """Give the platform's id of the request, if it has one."""
        found = self._context.get("requestId")
        return found if isinstance(found, str) and found else None

    @property
    def body(self) -> bytes:
        """Give the body's bytes.

        Raises:
            RequestError: ``BODY_MALFORMED`` when it says that it is base64 and is not.
        """
        body = self._event.get("body") or ""
        if not self._event.get("isBase64Encoded"):
            return str(body).encode("utf-8", "surrogatepass")
        try:
            return base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            raise RequestError("BODY_MALFORMED", "Тело запроса повреждено.") from None

    @property
    def scope(self) -> dict[str, Any]:
        """Give the ASGI scope of the request."""
        headers = tuple(self._headers())
        by_name = dict(headers)
        path = self._path()
        scheme = by_name.get("x-forwarded-proto", "https").split(",")[0].strip()
        server = urlsplit(f"//{by_name.get('host', 'localhost')}")
        claims = _mapping(_mapping(_mapping(self._context.get("authorizer")).get("jwt")).get("claims"))
        identity = _mapping(self._context.get("identity"))
        client = self._http.get("sourceIp") or identity.get("sourceIp") or ""
        return {
            "type": "http",
            "http_version": "1.1",
            "method": str(self._event.get("httpMethod") or self._http.get("method") or "GET").upper(),
            "headers": [[name.encode("latin-1", "replace"), value.encode("utf-8")] for name, value in headers],
            "path": path,
            "raw_path": None,
            "root_path": "",
            "scheme": scheme if scheme in {"http", "https"} else "https",
            "query_string": self._query(),
            "server": (server.hostname or "localhost", _port(server.netloc, scheme)),
            "client": (str(client), 0),
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            CLAIMS: dict(claims) or None,
            REQUEST_ID: self.request_id,
        }

    def __call__(self, response: Mapping[str, Any]) -> dict[str, Any]:
        """Give the answer for the platform: headers by ``multiValueHeaders`` alone, other than text as base64."""
        headers: dict[str, list[str]] = {}
        for name, value in response["headers"]:
            headers.setdefault(name.decode("latin-1").title(), []).append(value.decode("latin-1"))
        body = response["body"]
        kind = headers.get("Content-Type", ["text/plain"])[0].lower()
        plain = kind.startswith(_TEXT) and "Content-Encoding" not in headers
        text = body.decode("utf-8") if plain else base64.b64encode(body).decode("ascii")
        answer = {"statusCode": response["status"], "multiValueHeaders": headers, "body": text}
        return {**answer, "isBase64Encoded": not plain and bool(body)}

    def _path(self) -> str:
        if isinstance(raw := self._event.get("rawPath"), str):
            path = raw
        elif self._event.get("version") == "1.0":
            path = str(self._event.get("path") or "/")
        elif isinstance(url := self._event.get("url"), str) and url:
            path = unquote(url.split("?", 1)[0])
        else:
            path = str(self._event.get("path") or "/")
        return path if path.startswith("/") else f"/{path}"

    def _query(self) -> bytes:
        url = self._event.get("url")
        if self._event.get("version") is None and isinstance(url, str) and "?" in url:
            return url.split("?", 1)[1].encode("utf-8")
        if isinstance(raw := self._event.get("rawQueryString"), str):
            return raw.encode("utf-8")
        several = _mapping(self._event.get("multiValueQueryStringParameters"))
        single = _mapping(self._event.get("queryStringParameters"))
        return urlencode(dict(several) or dict(single), doseq=True).encode("ascii")

    def _headers(self) -> Iterator[tuple[str, str]]:
        several = _mapping(self._event.get("multiValueHeaders"))
        single = _mapping(self._event.get("headers"))
        gathered: dict[str, list[str]] = {}
        for source in (several, {name: value for name, value in single.items() if name not in several}):
            for name, value in source.items():
                values = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
                gathered.setdefault(str(name).lower(), []).extend(str(each) for each in values if each is not None)
        for name, values in gathered.items():
            yield name, ("; " if name == "cookie" else ", ").join(values)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _port(netloc: str, scheme: str) -> int:
    tail = netloc.rpartition(":")[2]
    return int(tail) if tail.isdecimal() and len(tail) < 6 else (80 if scheme == "http" else 443)
