"""Named statements of SQL files."""

from pathlib import Path

import pytest

from shared.db.sql import load_sql


def package(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch, **files: str) -> str:
    (folder / name / "sql").mkdir(parents=True)
    (folder / name / "__init__.py").touch()
    for file, text in files.items():
        (folder / name / "sql" / f"{file}.sql").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(folder)
    return name


def test_statements_are_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = package(
        tmp_path,
        "invented_package",
        monkeypatch,
        alone="SELECT 1;\n",
        story="-- Of both.\n\n-- name: first\n-- What it is.\nSELECT 2\n\n-- name: second\nBEGIN;\nEND\n",
    )
    assert load_sql(name) == {"alone": "SELECT 1;", "first": "-- What it is.\nSELECT 2", "second": "BEGIN;\nEND"}


def test_a_name_stands_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = package(tmp_path, "doubled_package", monkeypatch, first="SELECT 1", story="-- name: first\nSELECT 2\n")
    with pytest.raises(ValueError, match="two statements of the name first"):
        load_sql(name)
