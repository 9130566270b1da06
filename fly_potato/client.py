"""The product's HTTP client: sends workbooks as a person's browser would, and asks what became of them."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import httpx
import jwt

from shared.errors import OutageError, RequestError

FINAL = frozenset({"loaded", "duplicate", "failed", "expired"})
CHUNK = 256 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Json = dict[str, Any]
Seen = Callable[[Json], None]


class Client:
    """Talks to one gateway; ``token`` is a bearer token where the gateway asks for one.

    With a ``transport`` requests of the API go another way than over the network to ``url``.
    """

    def __init__(self, url: str, token: str | None = None, *, transport: httpx.BaseTransport | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=60, transport=transport)

    def __enter__(self) -> Self:
        """Give the client itself."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close its connections."""
        self._http.close()

    def announce(self, workbook: Path) -> Json:
        """Ask for an address for a workbook; raises RequestError with the gateway's own code and sentence."""
        announcement = {"file_name": workbook.name, "size": workbook.stat().st_size, "content_type": XLSX}
        return self._json("POST", "/api/uploads", json=announcement)

    def send(self, announced: Json, workbook: Path, sent: Callable[[int], None] | None = None) -> None:
        """Send the bytes where the announcement says; ``sent`` hears how many bytes each piece had."""
        address = announced["upload"]
        try:
            answer = httpx.request(
                address["method"],
                address["url"],
                headers=address["headers"],
                content=_pieces(workbook, sent),
                timeout=600,
            )
        except httpx.HTTPError as error:
            raise OutageError("BUCKET_UNREACHABLE", f"Хранилище не отвечает: {type(error).__name__}.") from error
        if answer.status_code >= 300:
            raise RequestError("UPLOAD_REFUSED", f"Хранилище не приняло файл: {answer.status_code} {_s3_code(answer)}.")

    def upload(self, upload: str) -> Json:
        """Ask how far an upload is."""
        return self._json("GET", f"/api/uploads/{upload}")

    def follow(self, upload: str, on_state: Seen, *, seconds: float = 900, every: float = 0.3) -> Json:
        """Ask again and again until the upload has come to an end; ``seen`` hears every answer.

        A gateway that is away meanwhile is waited for. Raises OutageError UPLOAD_TOO_SLOW after ``seconds``.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                state = self.upload(upload)
            except OutageError:
                time.sleep(1)
                continue
            on_state(state)
            if state["state"] in FINAL:
                return state
            time.sleep(every)
        raise OutageError("UPLOAD_TOO_SLOW", f"За {seconds:.0f} с загрузка {upload} не закончилась.")

    def embed_claims(self, dashboard: str) -> Json:
        """Ask for an embed token and check it with the published key; gives its claims and header.

        Raises RequestError EMBED_TOKEN_INVALID when the key does not fit.
        """
        issued = self._json("GET", "/api/embed-token", params={"dashboard": dashboard})
        keys = jwt.PyJWKSet.from_dict(self._json("GET", "/api/embed-keys"))
        try:
            key = keys[issued["kid"]]
            claims: Json = jwt.decode(issued["token"], key, algorithms=["PS256"])
        except (KeyError, jwt.PyJWTError) as error:
            raise RequestError("EMBED_TOKEN_INVALID", "Токен для дашборда не сходится с открытым ключом.") from error
        return claims | {"kid": issued["kid"]}

    def health(self) -> Json:
        """Ask the gateway whether it is alive."""
        return self._json("GET", "/health")

    def _json(self, method: str, path: str, **more: Any) -> Json:
        try:
            answer = self._http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise OutageError(
                "GATEWAY_UNREACHABLE", f"Шлюз {self._http.base_url} не отвечает: {type(error).__name__}."
            ) from error
        if answer.status_code in (429, 502, 503, 504):
            raise OutageError("GATEWAY_FAILED", f"{method} {path}: ответ {answer.status_code}.")
        try:
            body: Json = answer.json()
        except ValueError:
            body = {}
        if answer.status_code >= 400:
            sentence = body.get("detail") or f"{method} {path}: ответ {answer.status_code}."
            raise RequestError(body.get("code", "REQUEST_REFUSED"), sentence)
        return body


def _pieces(workbook: Path, sent: Callable[[int], None] | None) -> Iterator[bytes]:
    with workbook.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece
            if sent is not None:
                sent(len(piece))


def _s3_code(answer: httpx.Response) -> str:
    _, _, rest = answer.text.partition("<Code>")
    return rest.partition("</Code>")[0]
