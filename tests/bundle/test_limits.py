"""What the platform would refuse is refused before it is sent."""

from pathlib import Path

import pytest

from fly_potato.bundle import Bundle, building, recipes
from fly_potato.bundle.building import MOST_UNPACKED, MOST_ZIPPED, check_limits
from fly_potato.bundle.contents import ROOT, BundleError, Recipe


def _bundle(zipped: int, unpacked: int) -> Bundle:
    return Bundle("upload", Path("upload.zip"), "0" * 64, zipped, unpacked)


def test_a_bundle_at_the_limits_passes() -> None:
    check_limits(_bundle(MOST_ZIPPED, MOST_UNPACKED))


@pytest.mark.parametrize("sizes", [(MOST_ZIPPED + 1, 1), (1, MOST_UNPACKED + 1)])
def test_a_bundle_over_a_limit_is_refused(sizes: tuple[int, int]) -> None:
    with pytest.raises(BundleError) as refused:
        check_limits(_bundle(*sizes))
    assert refused.value.code == "BUNDLE_TOO_LARGE"


def test_the_newest_glibc_of_a_library_is_found_by_number(tmp_path: Path) -> None:
    library = tmp_path / "module.so"
    library.write_bytes(b"\x7fELF\x00GLIBC_2.4\x00GLIBC_2.17\x00GLIBC_2.9\x00GLIBC_PRIVATE\x00")
    assert building.newest_glibc(library) == (2, 17)
    library.write_bytes(b"\x7fELF nothing of the kind")
    assert building.newest_glibc(library) == (0, 0)


def test_pruning_keeps_code_and_licences_and_one_service(tmp_path: Path) -> None:
    kept = [
        "package/__init__.py",
        "package/core.cpython-312-x86_64-linux-gnu.so",
        "package/testing.py",
        "package-1.0.dist-info/METADATA",
        "package-1.0.dist-info/licenses/LICENSE.txt",
        "botocore/data/s3/2006-03-01/service-2.json.gz",
        "botocore/data/endpoints.json",
    ]
    dropped = [
        "bin/tool",
        "package/__pycache__/core.cpython-312.pyc",
        "package/tests/__init__.py",
        "package/tests/test_core.py",
        "package/core.pyx",
        "package/core.pyi",
        "package-1.0.dist-info/RECORD",
        "package-1.0.dist-info/INSTALLER",
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "boto3/examples/s3.rst",
    ]
    for name in kept + dropped:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    building.prune(tmp_path)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()) == sorted(
        kept
    )


def test_a_function_without_pinned_packages_is_not_bundled(tmp_path: Path) -> None:
    with pytest.raises(BundleError) as refused:
        building.install(Recipe("nameless"), tmp_path / "out", tmp_path)
    assert refused.value.code == "BUNDLE_LOCK_MISSING"


def test_every_function_has_pinned_packages_with_hashes() -> None:
    for recipe in recipes():
        text = recipe.requirements(ROOT).read_text(encoding="utf-8")
        pinned = [line for line in text.splitlines() if "==" in line]
        assert pinned, recipe.name
        assert all(line.endswith("\\") for line in pinned), recipe.name
        assert text.count("--hash=sha256:") >= len(pinned)


def test_pins_are_those_that_the_tests_ran_with() -> None:
    def pins(path: Path) -> dict[str, str]:
        lines = (line.split(";")[0].strip(" \\") for line in path.read_text(encoding="utf-8").splitlines())
        return dict(line.split("==") for line in lines if "==" in line and not line.startswith("#"))

    tested = pins(ROOT / "requirements" / "dev.txt")
    for recipe in recipes():
        for name, version in pins(recipe.requirements(ROOT)).items():
            assert tested[name].strip() == version.strip(), f"{recipe.name}: {name}; run fly-potato bundle --lock"
