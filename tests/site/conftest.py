"""The page with everything real behind it: two gateways, two databases, a bucket, a browser."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fly_potato.client import Client
from local.emulator.authorizer import AUDIENCE
from testing.workbooks import make_sample
from tests.conftest import Database, free_port
from tests.site import chromium
from tests.site.chromium import Page
from tests.site.issuer import CLIENT, Provider, provider
from tests.site.server import Site, bucket, serve


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the tests of this folder out where there is no browser."""
    if not chromium.installed():
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=chromium.MISSING))


@pytest.fixture(scope="package")
def chrome() -> Iterator[Page]:
    """Start one browser for all tests."""
    with chromium.opened() as page:
        yield page


@pytest.fixture
def page(chrome: Page) -> Iterator[Page]:
    """Give the browser with nothing kept. It must not complain in the end; who provokes it reads its log meanwhile."""
    chrome.open("about:blank")
    chrome.devtools("Storage.clearDataForOrigin", origin="*", storageTypes="all")
    chrome.theme("light")
    chrome.size(1280, 900)
    for path in chrome.downloads.iterdir():
        path.unlink()
    chrome.log()
    yield chrome
    assert chrome.log() == []


@pytest.fixture(scope="package")
def ports() -> tuple[int, int, int]:
    """Choose the ports of the local site, the cloud's and the issuer."""
    return free_port(), free_port(), free_port()


@pytest.fixture(scope="package")
def s3(ports: tuple[int, int, int]) -> Iterator[dict[str, str]]:
    """Run the bucket of both gateways."""
    with tempfile.TemporaryDirectory(prefix="fly-potato-s3-") as directory, bucket(Path(directory), *ports) as settings:
        yield settings


@pytest.fixture(scope="package")
def local(
    mapped_clones: Iterator[Database], s3: dict[str, str], ports: tuple[int, int, int], samples: dict[str, Path]
) -> Iterator[Site]:
    """Serve the page as on a developer's machine, where nobody logs in; one workbook is loaded."""
    config = {"login": "none", "dashboards": False}
    with serve(next(mapped_clones), s3, ports[0], config, APP_ENVIRONMENT="test") as served:
        with Client(served.url) as client:
            announced = client.announce(samples["first"])
            client.send(announced, samples["first"])
            assert client.follow(announced["id"], lambda state: None)["state"] == "loaded"
        yield served


@pytest.fixture(scope="package")
def issuer(ports: tuple[int, int, int]) -> Iterator[Provider]:
    """Let an analyst in."""
    with tempfile.TemporaryDirectory() as directory, provider(Path(directory), ports[2], ["analyst"]) as served:
        yield served


@pytest.fixture(scope="package")
def cloud(
    mapped_clones: Iterator[Database], s3: dict[str, str], ports: tuple[int, int, int], issuer: Provider
) -> Iterator[Site]:
    """Serve the page as in the cloud: bearer tokens of an issuer, a dashboard on DataLens, no data yet."""
    config = {"login": "oidc", "issuer": issuer.url, "client_id": CLIENT, "dashboards": True}
    settings = {
        "EMULATOR_AUTH": "spec",
        "EMULATOR_JWT_ISSUER": issuer.url,
        "EMULATOR_JWT_AUDIENCE": AUDIENCE,
        "EMULATOR_JWT_JWKS_URI": f"{issuer.url}/jwks",
        "DATALENS_TIME_ID": "invented-embed",
        "DATALENS_TOKEN_TTL_SECONDS": "122",
        # The bucket is the local site's as well, and what is sent there is none of this gateway's.
        "EMULATOR_WATCH_PREFIX": "elsewhere/",
    }
    with serve(next(mapped_clones), s3, ports[1], config, issuer.url, **settings) as served:
        yield served


@pytest.fixture
def reconfigured(cloud: Site) -> Iterator[Site]:
    """Let a test write the cloud's configuration anew; afterwards it is what it was."""
    before = cloud.config.read_bytes()
    yield cloud
    cloud.config.write_bytes(before)


@pytest.fixture(scope="package")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Make workbooks with invented flights."""
    folder = tmp_path_factory.mktemp("books")
    for name, rows, layout, seed in (
        ("first", 3000, "2025", 21),
        ("second", 400, "2025", 22),
        ("third", 300, "2024", 23),
    ):
        make_sample(folder / f"{name}.xlsx", rows=rows, layout=layout, seed=seed)
    return {path.stem: path for path in folder.glob("*.xlsx")}
