-- Add what the change adds to the map's cells, and take what it takes: level 20, and level 9 that is made of it.
INSERT INTO mart.flight_cells AS c (
    start, start_moscow, start_local, level, x, y, region_id, uav_type, flights, flown
)
SELECT
    date_trunc('month', start)::date, date_trunc('month', start_moscow)::date, date_trunc('month', start_local)::date,
    l.level, x >> (20 - l.level), y >> (20 - l.level), region_id, uav_type,
    sum(sign), coalesce(sum(sign) FILTER (WHERE state = 'flown'), 0)
FROM flight_changes
CROSS JOIN (VALUES (9), (20)) AS l (level)
WHERE x IS NOT NULL AND state <> 'cancelled' AND start > '-infinity'
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
ON CONFLICT (start, level, x, y, region_id, uav_type, start_moscow, start_local) DO UPDATE
SET flights = c.flights + excluded.flights, flown = c.flown + excluded.flown;

DELETE FROM mart.flight_cells AS c
USING flight_changes AS t
CROSS JOIN (VALUES (9), (20)) AS l (level)
WHERE t.sign < 0 AND c.flights = 0 AND t.start > '-infinity'
  AND (c.start, c.level, c.x, c.y) = (date_trunc('month', t.start)::date, l.level, t.x >> (20 - l.level), t.y >> (20 - l.level))
