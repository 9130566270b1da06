"""The places of sample flights, by centre of the air traffic system; ``scripts/places`` chooses them."""

import csv
import random
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Final

from fly_potato.sample.shares import Shares

_REGIONS: Final = MappingProxyType(
    {
        "Тюменский": {"RU-KHM": 50, "RU-YAN": 40, "RU-TYU": 10},
        "Санкт-Петербургский": {
            **{"RU-LEN": 50, "RU-SPE": 6, "RU-KR": 8, "RU-PSK": 5, "RU-NGR": 5, "RU-VLG": 6, "RU-ARK": 6, "RU-MUR": 6},
            **{"RU-KO": 6, "RU-NEN": 2},
        },
        "Московский": {
            **{"RU-MOS": 40, "RU-MOW": 4, "RU-BEL": 4, "RU-BRY": 3, "RU-VLA": 4, "RU-VOR": 5, "RU-IVA": 3, "RU-KLU": 5},
            **{"RU-KOS": 2, "RU-KRS": 3, "RU-LIP": 3, "RU-ORL": 2, "RU-RYA": 4, "RU-SMO": 3, "RU-TAM": 3, "RU-TVE": 6},
            **{"RU-TUL": 4, "RU-YAR": 4},
        },
        "Калининградский": {"RU-KGD": 1},
        "Ростовский": {
            **{"RU-ROS": 22, "RU-KDA": 22, "RU-STA": 18, "RU-VGG": 10, "RU-AST": 8, "RU-DA": 6, "RU-KL": 4, "RU-AD": 3},
            **{"RU-KB": 2, "RU-KC": 2, "RU-SE": 2, "RU-IN": 1, "RU-CE": 2},
        },
        "Самарский": {
            **{
                "RU-SAM": 20,
                "RU-SAR": 14,
                "RU-TA": 20,
                "RU-NIZ": 12,
                "RU-ORE": 12,
                "RU-PNZ": 6,
                "RU-ULY": 6,
                "RU-KIR": 4,
            },
            **{"RU-CU": 3, "RU-ME": 2, "RU-MO": 2},
        },
        "Екатеринбургский": {"RU-SVE": 30, "RU-CHE": 20, "RU-PER": 18, "RU-BA": 18, "RU-KGN": 8, "RU-UD": 8},
        "Новосибирский": {"RU-NVS": 25, "RU-KEM": 25, "RU-OMS": 15, "RU-TOM": 15, "RU-ALT": 12, "RU-AL": 8},
        "Красноярский": {"RU-KYA": 70, "RU-KK": 18, "RU-TY": 12},
        "Иркутский": {"RU-IRK": 50, "RU-BU": 25, "RU-ZAB": 25},
        "Якутский": {"RU-SA": 1},
        "Хабаровский": {"RU-KHA": 25, "RU-PRI": 25, "RU-SAK": 25, "RU-AMU": 20, "RU-YEV": 5},
        "Магаданский": {"RU-MAG": 40, "RU-KAM": 35, "RU-CHU": 25},
        "Симферопольский": {"RU-CR": 80, "RU-SEV": 20},
    }
)


_SHARES: Final = MappingProxyType({center: Shares(regions) for center, regions in _REGIONS.items()})


@dataclass(frozen=True, slots=True)
class Place:
    """A place in whole seconds of arc; a place outside all regions has neither code nor name."""

    region_iso: str | None
    region_name: str | None
    lat: int
    lon: int

    @property
    def is_outside(self) -> bool:
        """Tell whether it lies outside all regions."""
        return self.region_name is None


@lru_cache(maxsize=1)
def _places() -> dict[str, list[Place]]:
    text = resources.files("fly_potato.sample").joinpath("places.csv").read_text(encoding="utf-8")
    places: dict[str, list[Place]] = {}
    for row in csv.DictReader(text.splitlines()):
        place = Place(
            row["region_iso"] or None, row["region_name"] or None, int(row["lat_seconds"]), int(row["lon_seconds"])
        )
        places.setdefault(place.region_iso or place.region_name or "", []).append(place)
    return places


def pick_place(source: random.Random, center: str) -> Place:
    """Pick a place in one of the regions that a centre serves, the busy ones more often."""
    return source.choice(_places()[_SHARES[center].pick(source)])


def pick_outside(source: random.Random) -> Place:
    """Pick a place outside all regions."""
    return source.choice(_places()[""])


def regions_of(center: str) -> list[str]:
    """List the regions that a centre serves, by code or, where there is none, by name."""
    return list(_REGIONS[center])
