"""The page's sources keep their own rules: what a page preloads, who it asks, one head for all."""

import re
from pathlib import Path

import pytest

SITE = Path(__file__).resolve().parents[3] / "site"
PAGES = sorted(SITE.glob("*.html"))
SCRIPTS = sorted(SITE.rglob("*.js"))
IMPORT = re.compile(r'^import .*? from "(.+?)";$', re.MULTILINE)


def imported(script: Path, seen: set[Path]) -> set[Path]:
    """Gather what a module imports, and what that imports."""
    for name in IMPORT.findall(script.read_text()):
        other = (script.parent / name).resolve()
        if other not in seen:
            seen.add(other)
            imported(other, seen)
    return seen


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_preloads_exactly_the_modules_it_runs(page: Path) -> None:
    text = page.read_text()
    start = re.search(r'<script type="module" src="/(.+?)">', text)
    assert start is not None
    wanted = {f"/{module.relative_to(SITE)}" for module in imported(SITE / start[1], set())}
    assert set(re.findall(r'<link rel="modulepreload" href="(.+?)">', text)) == wanted


def test_every_page_has_the_same_frame() -> None:
    def frame(page: Path) -> str:
        text = re.sub(r'<link rel="modulepreload".*?>\n', "", page.read_text())
        text = re.sub(r"<title>.*?</title>|<h1>.*?</h1>|content=\".*?\"|pages/\w+\.js|data-page=\"\w+\"", "", text)
        return text

    assert len({frame(page) for page in PAGES}) == 1


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_scripts_stay_small_and_ask_nobody_else(script: Path) -> None:
    text = script.read_text()
    assert len(text.splitlines()) <= 300
    assert not re.search(r"""["'`]https?://(?!www\.w3\.org)""", text)
    assert not re.search(r"\beval\(|innerHTML|new Function", text)
