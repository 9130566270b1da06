"""The stand-in of the cloud refuses what the cloud's documentation says it refuses; on demand a whole rehearsal."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.cloud.account import Account, CloudRefusal, Node
from local.cloud.services import REGION, Buckets
from tests.terraform.checking import ROOT

SUM = "a" * 64


class Nowhere:
    """A world in which everything works and nothing happens."""

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments, **named: True


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(Nowhere(), tmp_path / "account.json")


def made(account: Account, kind: str, **planned: Any) -> Node:
    """Make a resource and give its id with what the cloud filled in."""
    filled, warning = account.apply(f"yandex_{kind}", None, {"id": None, **planned})
    assert warning is None
    return filled


def function(account: Account, name: str, tag: str = "blue") -> Node:
    package = [{"bucket_name": "artifacts", "object_name": f"bundles/{name}/{SUM}.zip", "sha_256": SUM}]
    return made(account, "function", name=f"fly-potato-dev-{name}", tags=[tag], package=package)


def test_a_secret_has_no_version_until_one_is_made(account: Account) -> None:
    specification = [{"password_key": "password"}]
    secret = made(account, "lockbox_secret", name="s", password_payload_specification=specification)["id"]
    assert account.data("yandex_lockbox_secret", {"name": "s"})["current_version"] == []
    with pytest.raises(CloudRefusal):
        account.payload(secret)
    version = made(account, "lockbox_secret_version", secret_id=secret)["id"]
    assert account.data("yandex_lockbox_secret", {"name": "s"})["current_version"] == [{"id": version}]
    assert len(account.payload(secret)["password"]) == 40


def test_settings_over_the_quotas_are_refused(account: Account) -> None:
    ids = [function(account, name)["id"] for name in ("upload", "stats")]
    policy = {"tag": "blue", "zone_instances_limit": 6, "zone_requests_limit": 4}
    made(account, "function_scaling_policy", function_id=ids[0], policy=[policy])
    with pytest.raises(CloudRefusal, match="quota of 10"):
        made(account, "function_scaling_policy", function_id=ids[1], policy=[policy])


def test_the_eleventh_function_is_refused(account: Account) -> None:
    for number in range(10):
        function(account, f"f{number}")
    with pytest.raises(CloudRefusal, match="quota"):
        function(account, "f10")


def test_a_version_that_cannot_be_made_is_only_a_warning(account: Account) -> None:
    account.fail_version_of = "fly-potato-dev-stats"
    planned = {
        "id": None,
        "name": "fly-potato-dev-stats",
        "tags": ["blue"],
        "package": [{"bucket_name": "", "object_name": "", "sha_256": ""}],
    }
    filled, warning = account.apply("yandex_function", None, planned)
    assert filled["version"] == ""
    assert warning is not None
    with pytest.raises(CloudRefusal):
        account.version(filled["id"], "blue")


def test_a_tag_is_one_versions_alone(account: Account) -> None:
    first = function(account, "stats")
    prior = account.resources["yandex_function"][first["id"]]
    account.apply("yandex_function", prior, {**prior, "tags": ["green"]})
    account.apply("yandex_function", prior, {**prior, "tags": ["green"], "memory": 256})
    assert account.version(first["id"], "blue")["version"] == first["version"]
    assert account.version(first["id"], "green")["memory"] == 256


@pytest.mark.parametrize(
    ("more", "tag", "reason"),
    [("rateLimit: {}", "blue", "rateLimit"), ("", "green", "no version with the tag green")],
)
def test_a_gateway_that_the_cloud_would_not_take_is_refused(account: Account, more: str, tag: str, reason: str) -> None:
    identity = function(account, "stats")["id"]
    spec = f"""
x-yc-apigateway: {{{more}}}
components:
  x-yc-apigateway-integrations:
    stats: {{function_id: {identity}, tag: {tag}}}
"""
    with pytest.raises(CloudRefusal, match=reason):
        made(account, "api_gateway", name="g", spec=spec)


def test_what_has_no_id_is_found_again(account: Account) -> None:
    binding = {"bucket": "data", "role": "storage.viewer", "members": ["serviceAccount:a"]}
    account.apply("yandex_storage_bucket_iam_binding", None, binding)
    assert account.read("yandex_storage_bucket_iam_binding", {**binding}) == {}
    account.apply("yandex_storage_bucket_iam_binding", binding, {**binding, "members": []})
    assert account.read("yandex_storage_bucket_iam_binding", binding) is None


def test_what_is_protected_is_not_deleted(account: Account) -> None:
    made(account, "kms_symmetric_key", name="k", deletion_protection=True)
    (key,) = account.all("yandex_kms_symmetric_key")
    with pytest.raises(CloudRefusal, match="protection"):
        account.apply("yandex_kms_symmetric_key", key, None)


@pytest.fixture(scope="module")
def buckets() -> Iterator[Buckets]:
    served = Buckets()
    try:
        yield served
    finally:
        served.close()


def test_an_uploader_writes_and_reads_and_does_not_delete(buckets: Buckets) -> None:
    buckets.client.create_bucket(Bucket="data", CreateBucketConfiguration={"LocationConstraint": REGION})  # type: ignore[typeddict-item]
    buckets.give_key("YCAFUNCTION", "secret", "fly-potato-dev-process")
    client = boto3.client(
        "s3",
        endpoint_url=buckets.url,
        region_name=REGION,
        aws_access_key_id="YCAFUNCTION",
        aws_secret_access_key="secret",
    )
    client.put_object(Bucket="data", Key="results/a.xlsx", Body=b"x")
    with pytest.raises(ClientError, match="AccessDenied"):
        client.delete_object(Bucket="data", Key="results/a.xlsx")
    assert client.get_object(Bucket="data", Key="results/a.xlsx")["Body"].read() == b"x"


@pytest.mark.skipif(os.environ.get("REHEARSAL") != "1", reason="takes minutes; asked for by REHEARSAL=1")
@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_a_whole_rehearsal() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "local.cloud.rehearsal"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
