-- Exact medians of the actual and of the planned duration, minutes, from the counted durations.
-- $1 first day, $2 last day, $3 region (-1: the whole country), $4 type (null: all), $5 state (null: all)
WITH parts AS MATERIALIZED (
    SELECT c.durations, c.durations_n, c.plan_durations, c.plan_durations_n
    FROM mart.cover($1::date, $2::date) AS p
    JOIN mart.flight_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id = $3
    WHERE ($4::text IS NULL OR c.uav_type = $4) AND ($5::text IS NULL OR c.state = $5)
), ranked AS (
    SELECT false AS plan, minutes, sum(coalesce(n, 1))::integer AS n
    FROM (SELECT unnest(durations) AS minutes, unnest(durations_n) AS n FROM parts) AS d
    GROUP BY minutes
    UNION ALL
    SELECT true, minutes, sum(coalesce(n, 1))::integer
    FROM (SELECT unnest(plan_durations) AS minutes, unnest(plan_durations_n) AS n FROM parts) AS d
    GROUP BY minutes
), stacked AS (
    SELECT
        plan, minutes,
        sum(n) OVER (PARTITION BY plan ORDER BY minutes ROWS UNBOUNDED PRECEDING) AS upto,
        sum(n) OVER (PARTITION BY plan) AS n
    FROM ranked
), middle AS (
    -- With an even number of flights the median lies between the two in the middle.
    SELECT
        plan,
        (min(minutes) FILTER (WHERE upto >= (n + 1) / 2) + min(minutes) FILTER (WHERE upto >= n / 2 + 1)) / 2.0 AS median
    FROM stacked
    GROUP BY plan
)
SELECT
    (SELECT median::float8 FROM middle WHERE NOT plan) AS median_minutes,
    (SELECT median::float8 FROM middle WHERE plan) AS plan_median_minutes
