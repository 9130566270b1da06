"""The S3 server lets through what was signed and nothing else: boto3 is the client, the network is real."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from mypy_boto3_s3 import S3Client
from werkzeug.serving import BaseWSGIServer

from local.s3.moto_server import make
from local.s3.signatures import Request, S3Refusal, check
from tests.s3_server import KEY, SECRET, forget, options, running_s3

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[BaseWSGIServer]:
    with running_s3(tmp_path) as server:
        yield server


def _client(server: BaseWSGIServer, secret: str = SECRET) -> S3Client:
    return boto3.client(
        "s3",
        endpoint_url=f"http://localhost:{server.port}",
        region_name="ru-central1",
        aws_access_key_id=KEY,
        aws_secret_access_key=secret,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


def _presigned(server: BaseWSGIServer, key: str, size: int, seconds: int = 60) -> str:
    parameters = {"Bucket": "fly-potato", "Key": key, "ContentLength": size, "ContentType": XLSX}
    return _client(server).generate_presigned_url("put_object", Params=parameters, ExpiresIn=seconds)


def _put(url: str, body: bytes, content_type: str = XLSX) -> httpx.Response:
    return httpx.put(url, content=body, headers={"Content-Type": content_type})


def _code(answer: httpx.Response) -> str:
    found = re.search(r"<Code>(\w+)</Code>", answer.text)
    return found.group(1) if found else ""


def test_a_presigned_put_takes_exactly_what_was_announced(server: BaseWSGIServer) -> None:
    answer = _put(_presigned(server, "incoming/a b+ы.xlsx", 5), b"12345")
    assert answer.status_code == 200, answer.text
    stored = _client(server).get_object(Bucket="fly-potato", Key="incoming/a b+ы.xlsx")
    assert stored["Body"].read() == b"12345"
    assert stored["ContentType"] == XLSX


@pytest.mark.parametrize(
    ("body", "content_type", "from_key", "to_key"),
    [
        (b"123456", XLSX, "k", "k"),
        (b"1234", XLSX, "k", "k"),
        (b"12345", "text/html", "k", "k"),
        (b"12345", XLSX, "/k", "/other"),
    ],
    ids=["longer", "shorter", "another type", "another key"],
)
def test_anything_else_is_refused(
    server: BaseWSGIServer, body: bytes, content_type: str, from_key: str, to_key: str
) -> None:
    url = _presigned(server, "k", 5).replace(from_key, to_key, 1)
    answer = _put(url, body, content_type)
    assert (answer.status_code, _code(answer)) == (403, "SignatureDoesNotMatch")
    assert list(_client(server).list_objects_v2(Bucket="fly-potato").get("Contents", [])) == []


def test_an_address_expires(server: BaseWSGIServer) -> None:
    url = _presigned(server, "k", 5, seconds=1)
    time.sleep(2.1)
    answer = _put(url, b"12345")
    assert (answer.status_code, _code(answer)) == (403, "AccessDenied")


def test_unsigned_wrongly_signed_and_chunked_requests_are_refused(server: BaseWSGIServer) -> None:
    base = f"http://localhost:{server.port}/fly-potato"
    assert _code(httpx.get(base)) == "AccessDenied"
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        _client(server, "another-secret").list_objects_v2(Bucket="fly-potato")
    chunked = httpx.put(_presigned(server, "k", 5), content=iter([b"12345"]), headers={"Content-Type": XLSX})
    assert (chunked.status_code, _code(chunked)) == (411, "MissingContentLength")


def test_an_unsigned_amazon_header_is_refused(server: BaseWSGIServer) -> None:
    headers = {"Content-Type": XLSX, "x-amz-acl": "public-read"}
    answer = httpx.put(_presigned(server, "k", 5), content=b"12345", headers=headers)
    assert (answer.status_code, _code(answer)) == (403, "AccessDenied")


def test_a_browser_of_another_origin_is_not_let_in(server: BaseWSGIServer) -> None:
    base = f"http://localhost:{server.port}/fly-potato/k"
    ours = {"Origin": "http://localhost:8073", "Access-Control-Request-Method": "PUT"}
    theirs = ours | {"Origin": "http://elsewhere.example"}
    assert httpx.options(base, headers=ours).headers["Access-Control-Allow-Origin"] == "http://localhost:8073"
    assert "Access-Control-Allow-Origin" not in httpx.options(base, headers=theirs).headers


def test_objects_outlive_the_process_with_their_etag_and_time(server: BaseWSGIServer, tmp_path: Path) -> None:
    client = _client(server)
    client.put_object(Bucket="fly-potato", Key="incoming/kept.xlsx", Body=b"kept", ContentType=XLSX)
    client.put_object(Bucket="fly-potato", Key="incoming/gone.xlsx", Body=b"gone")
    client.put_object(Bucket="fly-potato", Key="incoming/too.xlsx", Body=b"too")
    client.delete_object(Bucket="fly-potato", Key="incoming/gone.xlsx")
    client.delete_objects(Bucket="fly-potato", Delete={"Objects": [{"Key": "incoming/too.xlsx"}]})
    before = client.head_object(Bucket="fly-potato", Key="incoming/kept.xlsx")
    forget()
    again = make(options(tmp_path))
    again.server_close()
    listed = client.list_objects_v2(Bucket="fly-potato")["Contents"]
    assert [item["Key"] for item in listed] == ["incoming/kept.xlsx"]
    after = client.head_object(Bucket="fly-potato", Key="incoming/kept.xlsx")
    for fact in ("ETag", "LastModified", "ContentType", "ContentLength"):
        assert after[fact] == before[fact]  # type: ignore[literal-required]


def test_a_multipart_object_is_kept_too(server: BaseWSGIServer, tmp_path: Path) -> None:
    body = b"x" * (9 * 1024 * 1024)
    (tmp_path / "big").write_bytes(body)
    client = _client(server)
    client.upload_file(str(tmp_path / "big"), "fly-potato", "results/big")
    etag = client.head_object(Bucket="fly-potato", Key="results/big")["ETag"]
    forget()
    make(options(tmp_path)).server_close()
    assert client.get_object(Bucket="fly-potato", Key="results/big")["Body"].read() == body
    assert client.head_object(Bucket="fly-potato", Key="results/big")["ETag"] == etag


def test_the_worked_example_of_the_specification_is_accepted() -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html"""
    query = (
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )
    request = Request("GET", "/test.txt", query, {"host": "examplebucket.s3.amazonaws.com"})
    secrets = {"AKIAIOSFODNN7EXAMPLE": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
    signed_at = datetime(2013, 5, 24, tzinfo=UTC)
    check(request, secrets, signed_at + timedelta(hours=23))
    with pytest.raises(S3Refusal, match="AccessDenied"):
        check(request, secrets, signed_at + timedelta(hours=25))
