"""Regions: boundary sets read from files, kept in the database, and the region of a point."""

from shared.regions.attribution import (
    NEAR_BORDER_METRES,
    OUTSIDE,
    UNPLACED,
    Reattribution,
    RegionChange,
    attribute,
    reattribute,
)
from shared.regions.boundary_reader import BUNDLED, Provenance, read_boundaries
from shared.regions.checking import Examination, Gap, Overlap, RegionDifference, Slivers, compare_sets, examine
from shared.regions.model import BoundarySet, Region, Remark
from shared.regions.storing import (
    LoadedSet,
    Repair,
    StoredSet,
    activate_set,
    active_set,
    export_set,
    list_sets,
    load_boundaries,
    remove_set,
    store_boundaries,
)
from shared.regions.subjects import FieldNames

__all__ = [
    "BUNDLED",
    "NEAR_BORDER_METRES",
    "OUTSIDE",
    "UNPLACED",
    "BoundarySet",
    "Examination",
    "FieldNames",
    "Gap",
    "LoadedSet",
    "Overlap",
    "Provenance",
    "Reattribution",
    "Region",
    "RegionChange",
    "RegionDifference",
    "Remark",
    "Repair",
    "Slivers",
    "StoredSet",
    "activate_set",
    "active_set",
    "attribute",
    "compare_sets",
    "examine",
    "export_set",
    "list_sets",
    "load_boundaries",
    "read_boundaries",
    "reattribute",
    "remove_set",
    "store_boundaries",
]
