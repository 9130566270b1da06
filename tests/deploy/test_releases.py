"""Bundles keep their bytes, releases keep their bundles, and one finds the way back; against a real S3 server."""

from dataclasses import replace
from pathlib import Path

import pytest

from fly_potato.deploy import DeployError, Release, Releases
from shared.storage import Storage

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def release(day: int, digit: str) -> Release:
    """Make a release of one day whose one bundle is named by a digit."""
    return Release(COMMIT, f"2026-09-{day:02}T08:00:00+00:00", {"upload": digit * 64})


def test_a_bundle_is_sent_once(storage: Storage, tmp_path: Path) -> None:
    path = tmp_path / "upload.zip"
    path.write_bytes(b"zip")
    releases = Releases(storage)
    assert releases.keep("upload", "a" * 64, path) is True
    assert releases.keep("upload", "a" * 64, path) is False
    assert [found.key for found in storage.list("bundles/")] == [f"bundles/upload/{'a' * 64}.zip"]


def test_a_bundle_that_arrived_half_is_sent_again(storage: Storage, tmp_path: Path) -> None:
    path = tmp_path / "upload.zip"
    path.write_bytes(b"zi")
    Releases(storage).keep("upload", "a" * 64, path)
    path.write_bytes(b"zip")
    assert Releases(storage).keep("upload", "a" * 64, path) is True


def test_the_way_back_leads_to_other_bundles(storage: Storage) -> None:
    releases = Releases(storage)
    first, second, same = release(1, "1"), release(2, "2"), release(3, "2")
    for each in (second, first, same):
        releases.record(each)
    assert releases.keys() == [first.key, second.key, same.key]
    assert releases.previous() == first
    assert releases.read(second.key) == second


def test_nobody_returns_to_a_release_that_was_not_proven(storage: Storage) -> None:
    releases = Releases(storage)
    first, broken, third = release(1, "1"), replace(release(2, "2"), proven=False), release(3, "3")
    for each in (first, broken, third):
        releases.record(each)
    assert releases.previous() == first
    assert releases.read(broken.key).proven is False
    releases.record(replace(release(4, "4"), proven=False))
    assert releases.last_proven() == third
    assert releases.previous() == third


def test_a_release_is_named_by_all_its_bundles() -> None:
    one, other = release(1, "1"), release(2, "1")
    assert one.name == other.name
    assert one.name != release(1, "2").name
    assert replace(one, functions={"stats": "1" * 64}).name != one.name


def test_after_a_return_the_way_leads_forward_again(storage: Storage) -> None:
    releases = Releases(storage)
    first, second = release(1, "1"), release(2, "2")
    back = Release(COMMIT, "2026-09-03T08:00:00+00:00", first.functions, first.key)
    for each in (first, second, back):
        releases.record(each)
    assert releases.previous() == second
    assert releases.read(back.key).returned_to == first.key


def test_another_page_is_another_release(storage: Storage) -> None:
    releases = Releases(storage)
    first, second = release(1, "1"), replace(release(2, "1"), site="a" * 64)
    for each in (first, second):
        releases.record(each)
    assert releases.previous() == first
    assert releases.read(second.key) == second


def test_a_release_of_before_there_was_a_page_is_read(storage: Storage, tmp_path: Path) -> None:
    old = tmp_path / "release.json"
    old.write_text('{"commit": "0123456", "made_at": "2026-09-01T08:00:00+00:00", "functions": {}}', encoding="utf-8")
    storage.upload(old, "releases/20260901T080000Z-0123456.json", "application/json")
    assert Releases(storage).read("releases/20260901T080000Z-0123456.json").site is None


@pytest.mark.parametrize("recorded", [[], [release(1, "1")], [release(1, "1"), release(2, "1")]])
def test_with_nothing_to_return_to_it_says_so(storage: Storage, recorded: list[Release]) -> None:
    releases = Releases(storage)
    for each in recorded:
        releases.record(each)
    with pytest.raises(DeployError) as refused:
        releases.previous()
    assert refused.value.code == "DEPLOY_NOTHING_TO_RETURN_TO"


def test_an_unknown_release_is_named(storage: Storage) -> None:
    with pytest.raises(DeployError, match=r"releases/nothing\.json"):
        Releases(storage).read("releases/nothing.json")
