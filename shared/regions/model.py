"""What a file of boundaries says, once it has been read and checked."""

import hashlib
import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """One region: ``geometry`` is a GeoJSON MultiPolygon in WGS 84 whose rings never jump over the 180th meridian.

    Longitudes may therefore pass ±180; the database wraps them. Areas are in km².
    """

    id: int
    iso: str | None
    name: str
    time_zone: str
    official_area_km2: float | None
    geometry: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What an operator should know of a file that was read: a stable code and a Russian sentence."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class BoundarySet:
    """The regions of one file, ordered by id, where they come from, and what was noticed while they were read."""

    name: str
    source: str
    licence: str
    attribution: str
    regions: tuple[Region, ...]
    remarks: tuple[Remark, ...] = ()

    @property
    def sha256(self) -> bytes:
        """Hash the content, so that the same boundaries are known again however they were packed."""
        digest = hashlib.sha256()
        for part in (self.name, self.source, self.licence, self.attribution, *map(asdict, self.regions)):
            digest.update(json.dumps(part, ensure_ascii=False, sort_keys=True).encode() + b"\n")
        return digest.digest()
