-- Flights a day over the days of the period that have data, days without flights included. A day has data where a workbook
-- speaks of it or the country has a flight.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 type (null: all), $5 state (null: all)
WITH spoken AS (
    -- The days that a workbook speaks of.
    SELECT range_agg(daterange(period_from, period_to, '[]')) AS days FROM core.loads
    WHERE state = 'done' AND period_from <= period_to
), days AS (
    SELECT d.day::date AS day, coalesce(sum(c.flights), 0) AS flights
    FROM generate_series($1::date::timestamp, $2::date::timestamp, interval '1 day') AS d (day)
    LEFT JOIN mart.flight_counts AS c
        ON c.span = 'day' AND c.{start} = d.day::date AND c.region_id = $3 AND c.state <> 'cancelled'
        AND ($4::text IS NULL OR c.uav_type = $4) AND ($5::text IS NULL OR c.state = $5)
    GROUP BY d.day
), judged AS (
    SELECT
        d.flights,
        coalesce(d.day <@ s.days, false) OR EXISTS (
            SELECT FROM mart.flight_counts AS o WHERE o.span = 'day' AND o.{start} = d.day AND o.region_id = -1
        ) AS has_data
    FROM days AS d
    CROSS JOIN spoken AS s
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
