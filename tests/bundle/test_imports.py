"""What a bundle takes along is read from the source: no more, no less."""

from pathlib import Path

from fly_potato.bundle import recipes
from fly_potato.bundle.contents import ROOT, needs


def _tree(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_follows_what_is_imported_and_leaves_the_rest(tmp_path: Path) -> None:
    _tree(
        tmp_path,
        {
            "functions/__init__.py": "",
            "functions/one/__init__.py": "",
            "functions/one/handler.py": (
                "from typing import TYPE_CHECKING\n"
                "import json\n"
                "from shared.far import thing\n"
                "if TYPE_CHECKING:\n    import heavy\n    from shared import unused\n"
                "else:\n    import light\n"
            ),
            "functions/two/__init__.py": "",
            "functions/two/handler.py": "import other\n",
            "shared/__init__.py": "",
            "shared/far/__init__.py": "from shared.far.near import thing\n",
            "shared/far/near.py": "from . import beside\nfrom .sub import deep\ndef thing():\n    import late.part\n",
            "shared/far/beside.py": 'QUERIES = load("shared.named")\nNOTHING = "shared.not_there"\n',
            "shared/named/__init__.py": "",
            "shared/named/sql/query.sql": "SELECT 3",
            "shared/far/sub/__init__.py": "",
            "shared/far/sub/deep.py": "",
            "shared/far/sql/query.sql": "SELECT 1",
            "shared/far/__pycache__/near.pyc": "",
            "shared/unused.py": "",
            "shared/asleep/__init__.py": "",
            "shared/asleep/sql/query.sql": "SELECT 2",
        },
    )
    found = needs(["functions.one.handler"], tmp_path)
    assert found.outside == {"light", "late"}
    assert found.files == {
        "functions/__init__.py",
        "functions/one/__init__.py",
        "functions/one/handler.py",
        "shared/__init__.py",
        "shared/far/__init__.py",
        "shared/far/near.py",
        "shared/far/beside.py",
        "shared/far/sub/__init__.py",
        "shared/far/sub/deep.py",
        "shared/far/sql/query.sql",
        "shared/named/__init__.py",
        "shared/named/sql/query.sql",
    }


def test_takes_every_module_of_a_package_that_is_found_by_place(tmp_path: Path) -> None:
    _tree(
        tmp_path,
        {
            "migrations/__init__.py": "",
            "migrations/env.py": "import alembic\n",
            "migrations/versions/0001.py": "import sqlalchemy\n",
            "migrations/alembic.ini": "",
        },
    )
    found = needs(["migrations"], tmp_path)
    assert found.files == {
        "migrations/__init__.py",
        "migrations/env.py",
        "migrations/versions/0001.py",
        "migrations/alembic.ini",
    }
    assert found.outside == {"alembic", "sqlalchemy"}


def test_no_function_takes_along_local_or_tests() -> None:
    for recipe in recipes():
        found = needs((recipe.entry, *recipe.packages), ROOT)
        assert not [name for name in found.files if name.split("/")[0] not in ("functions", "shared", "migrations")]
        own = {name.split("/")[1] for name in found.files if name.startswith("functions/") and name.count("/") > 1}
        assert own == {recipe.name}


def test_functions_that_parse_no_telegram_leave_the_parser_out() -> None:
    found = {recipe.name: needs((recipe.entry,), ROOT).files for recipe in recipes()}
    assert any(name.startswith("shared/telegrams/") for name in found["process"])
    for name in ("embed_token", "health"):
        assert not [file for file in found[name] if file.startswith(("shared/telegrams/", "shared/workbooks/"))]
