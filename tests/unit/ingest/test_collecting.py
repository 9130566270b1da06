"""The collector's pace is our own only while a workbook is read."""

import gc

import pytest

from shared.ingest.collecting import rarely_collected

USUAL = gc.get_threshold()


def read_and_fail() -> None:
    with rarely_collected():
        assert gc.isenabled()
        assert gc.get_threshold()[0] > USUAL[0]
        raise KeyError


def test_the_usual_pace_comes_back() -> None:
    with pytest.raises(KeyError):
        read_and_fail()
    assert gc.get_threshold() == USUAL
