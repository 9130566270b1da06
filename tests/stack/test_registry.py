"""Digests: what `make images-lock` asks for is what a registry says of an image."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hosting import images
from tests.stack import engine, standins
from tests.stack.compose import get, live, wait

pytestmark = live
REGISTRY = "localhost:5000"


@contextmanager
def serving(folder: Path) -> Iterator[None]:
    """Run a registry that keeps its images in a folder."""
    settings = folder / "registry.yml"
    settings.write_text(
        f"version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {folder}/images}}}}\n"
        "http: {addr: 127.0.0.1:5000}\n"
    )
    process = subprocess.Popen(["docker-registry", "serve", str(settings)], stderr=subprocess.DEVNULL)
    try:
        wait(lambda: get(f"http://{REGISTRY}/v2/")[0] == 200, 20, "the registry")
        yield
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[str]:
    """Give a registry of the test's own, and have the plug-in at hand that asks one."""
    engine.plug_in("docker-buildx")
    with serving(tmp_path):
        yield REGISTRY


def test_a_digest_is_what_the_registry_says(registry: str) -> None:
    image = f"{registry}/fly-potato/probe:v1"
    subprocess.run(["docker", "tag", standins.BASE, image], check=True)
    try:
        output = subprocess.run(["docker", "push", image], check=True, capture_output=True, text=True).stdout
        pushed = re.search(r"digest: (sha256:[0-9a-f]{64})", output)
        assert pushed is not None, output
        assert images.digest_in_registry(image) == pushed[1]
        with pytest.raises(subprocess.CalledProcessError):
            images.digest_in_registry(f"{registry}/fly-potato/probe:v2")
    finally:
        subprocess.run(["docker", "rmi", image], check=True, capture_output=True)


def test_images_go_to_a_private_registry_and_come_back_by_their_digests(
    registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, foreign, lock = "fly-potato/probe:v1", f"{registry}/elsewhere/probe:v1", tmp_path / "registry.lock"
    for image in (ours, foreign):
        subprocess.run(["docker", "tag", standins.BASE, image], check=True)
    subprocess.run(["docker", "push", "--quiet", foreign], check=True, capture_output=True)
    monkeypatch.setattr(images, "run_on_hosts", lambda: {"backend": ours, "prometheus": foreign})
    digests = images.push(f"{registry}/team", lock)
    assert digests[foreign] == images.digest_in_registry(foreign)
    services = images.from_registry(f"{registry}/team", lock)
    names = [str(service["image"]) for service in services.values()]
    subprocess.run(["docker", "rmi", ours, foreign, f"{registry}/team/{ours}"], check=True, capture_output=True)
    try:
        for name in names:
            subprocess.run(["docker", "pull", "--quiet", name], check=True, capture_output=True)
    finally:
        subprocess.run(["docker", "rmi", *names], check=False, capture_output=True)
