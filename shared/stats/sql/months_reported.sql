-- Flights of each month of the data, and how many of its days no workbook speaks of or lie beyond the data.
-- $1 region (-1: the whole country), $2 type (null: all), $3 state (null: all), $4 and $5 first and last day of the data
WITH spoken AS (
    SELECT range_agg(daterange(period_from, period_to, '[]')) AS days FROM core.loads
    WHERE state = 'done' AND period_from <= period_to
), months AS (
    SELECT m::date AS month, (m + interval '1 month')::date AS following
    FROM generate_series(
        date_trunc('month', $4::date::timestamp), date_trunc('month', $5::date::timestamp), interval '1 month'
    ) AS m
), reported AS (
    SELECT m.month, count(*) AS days
    FROM months AS m
    CROSS JOIN spoken AS s
    CROSS JOIN LATERAL generate_series(m.month::timestamp, m.following::timestamp - interval '1 day', interval '1 day') AS d (day)
    WHERE d.day::date BETWEEN $4::date AND $5::date AND (
        coalesce(d.day::date <@ s.days, false) OR EXISTS (
            SELECT FROM mart.flight_counts AS o WHERE o.span = 'day' AND o.{start} = d.day::date AND o.region_id = -1
        )
    )
    GROUP BY m.month
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
