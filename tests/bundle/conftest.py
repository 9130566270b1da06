"""Bundles of every function, made once a run; without a Python of the cloud's version there are none, which is said."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from fly_potato.bundle import Bundle, build, find_python, recipes
from fly_potato.bundle.contents import ROOT, BundleError


@pytest.fixture(scope="session")
def python() -> Path:
    """Find the cloud's Python."""
    try:
        return find_python()
    except BundleError as error:
        pytest.skip(error.sentence)


@pytest.fixture(scope="session")
def bundles(python: Path) -> Mapping[str, Bundle]:
    """Make the bundles; one of the same inputs that an earlier run has made is taken as it is."""
    return {recipe.name: build(recipe, python, ROOT / "build" / "bundles") for recipe in recipes()}
