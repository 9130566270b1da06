"""GDAL's own client of OGC API - Features opens flights and regions by one address, as QGIS would."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.site.server import Site

pytestmark = pytest.mark.skipif(shutil.which("ogr2ogr") is None, reason="GDAL's command line tools are not installed")


def fetched(site: Site, layer: str, out: Path, *options: str) -> list[dict[str, object]]:
    path = out / f"{layer}.geojson"
    path.unlink(missing_ok=True)
    command = ["ogr2ogr", "-f", "GeoJSON", str(path), f"OAPIF:{site.url}/api/ogc", layer, *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr
    features: list[dict[str, object]] = json.loads(path.read_text())["features"]
    return features


def test_every_flight_comes_page_by_page(local: Site, tmp_path: Path) -> None:
    wanted = local.json("/api/flights/count?state=counted")["flights"]
    assert wanted > 2000, "more than one page"
    flights = fetched(local, "flights", tmp_path)
    assert len({feature["properties"]["id"] for feature in flights}) == wanted  # type: ignore[index]


def test_a_box_and_an_interval_narrow_what_comes(local: Site, tmp_path: Path) -> None:
    box = (30.0, 55.0, 40.0, 61.0)
    flights = fetched(local, "flights", tmp_path, "-spat", *map(str, box))
    wanted = local.json(f"/api/flights/count?state=counted&bbox={','.join(map(str, box))}")["flights"]
    assert 0 < len(flights) == wanted
    page = local.json("/api/ogc/collections/flights/items?datetime=2025-02-01/2025-02-28&limit=1")
    query = "state=counted&since=2025-02-01T00:00:00Z&until=2025-03-01T00:00:00Z"
    assert page["numberMatched"] == local.json(f"/api/flights/count?{query}")["flights"]
    assert page["numberReturned"] == 1
    assert [link["rel"] for link in page["links"]] == ["self", "next"]


def test_regions_come_with_their_shapes(local: Site, tmp_path: Path) -> None:
    regions = fetched(local, "regions", tmp_path)
    assert {feature["properties"]["code"] for feature in regions} == {  # type: ignore[index]
        item["code"] for item in local.json("/api/stats/regions")["items"]
    }
    one = local.json("/api/ogc/collections/regions/items/RU-LEN")
    assert one["properties"]["name"] == "Ленинградская область"
