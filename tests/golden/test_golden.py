"""Golden rows, the examples of the codes and the document that lists them."""

import importlib.util
import json
from pathlib import Path

import pytest

from shared.flights import flight_codes
from shared.problems import PROBLEMS
from shared.telegrams import codes as telegram_codes
from tests.golden.examples import EXAMPLES, codes_of

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("golden", ROOT / "scripts" / "golden.py")
assert _spec is not None
assert _spec.loader is not None
golden = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(golden)


@pytest.mark.parametrize("name", ["rows", "tables"])
def test_rows_are_read_as_they_were(name: str) -> None:
    have = (ROOT / "tests" / "golden" / f"{name}.read.jsonl").read_text(encoding="utf-8").splitlines()
    want = golden.readings(name).splitlines()
    assert [json.loads(line) for line in want] == [json.loads(line) for line in have], (
        f"readings changed; if that is meant, run {golden.COMMAND} and look at the difference"
    )


def test_the_parser_revision_is_that_of_these_readings() -> None:
    path = ROOT / "tests" / "golden" / "revisions.json"
    texts = [golden.readings(name) for name in ("rows", "tables")]
    assert path.read_text(encoding="utf-8") == golden.revisions(texts), f"run {golden.COMMAND}"


def test_a_released_revision_reads_no_other_way(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(golden, "GOLDEN", tmp_path)
    (tmp_path / "revisions.json").write_text('{"released": {"1": "0"}, "newest": {"1": "0"}}')
    monkeypatch.setattr(golden, "PARSER_REVISION", 1)
    with pytest.raises(SystemExit, match="raise PARSER_REVISION"):
        golden.revisions(["other"])
    monkeypatch.setattr(golden, "PARSER_REVISION", 2)
    assert '"2"' in golden.revisions(["other"])


def test_document_lists_every_code_as_the_registry_has_it() -> None:
    assert golden.DOCUMENT.read_text(encoding="utf-8") == golden.document(), f"run {golden.COMMAND}"


def test_registry_holds_every_code_and_no_other() -> None:
    named = {
        value for module in (flight_codes, telegram_codes) for name, value in vars(module).items() if name.isupper()
    }
    assert named == set(PROBLEMS) == set(EXAMPLES)


@pytest.mark.parametrize("code", PROBLEMS)
def test_example_brings_out_its_code(code: str) -> None:
    assert code in codes_of(EXAMPLES[code])


@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
def test_sentences_are_russian(problem: object) -> None:
    for text in (problem.meaning, problem.mend):  # type: ignore[attr-defined]
        assert text[0].isupper()
        assert text.endswith(".")
        assert any("а" <= letter <= "я" for letter in text)
