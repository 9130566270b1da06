-- Flights by local hour of the week; 0 is Monday from 00:00 to 01:00 in the region's own time zone.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 type (null: all), $5 state (null: all)
SELECT s.slot, sum(coalesce(s.n, 1))::bigint AS flights
FROM mart.cover($1::date, $2::date) AS p
JOIN mart.flight_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
CROSS JOIN LATERAL unnest(c.slots, c.slots_n) AS s (slot, n)
WHERE ($4::text IS NULL OR c.uav_type = $4) AND ($5::text IS NULL OR c.state = $5)
GROUP BY s.slot
ORDER BY s.slot
