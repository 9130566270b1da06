"""The collector's pace is our own only while a workbook is read."""

import gc

import pytest

from shared.ingest.collecting import rarely_collected


def read_and_fail() -> None:
    with rarely_collected():
        raise KeyError


def test_the_usual_pace_comes_back() -> None:
    usual = gc.get_threshold()
    with rarely_collected():
        assert gc.isenabled()
        assert gc.get_threshold()[0] > usual[0]
    assert gc.get_threshold() == usual
    with pytest.raises(KeyError):
        read_and_fail()
    assert gc.get_threshold() == usual


def test_two_readers_that_overlap_leave_it_as_it_was() -> None:
    usual = gc.get_threshold()
    first, second = rarely_collected(), rarely_collected()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold()[0] > usual[0]
    second.__exit__(None, None, None)
    assert gc.get_threshold() == usual
