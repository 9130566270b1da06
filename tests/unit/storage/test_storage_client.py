"""The bucket, against a real S3 server that checks signatures."""

import hashlib
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from shared.errors import NotFound, StorageUnavailable
from shared.settings import StorageSettings
from shared.storage import PresignedUpload, Storage
from tests.conftest import free_port

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send(address: PresignedUpload, body: bytes, url: str | None = None, **headers: str) -> int:
    """Send a body as a browser would, which counts the length itself."""
    own = {name: value for name, value in address.headers.items() if name != "Content-Length"}
    given = own | {k.replace("_", "-"): v for k, v in headers.items()}
    request = urllib.request.Request(url or address.url, body, given, method=address.method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_an_address_takes_the_announced_object(storage: Storage) -> None:
    body = b"x" * 1000
    address = storage.presign_put("incoming/a.xlsx", len(body), XLSX)
    assert address.method == "PUT"
    assert address.headers == {"Content-Type": XLSX, "Content-Length": "1000", "If-None-Match": "*"}
    assert send(address, body) == 200
    found = storage.head("incoming/a.xlsx")
    assert (found.size, found.content_type) == (1000, XLSX)
    assert abs(datetime.now(UTC) - found.modified_at) < timedelta(minutes=1)


def test_an_address_takes_nothing_else(storage: Storage) -> None:
    address = storage.presign_put("incoming/a.xlsx", 1000, XLSX)
    assert send(address, b"x" * 999) == 403
    assert send(address, b"x" * 1001) == 403
    assert send(address, b"x" * 1000, Content_Type="text/html") == 403
    assert send(address, b"x" * 1000, url=address.url.replace("incoming/a.xlsx", "incoming/b.xlsx")) == 403
    assert list(storage.list("")) == []


def test_an_address_writes_once(storage: Storage) -> None:
    address = storage.presign_put("incoming/a.xlsx", 5, XLSX)
    assert send(address, b"first") == 200
    assert send(address, b"other") == 412
    assert send(address, b"other", If_None_Match='"0"') == 403
    unconditional = replace(address, headers={k: v for k, v in address.headers.items() if k != "If-None-Match"})
    assert send(unconditional, b"other") == 403
    assert storage.head("incoming/a.xlsx").size == 5
    assert storage.head("incoming/a.xlsx").etag == hashlib.md5(b"first", usedforsecurity=False).hexdigest()


def test_length_type_and_host_are_signed(storage: Storage) -> None:
    query = parse_qs(urlsplit(storage.presign_put("incoming/a.xlsx", 5, XLSX, expires_in=60).url).query)
    assert query["X-Amz-SignedHeaders"] == ["content-length;content-type;host;if-none-match"]
    assert query["X-Amz-Expires"] == ["60"]


def test_an_address_expires(storage: Storage) -> None:
    address = storage.presign_put("incoming/a.xlsx", 1, XLSX, expires_in=900)
    stamp = parse_qs(urlsplit(address.url).query)["X-Amz-Date"][0]
    earlier = (datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) - timedelta(hours=1)).strftime(
        "%Y%m%dT%H%M%SZ"
    )
    assert send(address, b"x", url=address.url.replace(stamp, earlier)) == 403


def test_a_browser_gets_the_public_endpoint(s3_settings: StorageSettings) -> None:
    public = s3_settings.model_copy(update={"public_endpoint_url": "https://files.example"})
    assert Storage(public).presign_put("k", 1, XLSX).url.startswith("https://files.example/tests/k?")
    assert Storage(public).presign_get("k", "a.xlsx").startswith("https://files.example/tests/k?")


def test_a_fetched_object_has_its_russian_name(storage: Storage, tmp_path: Path) -> None:
    source = tmp_path / "a"
    source.write_bytes(b"content")
    storage.upload(source, "results/a.xlsx", XLSX)
    url = storage.presign_get("results/a.xlsx", 'Отчёт "1".xlsx')
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310
        assert answer.read() == b"content"
        disposition = answer.headers["Content-Disposition"]
    assert 'filename="_______1_.xlsx"' in disposition
    assert unquote(disposition.partition("UTF-8''")[2]) == 'Отчёт "1".xlsx'


@pytest.mark.parametrize("size", [0, 1, 3 * 1024 * 1024 + 7])
def test_a_download_is_hashed_on_the_way(storage: Storage, tmp_path: Path, size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(content[:size])
    storage.upload(source, "incoming/big.xlsx", XLSX)
    fetched = storage.download("incoming/big.xlsx", target)
    assert fetched.size == size == target.stat().st_size
    assert fetched.sha256 == hashlib.sha256(content[:size]).digest() == hashlib.sha256(target.read_bytes()).digest()


def test_a_listing_is_by_prefix_and_in_order(storage: Storage, tmp_path: Path) -> None:
    source = tmp_path / "a"
    source.write_bytes(b"12345")
    for key in ("results/1", "incoming/2", "incoming/1", "incoming/Ж"):
        storage.upload(source, key, "text/plain")
    assert [(item.key, item.size) for item in storage.list("incoming/")] == [
        ("incoming/1", 5),
        ("incoming/2", 5),
        ("incoming/Ж", 5),
    ]


def test_what_is_not_there_is_not_found(storage: Storage, tmp_path: Path) -> None:
    for ask in (lambda: storage.head("none"), lambda: storage.download("none", tmp_path / "x")):
        with pytest.raises(NotFound) as caught:
            ask()
        assert caught.value.code == "OBJECT_NOT_FOUND"
    storage.delete("none")


def test_a_bucket_that_answers_pings(storage: Storage) -> None:
    storage.ping()


@pytest.mark.parametrize(
    "change",
    [{"bucket": "no-such-bucket"}, {"secret_access_key": "wrong"}, {"endpoint_url": "http://127.0.0.1:{port}"}],
)
def test_an_outage_is_retryable_and_tells_no_secret(s3_settings: StorageSettings, change: dict[str, str]) -> None:
    values = {name: value.format(port=free_port()) for name, value in change.items()}
    settings = StorageSettings(**{**s3_settings.model_dump(), "secret_access_key": "an/invented+secret==", **values})
    with pytest.raises(StorageUnavailable) as caught:
        Storage(settings).ping()
    assert caught.value.retryable
    assert "wrong" not in str(caught.value)
