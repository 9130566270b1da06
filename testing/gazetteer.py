"""Where invented flights take place: places of a gazetteer, with the region that the gazetteer names.

``python -m scripts.places`` makes ``places.csv`` from GeoNames (CC BY 4.0), which the product's boundaries are not made
of, so that a sample can notice a wrong region. docs/workbooks.md has the kinds and their shares.
"""

import csv
import random
from bisect import bisect
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from itertools import accumulate
from types import MappingProxyType
from typing import Final, NamedTuple


class Weights:
    """Names with their weights, to be picked from."""

    def __init__(self, weights: Mapping[str, float] | None = None, /, **more: float) -> None:
        self.weights = MappingProxyType({**(weights or {}), **more})
        self._names = tuple(self.weights)
        self._cumulative = tuple(accumulate(self.weights.values()))

    def pick(self, chance: random.Random) -> str:
        """Pick a name, each as often as its weight says."""
        at = chance.random() * self._cumulative[-1]
        return self._names[bisect(self._cumulative, at, 0, len(self._names) - 1)]


KINDS: Final = Weights(inland=84.0, border=12.0, exclave=3.0, coast=0.4, sea=0.3, abroad=0.3)
"""Share of flights by the kind of their place; a centre without such a place has one inland."""
OUTSIDE: Final = frozenset({"sea", "abroad"})

CENTERS: Final = Weights(
    {
        "Тюменский": 48.0,
        "Санкт-Петербургский": 12.2,
        "Московский": 11.6,
        "Ростовский": 7.2,
        "Екатеринбургский": 7.1,
        "Самарский": 3.8,
        "Новосибирский": 3.7,
        "Красноярский": 1.8,
        "Калининградский": 1.5,
        "Магаданский": 1.1,
        "Хабаровский": 0.9,
        "Иркутский": 0.5,
        "Симферопольский": 0.4,
        "Якутский": 0.2,
    }
)
"""Rows by centre of the air traffic system; the last three were not met and are there so that no region is missing."""

_REGIONS: Final = {
    "Тюменский": "KHM 50 YAN 40 TYU 10",
    "Санкт-Петербургский": "LEN 50 SPE 6 KR 8 PSK 5 NGR 5 VLG 6 ARK 6 MUR 6 KO 6 NEN 2",
    "Московский": "MOS 40 MOW 4 BEL 4 BRY 3 VLA 4 VOR 5 IVA 3 KLU 5 KOS 2 KRS 3 LIP 3 ORL 2 RYA 4 SMO 3 TAM 3 TVE 6"
    " TUL 4 YAR 4",
    "Калининградский": "KGD 1",
    "Ростовский": "ROS 22 KDA 22 STA 18 VGG 10 AST 8 DA 6 KL 4 AD 3 KB 2 KC 2 SE 2 IN 1 CE 2",
    "Самарский": "SAM 20 SAR 14 TA 20 NIZ 12 ORE 12 PNZ 6 ULY 6 KIR 4 CU 3 ME 2 MO 2",
    "Екатеринбургский": "SVE 30 CHE 20 PER 18 BA 18 KGN 8 UD 8",
    "Новосибирский": "NVS 25 KEM 25 OMS 15 TOM 15 ALT 12 AL 8",
    "Красноярский": "KYA 70 KK 18 TY 12",
    "Иркутский": "IRK 50 BU 25 ZAB 25",
    "Якутский": "SA 1",
    "Хабаровский": "KHA 25 PRI 25 SAK 25 AMU 20 YEV 5",
    "Магаданский": "MAG 40 KAM 35 CHU 25",
    "Симферопольский": "CR 80 SEV 20",
}
"""Which regions a centre serves, with their weights."""


def _weights(text: str) -> Weights:
    words = text.split()
    return Weights({f"RU-{code}": float(weight) for code, weight in zip(words[::2], words[1::2], strict=True)})


REGIONS: Final[Mapping[str, Weights]] = MappingProxyType({center: _weights(text) for center, text in _REGIONS.items()})


class Site(NamedTuple):
    """A place in whole seconds of arc; one at sea or abroad has neither code nor name of a region."""

    kind: str
    region_iso: str | None
    region_name: str | None
    lat: int
    lon: int


@lru_cache(maxsize=1)
def sites() -> Mapping[tuple[str, str | None], list[Site]]:
    """Give all places by kind and region."""
    text = resources.files("testing").joinpath("places.csv").read_text(encoding="utf-8")
    by_region: dict[tuple[str, str | None], list[Site]] = {}
    for row in csv.DictReader(text.splitlines()):
        iso = row["region_iso"] or None
        site = Site(row["kind"], iso, row["region_name"] or None, int(row["lat_seconds"]), int(row["lon_seconds"]))
        by_region.setdefault((site.kind, iso), []).append(site)
    return by_region


@lru_cache(maxsize=64)
def _regions_with(kind: str, center: str) -> Weights | None:
    """Give the regions of a centre that have places of a kind; None if none has."""
    weights = {iso: weight for iso, weight in REGIONS[center].weights.items() if (kind, iso) in sites()}
    return Weights(weights) if weights else None


def pick_site(chance: random.Random, center: str) -> Site:
    """Pick a place of a centre: the busy regions more often, some at sea or abroad."""
    kind = KINDS.pick(chance)
    if kind in OUTSIDE:
        return chance.choice(sites()[kind, None])
    regions = _regions_with(kind, center)
    if regions is None:
        kind, regions = "inland", REGIONS[center]
    return chance.choice(sites()[kind, regions.pick(chance)])
