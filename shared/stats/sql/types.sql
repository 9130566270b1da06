-- Flights by type; empty is a type not told.
-- $1 first day, $2 last day, $3 region (-1: the whole country)
SELECT
    c.uav_type, sum(c.flights)::bigint AS flights, sum(c.aircraft)::bigint AS aircraft,
    coalesce(round(100 * sum(c.flights) / nullif(sum(sum(c.flights)) OVER (), 0), 2), 0)::float8 AS share_percent,
    sum(c.minutes)::bigint AS minutes,
    round(sum(c.minutes)::numeric / nullif(sum(c.timed), 0), 2)::float8 AS mean_minutes
FROM mart.cover($1::date, $2::date) AS p
JOIN mart.flight_counts AS c ON c.span = p.span AND c.start = p.start AND c.region_id = $3
GROUP BY c.uav_type
HAVING sum(c.flights) > 0
ORDER BY flights DESC, c.uav_type
