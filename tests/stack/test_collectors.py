"""The business metrics' queries on the real schema, as the role that may only read the marts."""

import asyncio
from typing import Any

import asyncpg
import yaml

from tests.conftest import Database
from tests.stack.test_files import LOCAL

FLIGHTS = """
INSERT INTO mart.flight_counts
SELECT (jsonb_populate_record(NULL::mart.flight_counts, filled || told)).*
FROM (
    SELECT jsonb_object_agg(
        attname, CASE WHEN format_type(atttypid, NULL) LIKE '%[]' THEN '[]'::jsonb ELSE '0'::jsonb END
    ) AS filled
    FROM pg_attribute WHERE attrelid = 'mart.flight_counts'::regclass AND attnum > 0 AND NOT attisdropped
        AND (attnotnull OR format_type(atttypid, NULL) LIKE '%[]')
) AS f, jsonb_array_elements($1::jsonb) AS told
"""
ROWS = """[
    {"span": "day", "start": "2025-03-01", "start_moscow": "2025-03-01", "start_local": "2025-03-01", "region_id": -1,
     "uav_type": "BLA", "state": "flown", "flights": 2},
    {"span": "day", "start": "2025-03-01", "start_moscow": "2025-03-01", "start_local": "2025-03-01", "region_id": -1,
     "uav_type": "BLA", "state": "planned", "flights": 1},
    {"span": "day", "start": "2025-03-02", "start_moscow": "2025-03-02", "start_local": "2025-03-02", "region_id": -1,
     "uav_type": "BLA", "state": "cancelled", "flights": 4},
    {"span": "year", "start": "2025-01-01", "start_moscow": "2025-01-01", "start_local": "2025-01-01", "region_id": -1,
     "uav_type": "BLA", "state": "flown", "flights": 2},
    {"span": "year", "start": "2025-01-01", "start_moscow": "2025-01-01", "start_local": "2025-01-01", "region_id": -1,
     "uav_type": "BLA", "state": "planned", "flights": 1},
    {"span": "year", "start": "2025-01-01", "start_moscow": "2025-01-01", "start_local": "2025-01-01", "region_id": -1,
     "uav_type": "BLA", "state": "cancelled", "flights": 4},
    {"span": "year", "start": "2025-01-01", "start_moscow": "2025-01-01", "start_local": "2025-01-01", "region_id": -1,
     "uav_type": "", "state": "flown", "flights": 2},
    {"span": "undated", "start": "-infinity", "start_moscow": "-infinity", "start_local": "-infinity", "region_id": -1,
     "uav_type": "", "state": "planned", "flights": 1}
]"""


def test_the_queries_read_what_the_marts_say(database: Database) -> None:
    (path,) = (LOCAL / "sql_exporter").glob("*.collector.yaml")
    collector: dict[str, Any] = yaml.safe_load(path.read_text())
    named = {query["query_name"]: query["query"] for query in collector["queries"]}

    async def read() -> dict[str, dict[tuple[str, ...], float]]:
        owner = await asyncpg.connect(database.uri())
        await owner.execute(FLIGHTS.replace("$1", f"'{ROWS}'"))
        await owner.close()
        reader = await asyncpg.connect(database.uri("fp_datalens"))
        found = {}
        for metric in collector["metrics"]:
            (value,) = metric["values"]
            rows = await reader.fetch(metric.get("query") or named[metric["query_ref"]])
            labels = metric.get("key_labels", [])
            found[metric["metric_name"]] = {tuple(row[label] for label in labels): row[value] for row in rows}
        await reader.close()
        return found

    found = asyncio.run(read())
    assert found["fly_potato_mart_flights"] == {("counted",): 6, ("flown",): 4, ("planned",): 2, ("cancelled",): 4}
    # The last day with a flight, not with a cancelled one.
    assert found["fly_potato_mart_last_day_timestamp_seconds"] == {(): 1740787200}
    assert found["fly_potato_mart_regions_without_flights"] == {(): 0}
    assert found["fly_potato_mart_region_flights"] == {}
