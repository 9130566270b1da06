"""Bundles: one zip a cloud function, with what it imports and nothing else; the same input gives the same bytes."""

from fly_potato.bundle.building import Bundle, build, build_and_start
from fly_potato.bundle.contents import Recipe, recipes
from fly_potato.bundle.starting import Started, find_python, start

__all__ = ["Bundle", "Recipe", "Started", "build", "build_and_start", "find_python", "recipes", "start"]
