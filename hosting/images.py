"""``python3 -m hosting.images``: which foreign images there are, and their digests.

The versions stand where they are used, in compose.yaml and in our Dockerfiles. ``local/images.lock`` repeats them with
the digest of each, or ``-`` while nobody has asked a registry; ``--refresh`` asks. What is locked becomes, on hosts, an
override of compose.yaml that names each image by its digest.

``--push REGISTRY`` brings every image, foreign ones as they are locked and ours as the engine has built them, to a
private registry and writes ``local/registry.lock``, which hosts with ``IMAGE_REGISTRY`` run by. Standard library alone.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone
from pathlib import Path

LOCAL = Path(__file__).resolve().parents[1] / "local"
LOCK = LOCAL / "images.lock"
REGISTRY_LOCK = LOCAL / "registry.lock"
FILES = (LOCAL / "compose.yaml", LOCAL / "compose.prod.yaml")
MISSING = "-"
_HEAD = "# image and the digest of its list of platforms; `make images-lock` asks the registries. - is not asked yet.\n"
_REGISTRY_HEAD = "# image and its digest in the private registry; `python3 -m hosting.images --push` writes it.\n"
_REFRESHED = "# asked: "
_OURS = "fly-potato/"


def services(compose: Path = LOCAL / "compose.yaml") -> dict[str, str]:
    """Give the foreign image of each service that has one."""
    images, service = {}, ""
    for line in compose.read_text(encoding="utf-8").splitlines():
        if match := re.fullmatch(r"  ([a-z0-9_-]+):", line):
            service = match[1]
        elif (match := re.fullmatch(r"    image: (\S+)", line)) and not match[1].startswith(_OURS):
            images[service] = match[1]
    return images


def own(files: Sequence[Path] = FILES) -> dict[str, str]:
    """Give the image of our own that each service of hosts runs, as the engine names it."""
    images, service = {}, ""
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            if match := re.fullmatch(r"  ([a-z0-9_-]+):", line):
                service = match[1]
            elif (match := re.fullmatch(r"    image: (\S+)", line)) and match[1].startswith(_OURS):
                images[service] = match[1]
    return images


def names(files: Sequence[Path] = FILES) -> list[str]:
    """Name every service, those that hosts alone have last."""
    service_names: list[str] = []
    for file in files:
        text = file.read_text(encoding="utf-8").partition("\nservices:\n")[2].partition("\nvolumes:\n")[0]
        service_names += re.findall(r"^  ([a-z0-9_-]+):$", text, re.MULTILINE)
    return list(dict.fromkeys(service_names))


def bases(directory: Path = LOCAL / "images") -> dict[str, set[str]]:
    """Give the foreign images that each of our Dockerfiles builds on, by its directory's name."""
    by_image: dict[str, set[str]] = {}
    for file in sorted(directory.glob("*/Dockerfile")):
        text = file.read_text(encoding="utf-8")
        by_image[file.parent.name] = set(re.findall(r"^ARG BASE=(\S+)$", text, re.MULTILINE))
    return by_image


def used() -> list[str]:
    """Name every foreign image once."""
    return sorted({*services().values(), *(image for images in bases().values() for image in images)})


def locked(lock: Path = LOCK) -> dict[str, str]:
    """Read the lock: digest or ``-`` by image."""
    lines = (line.split() for line in lock.read_text(encoding="utf-8").splitlines() if line and line[0] != "#")
    return {line[0]: line[1] for line in lines}


def last_refresh(lock: Path = LOCK) -> date | None:
    """Give the day on which registries were last asked for all digests; None if they never were."""
    match = re.search(rf"^{_REFRESHED}(\S+)$", lock.read_text(encoding="utf-8"), re.MULTILINE)
    return date.fromisoformat(match[1]) if match else None


def digest_in_registry(image: str) -> str:
    """Ask the registry for an image's digest by way of the engine. Raises CalledProcessError."""
    command = ["docker", "buildx", "imagetools", "inspect", image, "--format", "{{json .Manifest}}"]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - names are our own
    return str(json.loads(answer.stdout)["digest"])


def override(digests: Mapping[str, str]) -> dict[str, dict[str, object]]:
    """Give what a compose file has to say of services to pin them, and the bases of what is built, to digests."""
    pinned: dict[str, dict[str, object]] = {
        service: {"image": f"{image}@{digests[image]}"}
        for service, image in services().items()
        if digests.get(image, MISSING) != MISSING and service != "keycloak"
    }
    built = dict.fromkeys(("backend", "migration", "site", "backups"), "backend") | {
        "s3": "s3",
        "keycloak": "keycloak",
    }
    for named, ours in built.items():
        for image in bases().get(ours, set()):
            if digests.get(image, MISSING) != MISSING:
                pinned[named] = {"build": {"args": {"BASE": f"{image}@{digests[image]}"}}}
    return pinned


def run_on_hosts() -> dict[str, str]:
    """Give the image that each service of hosts runs: ours where there is one, else the foreign one."""
    return {**services(), **own()}


def in_registry(image: str, registry: str) -> str:
    """Name an image in a registry: what stood before its first slash goes where that was a registry's own name."""
    first, slash, rest = image.partition("/")
    return f"{registry}/{rest if slash and re.search('[.:]', first) else image}"


def from_registry(registry: str, lock: Path = REGISTRY_LOCK) -> dict[str, dict[str, object]]:
    """Give what a compose file has to say of services for all of them to come from a private registry, by digest.

    Raises:
        LookupError: naming the images that were never pushed.
    """
    digests = locked(lock) if lock.exists() else {}
    missing = sorted({image for image in run_on_hosts().values() if image not in digests})
    if missing:
        raise LookupError(", ".join(missing))
    return {
        service: {"image": f"{in_registry(image, registry).rpartition(':')[0]}@{digests[image]}"}
        for service, image in run_on_hosts().items()
    }


def push(registry: str, lock: Path = REGISTRY_LOCK) -> dict[str, str]:
    """Bring the images to a registry and write the lock; gives digests by image. Raises CalledProcessError."""
    digests: dict[str, str] = {}
    for image in sorted(set(run_on_hosts().values())):
        target = in_registry(image, registry)
        if image.startswith(_OURS):
            _docker("tag", image, target)
            _docker("push", "--quiet", target)
        else:
            digest = locked().get(image, MISSING)
            source = image if digest == MISSING else f"{image.rpartition(':')[0]}@{digest}"
            # Registry to registry, with every platform; one that has no list of them gets none: so the digest stays.
            _docker("buildx", "imagetools", "create", "--prefer-index=false", "--tag", target, source)
        digests[image] = digest_in_registry(target)
    lock.write_text(_REGISTRY_HEAD + "".join(f"{image} {digest}\n" for image, digest in digests.items()), "utf-8")
    return digests


def _docker(*words: str) -> None:
    subprocess.run(["docker", *words], check=True, stdout=subprocess.DEVNULL)  # noqa: S603, S607 - names are our own


def refresh() -> None:
    """Ask the registries for every digest and write the lock. Raises CalledProcessError, and then it is as it was."""
    lines = [f"{image} {digest_in_registry(image)}\n" for image in used()]
    today = datetime.now(timezone.utc).date()
    LOCK.write_text(f"{_HEAD}{_REFRESHED}{today}\n{''.join(lines)}", encoding="utf-8")


def main() -> int:
    """Refresh the lock, push to a registry, or say which digests are missing; 1 if some are."""
    parser = argparse.ArgumentParser("python3 -m hosting.images", description="Образы и их дайджесты.")
    parser.add_argument("--refresh", action="store_true", help="спросить реестры и записать local/images.lock")
    parser.add_argument(
        "--push", metavar="РЕЕСТР", help="перенести все образы в свой реестр, записать local/registry.lock"
    )
    arguments = parser.parse_args()
    try:
        if arguments.push:
            for image, digest in push(arguments.push).items():
                sys.stdout.write(f"{image} {digest}\n")
            return 0
        if arguments.refresh:
            refresh()
    except (OSError, subprocess.CalledProcessError) as error:
        # What docker had to say stands above.
        command = " ".join(error.cmd) if isinstance(error, subprocess.CalledProcessError) else "docker"
        sys.stderr.write(f"Не вышло: {command}. Список прежний; нужны docker и выход к реестру.\n")
        return 1
    missing = [image for image in used() if locked().get(image, MISSING) == MISSING]
    for image in missing:
        sys.stderr.write(f"{image}: дайджест не известен, выполните make images-lock\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
