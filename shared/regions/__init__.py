"""Regions: boundary sets read from files, kept in the database, and the region of a point."""

from shared.regions.attribution import COASTAL_METRES, Reattribution, attribute, reattribute
from shared.regions.boundaries import BoundarySet, Region
from shared.regions.checking import Examination, examine
from shared.regions.fields import FieldNames
from shared.regions.reading import BUNDLED, Provenance, read_boundaries
from shared.regions.storing import (
    LoadedSet,
    StoredSet,
    activate_set,
    active_set,
    list_sets,
    load_boundaries,
    store_boundaries,
)

__all__ = [
    "BUNDLED",
    "COASTAL_METRES",
    "BoundarySet",
    "Examination",
    "FieldNames",
    "LoadedSet",
    "Provenance",
    "Reattribution",
    "Region",
    "StoredSet",
    "activate_set",
    "active_set",
    "attribute",
    "examine",
    "list_sets",
    "load_boundaries",
    "read_boundaries",
    "reattribute",
    "store_boundaries",
]
