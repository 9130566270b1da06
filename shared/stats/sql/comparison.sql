-- Flights of two periods by region, the whole country (-1) and those without a region (0) among them.
-- $1 first day, $2 last day, $3 and $4 those of the period to compare with, $5 type (null: all), $6 state (null: all)
WITH parts AS (
    SELECT true AS now, span, start FROM mart.cover($1::date, $2::date)
    UNION ALL
    SELECT false, span, start FROM mart.cover($3::date, $4::date)
)
SELECT
    c.region_id,
    coalesce(sum(c.flights) FILTER (WHERE p.now), 0)::bigint AS flights,
    coalesce(sum(c.flights) FILTER (WHERE NOT p.now), 0)::bigint AS before
FROM parts AS p
JOIN mart.flight_counts AS c ON c.span = p.span AND c.{start} = p.start
WHERE c.state <> 'cancelled' AND ($5::text IS NULL OR c.uav_type = $5) AND ($6::text IS NULL OR c.state = $6)
GROUP BY c.region_id
