-- Flights of each month of the data, and how many of its days no workbook speaks of or lie beyond the data.
-- $1 region (-1: the whole country), $2 type (null: all), $3 state (null: all), $4 and $5 first and last day of the data
WITH months AS (
    SELECT m::date AS month, (m + interval '1 month')::date AS following
    FROM generate_series(
        date_trunc('month', $4::date::timestamp), date_trunc('month', $5::date::timestamp), interval '1 month'
    ) AS m
), reported AS (
    SELECT date_trunc('month', day::timestamp)::date AS month, count(*) AS days
    FROM (
        {days_reported $4 $5}
    ) AS d
    GROUP BY 1
)
SELECT
    m.month, m.following - m.month AS days, m.following - m.month = coalesce(r.days, 0) AS whole,
    coalesce(sum(c.flights), 0)::bigint AS flights
FROM months AS m
LEFT JOIN reported AS r ON r.month = m.month
LEFT JOIN mart.flight_counts AS c
    ON c.span = 'month' AND c.{start} = m.month AND c.region_id = $1 AND c.state <> 'cancelled'
    AND ($2::text IS NULL OR c.uav_type = $2) AND ($3::text IS NULL OR c.state = $3)
GROUP BY m.month, m.following, r.days
ORDER BY m.month
