-- One region's or the whole country's sums over a period, all types together or one.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 type (null: all), $5 state (null: all)
SELECT
    coalesce(sum(c.flights) FILTER (WHERE c.state <> 'cancelled'), 0)::bigint AS flights,
    coalesce(sum(c.flights) FILTER (WHERE c.state = 'flown'), 0)::bigint AS flown,
    coalesce(sum(c.flights) FILTER (WHERE c.state = 'planned'), 0)::bigint AS planned,
    coalesce(sum(c.flights) FILTER (WHERE c.state = 'cancelled'), 0)::bigint AS cancelled,
    {totals}
FROM mart.cover($1::date, $2::date) AS p
JOIN mart.flight_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
WHERE ($4::text IS NULL OR c.uav_type = $4) AND ($5::text IS NULL OR c.state = $5)
