"""Telegrams bear mutated texts: a short, repeatable run of what ``scripts/fuzz.py`` does at length."""

import random
from pathlib import Path

import pytest

from tests.fuzz.telegrams_harness import fuzz_one

CORPUS = sorted((Path(__file__).parent / "corpus" / "telegrams").iterdir())


def test_corpus_is_there() -> None:
    assert len(CORPUS) > 10


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_corpus_is_read(path: Path) -> None:
    fuzz_one(path.read_bytes())


def test_mutations_are_read() -> None:
    source = random.Random(20250410)  # noqa: S311  not for secrets
    seeds = [path.read_bytes() for path in CORPUS]
    for _ in range(400):
        text = bytearray(source.choice(seeds))
        other = source.choice(seeds)
        for _ in range(source.randrange(1, 5)):
            at = source.randrange(1, max(len(text), 2))
            start = source.randrange(len(other))
            text[at : at + source.randrange(6)] = other[start : start + source.randrange(12)]
        fuzz_one(bytes(text))
