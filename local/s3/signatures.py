"""AWS Signature Version 4 as a server checks it, for signed headers and for pre-signed addresses.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html. botocore signs
the request as it came once more, so a changed length, type, key or host gives another signature.
"""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from uuid import uuid4
from xml.sax.saxutils import escape

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"
CLOCK_SKEW = timedelta(minutes=15)
LONGEST_EXPIRY = 7 * 24 * 3600


class S3Refusal(Exception):
    """A request that S3 would refuse: HTTP status, S3's own code and message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Request:
    """What a signature covers; header names are lower case, ``path`` and ``query`` as they were sent."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Claim:
    credential: str
    signed_headers: tuple[str, ...]
    signature: str
    signed_at: datetime
    payload_hash: str
    expires_in: int | None


def check(request: Request, credentials: Mapping[str, str], now: datetime) -> None:
    """Let a request pass, or raise ``S3Refusal``; ``credentials`` maps access keys to secrets, ``now`` is aware."""
    query = parse_qsl(request.query, keep_blank_values=True)
    claim = _from_query(dict(query)) if "X-Amz-Signature" in dict(query) else _from_header(request.headers)
    access_key, _, scope = claim.credential.partition("/")
    if access_key not in credentials:
        raise S3Refusal(403, "InvalidAccessKeyId", "The access key is not known here.")
    if scope.count("/") != 3:
        raise S3Refusal(400, "AuthorizationHeaderMalformed", "The credential's scope is not complete.")
    _check_time(claim, now)
    _check_coverage(claim, request.headers)
    if not hmac.compare_digest(_signature(claim, request, query, credentials[access_key], scope), claim.signature):
        raise S3Refusal(403, "SignatureDoesNotMatch", "The signature does not match the request as it came.")


def _from_query(query: Mapping[str, str]) -> _Claim:
    try:
        if query["X-Amz-Algorithm"] != ALGORITHM:
            raise ValueError("another algorithm")
        expires_in = int(query["X-Amz-Expires"])
        if not 0 < expires_in <= LONGEST_EXPIRY:
            raise ValueError("outside one second to seven days")
        headers = tuple(query["X-Amz-SignedHeaders"].split(";"))
        signed_at = _time(query["X-Amz-Date"])
        return _Claim(query["X-Amz-Credential"], headers, query["X-Amz-Signature"], signed_at, UNSIGNED, expires_in)
    except (KeyError, ValueError):
        raise S3Refusal(400, "AuthorizationQueryParametersError", "The signature is not complete.") from None


def _from_header(headers: Mapping[str, str]) -> _Claim:
    authorization = headers.get("authorization", "")
    if not authorization:
        raise S3Refusal(403, "AccessDenied", "Access denied: the request is not signed.")
    algorithm, _, rest = authorization.partition(" ")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    try:
        if algorithm != ALGORITHM:
            raise ValueError("another algorithm")
        signed_at = _time(headers["x-amz-date"])
        names = tuple(parts["SignedHeaders"].split(";"))
        payload = headers["x-amz-content-sha256"]
        return _Claim(parts["Credential"], names, parts["Signature"], signed_at, payload, None)
    except (KeyError, ValueError):
        raise S3Refusal(400, "AuthorizationHeaderMalformed", "The authorization header is not complete.") from None


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _check_time(claim: _Claim, now: datetime) -> None:
    if claim.expires_in is None:
        if abs(now - claim.signed_at) > CLOCK_SKEW:
            raise S3Refusal(403, "RequestTimeTooSkewed", "The request was signed too long ago or in the future.")
    elif now > claim.signed_at + timedelta(seconds=claim.expires_in):
        raise S3Refusal(403, "AccessDenied", "Request has expired.")
    elif claim.signed_at > now + CLOCK_SKEW:
        raise S3Refusal(403, "AccessDenied", "Request is not valid yet.")


def _check_coverage(claim: _Claim, headers: Mapping[str, str]) -> None:
    if "host" not in claim.signed_headers:
        raise S3Refusal(403, "AccessDenied", "The host header must be signed.")
    # An unsigned x-amz-* header could change what the signer allowed, a public ACL for instance.
    if any(name.startswith("x-amz-") and name not in claim.signed_headers for name in headers):
        raise S3Refusal(403, "AccessDenied", "There were headers present in the request which were not signed.")


def _signature(claim: _Claim, request: Request, query: list[tuple[str, str]], secret: str, scope: str) -> str:
    access_key = claim.credential.partition("/")[0]
    _, region, service, _ = scope.split("/")
    signer = S3SigV4QueryAuth(Credentials(access_key, secret), service, region)
    covered = AWSRequest(
        request.method,
        # The path as it was meant: a client may have left signs bare that another encodes.
        "https://s3" + quote(unquote(request.path, errors="surrogateescape"), safe="/~", errors="surrogateescape"),
        {name: request.headers.get(name, "") for name in claim.signed_headers},
        # Pairs, which botocore takes as well: a name may stand twice.
        params=[pair for pair in query if pair[0] != "X-Amz-Signature"],  # type: ignore[arg-type]
    )
    covered.context["timestamp"] = claim.signed_at.strftime("%Y%m%dT%H%M%SZ")
    text: str = signer.string_to_sign(covered, signer.canonical_request(covered))
    signature: str = signer.signature(text, covered)
    return signature


class SignedRequestsOnly:
    """A WSGI layer that checks every request's signature; preflight requests carry none and pass."""

    def __init__(self, inner: "WSGIApplication", credentials: Mapping[str, str]) -> None:
        self._inner = inner
        self._credentials = credentials

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on, or answer with S3's XML error."""
        if environ["REQUEST_METHOD"] == "OPTIONS":
            return self._inner(environ, start_response)
        try:
            self._check(environ)
        except S3Refusal as refused:
            return _refuse(refused, environ, start_response)
        return self._inner(environ, start_response)

    def _check(self, environ: "WSGIEnvironment") -> None:
        if "HTTP_TRANSFER_ENCODING" in environ:
            # Without a length there is nothing a signed length could be compared with.
            raise S3Refusal(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
        check(signed_request(environ), self._credentials, datetime.now(UTC))


def signed_request(environ: "WSGIEnvironment") -> Request:
    """Take from a WSGI environment what a signature covers."""
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH")
    }
    target = urlsplit(environ["RAW_URI"])
    return Request(environ["REQUEST_METHOD"], target.path, target.query, headers)


def _refuse(refused: S3Refusal, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{refused.code}</Code><Message>{escape(refused.message)}'
        f"</Message><Resource>{escape(environ['PATH_INFO'])}</Resource><RequestId>{uuid4().hex}</RequestId></Error>"
    ).encode()
    headers = [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))]
    start_response(f"{refused.status} {HTTPStatus(refused.status).phrase}", headers)
    return [body]
