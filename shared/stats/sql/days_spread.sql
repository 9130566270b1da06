-- Flights a day over the days of the period that have data, days without flights included.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 type (null: all), $5 state (null: all)
WITH reported AS (
    {days_reported $1 $2}
), days AS (
    SELECT d.day::date AS day, coalesce(sum(c.flights), 0) AS flights
    FROM generate_series($1::date::timestamp, $2::date::timestamp, interval '1 day') AS d (day)
    LEFT JOIN mart.flight_counts AS c
        ON c.span = 'day' AND c.{start} = d.day::date AND c.region_id = $3 AND c.state <> 'cancelled'
        AND ($4::text IS NULL OR c.uav_type = $4) AND ($5::text IS NULL OR c.state = $5)
    GROUP BY d.day
), judged AS (
    SELECT d.flights, r.day IS NOT NULL AS has_data
    FROM days AS d
    LEFT JOIN reported AS r ON r.day = d.day
)
SELECT
    count(*) AS days,
    count(*) FILTER (WHERE NOT has_data) AS days_without_data,
    count(*) FILTER (WHERE has_data AND flights = 0) AS zero_days,
    round(avg(flights) FILTER (WHERE has_data), 2)::float8 AS mean,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY flights) FILTER (WHERE has_data) AS median,
    coalesce(min(flights) FILTER (WHERE has_data), 0)::bigint AS least,
    coalesce(max(flights) FILTER (WHERE has_data), 0)::bigint AS most
FROM judged
