-- Flights a day over every day of the period, days without flights included.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 type (null: all)
WITH days AS (
    SELECT
        d.day::date AS day,
        coalesce(sum(c.flights), 0)::integer AS flights
    FROM generate_series($1::date::timestamp, $2::date::timestamp, interval '1 day') AS d (day)
    LEFT JOIN mart.flight_counts AS c
        ON c.span = 'day' AND c.start = d.day::date AND c.region_id = $3 AND ($4::text IS NULL OR c.uav_type = $4)
    GROUP BY d.day
)
SELECT
    count(*) AS days,
    count(*) FILTER (WHERE flights = 0) AS zero_days,
    round(avg(flights), 2)::float8 AS mean,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY flights) AS median,
    coalesce(min(flights), 0) AS least,
    coalesce(max(flights), 0) AS most
FROM days
