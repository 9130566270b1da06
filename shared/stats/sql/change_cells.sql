-- Add what the change adds to the map's cells, and take what it takes: level 20, and level 9 that is made of it.
CREATE TEMP TABLE changed_cells ON COMMIT DROP AS
SELECT
    date_trunc('month', start)::date AS start, date_trunc('month', start_moscow)::date AS start_moscow,
    date_trunc('month', start_local)::date AS start_local, l.level::smallint AS level, x >> (20 - l.level) AS x,
    y >> (20 - l.level) AS y, region_id, uav_type,
    sum(sign) AS flights, coalesce(sum(sign) FILTER (WHERE state = 'flown'), 0) AS flown
FROM flight_changes
CROSS JOIN (VALUES (9), (20)) AS l (level)
WHERE x IS NOT NULL AND state <> 'cancelled' AND start > '-infinity'
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;

ANALYZE changed_cells;

INSERT INTO mart.flight_cells AS c (
    start, start_moscow, start_local, level, x, y, region_id, uav_type, flights, flown
)
SELECT start, start_moscow, start_local, level, x, y, region_id, uav_type, flights, flown FROM changed_cells
ON CONFLICT (start, level, x, y, region_id, uav_type, start_moscow, start_local) DO UPDATE
SET flights = c.flights + excluded.flights, flown = c.flown + excluded.flown;

DELETE FROM mart.flight_cells AS c
USING changed_cells AS n
WHERE n.flights < 0 AND c.flights = 0
  AND (c.start, c.level, c.x, c.y, c.region_id, c.uav_type, c.start_moscow, c.start_local)
    = (n.start, n.level, n.x, n.y, n.region_id, n.uav_type, n.start_moscow, n.start_local);

DROP TABLE changed_cells
