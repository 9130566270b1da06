"""The web page among the artifacts and in its bucket; against a real S3 server."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fly_potato.bundle import reproducible_zip
from fly_potato.deploy import DeployError, Deployment, Release, Releases, place, releases
from fly_potato.deploy.steps import DeployOptions
from fly_potato.site import lay_out
from shared.settings import StorageSettings
from shared.storage import Storage

CONFIG = {"login": "oidc", "issuer": "https://sso.example.ru/realms/fly-potato", "client_id": "fly-potato-site"}
CONNECT = ["https://sso.example.ru/realms/fly-potato", "https://storage.yandexcloud.net"]


def page(tmp_path: Path, script: str) -> Path:
    """Lay a page with a certain script out into a zip."""
    source = tmp_path / "source"
    (source / "assets").mkdir(parents=True, exist_ok=True)
    (source / "index.html").write_text('<html><head><script src="/assets/a.js"></script></head></html>', "utf-8")
    (source / "404.html").write_text("<html><head></head></html>", "utf-8")
    (source / "assets/a.js").write_text(script, "utf-8")
    (source / "assets/config.json").write_text('{"login": "oauth2"}', "utf-8")
    lay_out(tmp_path / "out", source=source, vendor=lambda out: None)
    reproducible_zip.pack(tmp_path / "out", tmp_path / "site.zip")
    return tmp_path / "site.zip"


def text(storage: Storage, key: str, tmp_path: Path) -> str:
    """Read an object."""
    storage.download(key, tmp_path / "read")
    return (tmp_path / "read").read_text("utf-8")


def test_files_lie_in_the_bucket_with_what_browsers_are_told(storage: Storage, tmp_path: Path) -> None:
    assert releases.put_page(storage, page(tmp_path, "one()"), CONFIG, CONNECT) == 4
    keys = [found.key for found in storage.list("")]
    (script,) = [key for key in keys if re.fullmatch(r"assets/[0-9a-f]{12}/a\.js", key)]
    assert sorted(keys) == ["404.html", script, "assets/config.json", "index.html"]
    heads = {key: storage._client().head_object(Bucket=storage.bucket, Key=key) for key in keys}
    assert {key: (each["ContentType"], each["CacheControl"]) for key, each in heads.items()} == {
        "404.html": ("text/html; charset=utf-8", "no-cache"),
        "index.html": ("text/html; charset=utf-8", "no-cache"),
        "assets/config.json": ("application/json; charset=utf-8", "no-cache"),
        script: ("text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
    }
    assert json.loads(text(storage, "assets/config.json", tmp_path)) == CONFIG
    start = text(storage, "index.html", tmp_path)
    assert f'src="/{script}"' in start
    assert "connect-src &#x27;self&#x27; https://sso.example.ru https://storage.yandexcloud.net;" in start


def test_the_next_page_keeps_the_scripts_of_the_one_before_and_no_older(storage: Storage, tmp_path: Path) -> None:
    def scripts() -> set[str]:
        return {found.key for found in storage.list("assets/") if found.key.endswith(".js")}

    seen: list[set[str]] = []
    for number in range(3):
        # A zip of its own each time: what is laid out in one folder again keeps its version before.
        (tmp_path / str(number)).mkdir()
        releases.put_page(storage, page(tmp_path / str(number), f"number({number})"), CONFIG, CONNECT)
        seen.append(scripts())
        time.sleep(1.1)  # a bucket tells when an object was changed to the second
    assert [len(each) for each in seen] == [1, 2, 2]
    assert not seen[0] & seen[2]


def test_the_page_goes_back_with_its_release(storage: Storage, tmp_path: Path) -> None:
    releases = Releases(storage)
    first = page(tmp_path, "one()")
    name = reproducible_zip.digest(first)
    assert releases.keep_site(name, first) is True
    assert releases.keep_site(name, first) is False
    releases.fetch_site(name, tmp_path / "fetched.zip")
    assert reproducible_zip.digest(tmp_path / "fetched.zip") == name
    with pytest.raises(DeployError) as refused:
        releases.fetch_site("f" * 64, tmp_path / "fetched.zip")
    assert refused.value.code == "DEPLOY_RELEASE_UNKNOWN"


def test_our_own_page_has_the_same_bytes_twice(tmp_path: Path) -> None:
    assert releases.make_page(tmp_path / "one.zip") == releases.make_page(tmp_path / "two.zip")


@pytest.fixture
def run(s3_settings: StorageSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """Give a deployment with buckets of its own on a real S3 server, as far as Terraform would have brought it."""
    here = place("dev", {"YC_CLOUD_ID": "cloud", "YC_FOLDER_ID": tmp_path.name.replace("_", "-")})
    monkeypatch.setenv("S3_ENDPOINT_URL", s3_settings.endpoint_url)
    made = Deployment(here, tmp_path, DeployOptions(), lambda line: None, lambda question: True)
    secret = s3_settings.secret_access_key.get_secret_value()
    made.s3_key = {"access_key_id": s3_settings.access_key_id, "secret_access_key": secret}
    pages = f"{here.name}-{here.folder_id}-site"
    made.outputs = {"buckets": {"site": pages}, "site": {"config": CONFIG, "connect": CONNECT}}
    buckets = [made._bucket(name) for name in (here.artifacts_bucket, pages)]
    for bucket in buckets:
        bucket._client().create_bucket(
            Bucket=bucket.bucket,
            CreateBucketConfiguration={"LocationConstraint": s3_settings.region},  # type: ignore[typeddict-item]
        )
    yield made
    for bucket in buckets:
        for found in list(bucket.list("")):
            bucket.delete(found.key)
        bucket._client().delete_bucket(Bucket=bucket.bucket)


def test_going_back_brings_the_older_page_back(run: Deployment, tmp_path: Path) -> None:
    pages = run._bucket(run.outputs["buckets"]["site"])
    (tmp_path / "build").mkdir()
    for number in (1, 2):
        zipped = page(tmp_path, f"release({number})").rename(tmp_path / "build" / "site.zip")
        made_at = f"2026-09-0{number}T08:00:00+00:00"
        run.release = Release("0123456789abcdef", made_at, {}, site=reproducible_zip.digest(zipped))
        for step in (run.upload, run.site, run.record):
            step()

    def script() -> str:
        found = re.search(r'src="/(assets/[0-9a-f]{12}/a\.js)"', text(pages, "index.html", tmp_path))
        assert found is not None
        return text(pages, found[1], tmp_path)

    assert script() == "release(2)"
    run.choose()
    run.site()
    assert script() == "release(1)"
    assert json.loads(text(pages, "assets/config.json", tmp_path)) == CONFIG


def test_a_return_to_before_there_was_a_page_leaves_the_present_one(run: Deployment) -> None:
    lines: list[str] = []
    run.report = lines.append
    run.release = Release("0123456789abcdef", "2026-09-01T08:00:00+00:00", {})
    run.site()
    assert lines == ["в том выпуске сайта не было, остаётся нынешний"]
