"""The ranking of regions for a spreadsheet and for a map: CSV that a Russian Excel opens as it stands, GeoJSON."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shared.stats.models import RankedRegion, Ranking

_COLUMNS: Sequence[tuple[str, Callable[[RankedRegion], Any]]] = (
    ("Место", lambda region: region.rank),
    ("Код", lambda region: region.code),
    ("Регион", lambda region: region.name),
    ("Округ", lambda region: region.district),
    ("Полёты", lambda region: region.flights),
    ("Состоявшиеся", lambda region: region.flown),
    ("Только план", lambda region: region.planned),
    ("Отменённые", lambda region: region.cancelled),
    ("Аппараты", lambda region: region.aircraft),
    ("Доля, %", lambda region: region.share_percent),
    ("Налёт, мин", lambda region: region.actual.total_minutes),
    ("Средняя длительность, мин", lambda region: region.actual.mean_minutes),
    ("Медиана, мин", lambda region: region.actual.median_minutes),
    ("В сутки", lambda region: region.mean_a_day),
    ("Дней без полётов", lambda region: region.zero_days),
    ("Пик за час", lambda region: region.peak_hour),
    ("На 1000 км²", lambda region: region.density),
)


def as_csv(ranking: Ranking) -> bytes:
    """Write a line a region: ``;`` between, decimal commas, a byte order mark."""
    out = io.StringIO()
    lines = csv.writer(out, delimiter=";")
    lines.writerow([title for title, _ in _COLUMNS])
    for region in ranking.items:
        lines.writerow([_text(value(region)) for _, value in _COLUMNS])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "surrogatepass")


def as_geojson(ranking: Ranking, shapes: Mapping[str, Any]) -> bytes:
    """Write the regions' shapes with their numbers as properties; ``shapes`` is a FeatureCollection of GeoJSON."""
    numbers = {region.code: region.model_dump(mode="json") for region in ranking.items}
    features = [
        {**feature, "properties": {**feature["properties"], **numbers[feature["id"]]}}
        for feature in shapes["features"]
        if feature["id"] in numbers
    ]
    period = None if ranking.period is None else ranking.period.model_dump(mode="json")
    collection = {"type": "FeatureCollection", "period": period, "source": shapes["source"], "features": features}
    return json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = str(value).replace(".", ",") if isinstance(value, float) else str(value)
    # A name from outside must not become a formula.
    return f"'{text}" if isinstance(value, str) and text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
