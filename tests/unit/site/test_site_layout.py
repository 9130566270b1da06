"""The page laid out: names by content, nothing lost for who serves it meanwhile, nothing of anybody else's touched."""

import json
import os
import re
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from fly_potato import site
from fly_potato.main import main
from fly_potato.site import outdated, policy
from fly_potato.site.layout import FILE_BYTES, MARK
from shared.errors import ConfigurationError
from shared.storage.object_keys import cache_control, content_type

# The chart library takes seconds to write; the page as it is goes through it below.
lay_out = partial(site.lay_out, vendor=lambda out: None)

PAGE = """<!doctype html><html lang="ru"><head><title>Полёты</title>
<link rel="stylesheet" href="/assets/page.css"><script type="module" src="/assets/app/start.js"></script></head>
<body><a href="/upload">Загрузка</a></body></html>"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Write a small page."""
    files = {
        "index.html": PAGE,
        "404.html": "<!doctype html><html><head></head><body>нет</body></html>",
        "assets/page.css": "@font-face { src: url('/assets/font.woff2') }",
        "assets/font.woff2": "font",
        "assets/app/start.js": 'import "./more.js"; fetch("/assets/config.json"); import("/assets/app/more.js")',
        "assets/app/more.js": "export {}",
        "assets/config.json": '{"login": "token"}',
        ".hidden/notes": "not part of it",
    }
    for name, text in files.items():
        path = tmp_path / "source" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "source"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_assets_are_named_by_what_they_are(source: Path, tmp_path: Path) -> None:
    names = lay_out(tmp_path / "out", {"login": "oauth2"}, source=source)
    found = contents(tmp_path / "out")
    assert set(found) == {*names, MARK}
    version = re.search(rb'src="/assets/([0-9a-f]{12})/app/start.js"', found["index.html"])[1].decode()  # type: ignore[index]
    start = found[f"assets/{version}/app/start.js"].decode()
    assert start == (f'import "./more.js"; fetch("/assets/config.json"); import("/assets/{version}/app/more.js")')
    assert f"/assets/{version}/font.woff2" in found[f"assets/{version}/page.css"].decode()
    assert json.loads(found["assets/config.json"]) == {"login": "oauth2"}
    assert not [name for name in found if "notes" in name]
    assert '<a href="/upload">' in found["index.html"].decode()


def test_the_same_sources_give_the_same_bytes(source: Path, tmp_path: Path) -> None:
    lay_out(tmp_path / "one", {"login": "oidc", "a": 1}, "default-src 'self'", source=source)
    for path in source.rglob("*"):
        os.utime(path, (1, 1))
    lay_out(tmp_path / "two", {"a": 1, "login": "oidc"}, "default-src 'self'", source=source)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_change_of_one_asset_gives_all_of_them_new_names_and_keeps_the_last_ones(
    source: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"

    def versions() -> set[str]:
        return {path.name for path in (out / "assets").iterdir() if path.is_dir()}

    seen = []
    for number in range(3):
        (source / "assets/app/more.js").write_text(f"export default {number}", encoding="utf-8")
        before = versions() if out.exists() else set()
        lay_out(out, source=source)
        seen.append(*(versions() - before))
        for path in (out / "assets" / seen[-1]).rglob("*"):
            os.utime(path, (number + 1, number + 1))
    assert versions() == set(seen[1:]), "the current version and the one before"
    lay_out(out, source=source)
    assert versions() == set(seen[1:])


def test_what_went_from_the_sources_goes_from_the_folder(source: Path, tmp_path: Path) -> None:
    (source / "old.html").write_text("<head></head>", encoding="utf-8")
    lay_out(tmp_path / "out", source=source)
    (source / "old.html").unlink()
    lay_out(tmp_path / "out", source=source)
    assert not (tmp_path / "out" / "old.html").exists()


def test_how_people_log_in_is_the_sources_word_unless_told_otherwise(source: Path, tmp_path: Path) -> None:
    for given, expected in ((None, "token"), ({"login": "oidc"}, "oidc")):
        lay_out(tmp_path / "out", given, source=source)
        assert json.loads((tmp_path / "out" / "assets/config.json").read_bytes()) == {"login": expected}


def test_the_policy_stands_before_everything_that_it_rules(source: Path, tmp_path: Path) -> None:
    written = policy(["https://sso.example.ru/realms/fly", "https://storage.yandexcloud.net"])
    lay_out(tmp_path / "out", policy=written, source=source)
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert page.index("Content-Security-Policy") < page.index("stylesheet")
    assert "connect-src &#x27;self&#x27; https://sso.example.ru https://storage.yandexcloud.net;" in page
    assert "unsafe-eval" not in page


def refused(source: Path, out: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        lay_out(out, source=source)
    return caught.value.code


def test_a_page_that_could_not_work_is_not_laid_out(source: Path, tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere", tmp_path / "out") == "SITE_MISSING"
    (source / "assets/page.css").unlink()
    assert refused(source, tmp_path / "out") == "SITE_REFERENCE_BROKEN"
    (source / "assets/page.css").write_bytes(b" " * (FILE_BYTES + 1))
    assert refused(source, tmp_path / "out") == "SITE_FILE_TOO_LARGE"
    (source / "404.html").unlink()
    assert refused(source, tmp_path / "out") == "SITE_INCOMPLETE"
    assert not (tmp_path / "out" / "index.html").exists()


def test_a_folder_of_somebody_elses_is_left_alone(source: Path, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter.txt").write_text("mine", encoding="utf-8")
    assert refused(source, tmp_path / "home") == "SITE_FOLDER_TAKEN"
    assert contents(tmp_path / "home") == {"letter.txt": b"mine"}


def test_only_one_older_version_stays() -> None:
    present = {
        "index.html": 9, "gone.html": 9, "assets/config.json": 9,
        "assets/111111111111/a.js": 1, "assets/222222222222/a.js": 2, "assets/222222222222/b.js": 3,
        "assets/333333333333/a.js": 4,
    }  # fmt: skip
    wanted = ["index.html", "assets/config.json", "assets/333333333333/a.js"]
    assert outdated(present, wanted) == {"gone.html", "assets/111111111111/a.js"}


@pytest.mark.parametrize(
    ("key", "kind", "kept"),
    [
        ("index.html", "text/html; charset=utf-8", "no-cache"),
        ("assets/config.json", "application/json; charset=utf-8", "no-cache"),
        ("assets/0123456789ab/app/start.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("assets/0123456789ab/icon.svg", "image/svg+xml; charset=utf-8", "public, max-age=31536000, immutable"),
        ("assets/font.woff2", "font/woff2", "no-cache"),
        ("strange.xyzzy", "application/octet-stream", "no-cache"),
    ],
)
def test_what_browsers_are_told(key: str, kind: str, kept: str) -> None:
    assert (content_type(key), cache_control(key)) == (kind, kept)


@pytest.mark.parametrize("words", [["--config", "{"], ["--config", "[]"], ["--connect", "https://a.example"]])
def test_the_command_refuses_what_makes_no_sense(tmp_path: Path, words: list[str]) -> None:
    assert CliRunner().invoke(main, ["site", str(tmp_path / "out"), *words]).exit_code == 2
    assert not (tmp_path / "out").exists()


def test_our_own_page_is_laid_out(tmp_path: Path) -> None:
    """With the chart library, and the same a second time."""
    result = CliRunner().invoke(main, ["site", str(tmp_path / "one"), "--config", '{"login": "oauth2"}', "--policy"])
    assert result.exit_code == 0, result.output
    site.lay_out(tmp_path / "two", {"login": "oauth2"}, policy([]))
    found = contents(tmp_path / "one")
    assert found == contents(tmp_path / "two")
    assert [name for name in found if re.fullmatch(r"assets/[0-9a-f]{12}/vendor/vega\.js", name)]
    assert not [
        name for name, body in found.items() if re.search(rb"[\"'(]/assets/(?![0-9a-f]{12}/|config\.json)", body)
    ]
