"""The same contents give the same bytes, whatever the disk says of them."""

import os
import zipfile
from pathlib import Path

from fly_potato.bundle import reproducible_zip


def _write(folder: Path, names: list[str]) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content of {name}\n" * 50, encoding="utf-8")


def test_order_times_and_modes_of_the_disk_do_not_matter(tmp_path: Path) -> None:
    names = ["b.py", "a/z.py", "a/b.py", "a.py"]
    one, two = tmp_path / "one", tmp_path / "two"
    _write(one, names)
    _write(two, list(reversed(names)))
    for number, name in enumerate(names):
        os.utime(two / name, (number * 1_000_000, number * 1_000_000))
        (two / name).chmod(0o700)
    (two / "empty").mkdir()
    for folder in (one, two):
        reproducible_zip.pack(folder, folder.with_suffix(".zip"))
    assert reproducible_zip.digest(one.with_suffix(".zip")) == reproducible_zip.digest(two.with_suffix(".zip"))


def test_one_byte_more_is_another_bundle(tmp_path: Path) -> None:
    _write(tmp_path / "one", ["a.py"])
    reproducible_zip.pack(tmp_path / "one", tmp_path / "one.zip")
    (tmp_path / "one" / "a.py").write_text("else", encoding="utf-8")
    reproducible_zip.pack(tmp_path / "one", tmp_path / "two.zip")
    assert reproducible_zip.digest(tmp_path / "one.zip") != reproducible_zip.digest(tmp_path / "two.zip")


def test_members_are_plain_readable_files_in_order(tmp_path: Path) -> None:
    _write(tmp_path / "one", ["b.py", "a/c.py"])
    reproducible_zip.pack(tmp_path / "one", tmp_path / "one.zip")
    with zipfile.ZipFile(tmp_path / "one.zip") as opened:
        entries = opened.infolist()
    assert [entry.filename for entry in entries] == ["a/c.py", "b.py"]
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
    assert reproducible_zip.unpacked_size(tmp_path / "one.zip") == sum(entry.file_size for entry in entries)
