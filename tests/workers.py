"""How workers of pytest-xdist share the suite: by files, by folders where fixtures cost more than the tests."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/site", "tests/e2e", "tests/bundle")
"""Folders that one worker runs whole: a browser with two gateways, the local stack, the bundles."""
FIRST = (*TOGETHER, "tests/chaos", "tests/api", "tests/db", "tests/datalens")
"""What takes longest begins first, so that no worker has a long file left when the other has none."""


def place(test: str) -> str:
    """Give what has to stay with one worker around a test: its folder or its file."""
    path = test.partition("::")[0]
    return next((folder for folder in TOGETHER if path.startswith(f"{folder}/")), path)


def turn(test: pytest.Item) -> int:
    """Give when a test's turn comes, the first being 0."""
    return next((number for number, folder in enumerate(FIRST) if test.nodeid.startswith(f"{folder}/")), len(FIRST))


class SuiteScheduling(LoadScopeScheduling):
    """Gives a worker the next place, in the order of the tests."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)
        # It would put the places with the most tests first, and many small tests take less than a few large ones.
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return place(nodeid)
