-- Exact medians of the actual and planned duration of every region, minutes.
-- $1 first day, $2 last day, $3 type (null: all), $4 state (null: all)
WITH parts AS MATERIALIZED (
    SELECT c.region_id, c.durations, c.durations_n, c.plan_durations, c.plan_durations_n
    FROM mart.cover($1::date, $2::date) AS p
    JOIN mart.flight_counts AS c ON c.span = p.span AND c.{start} = p.start AND c.region_id > 0
    WHERE ($3::text IS NULL OR c.uav_type = $3) AND ($4::text IS NULL OR c.state = $4)
), ranked AS (
    SELECT region_id, false AS plan, minutes, sum(coalesce(n, 1))::integer AS n
    FROM (SELECT region_id, unnest(durations) AS minutes, unnest(durations_n) AS n FROM parts) AS d
    GROUP BY region_id, minutes
    UNION ALL
    SELECT region_id, true, minutes, sum(coalesce(n, 1))::integer
    FROM (SELECT region_id, unnest(plan_durations) AS minutes, unnest(plan_durations_n) AS n FROM parts) AS d
    GROUP BY region_id, minutes
), stacked AS (
    SELECT
        region_id, plan, minutes,
        sum(n) OVER (PARTITION BY region_id, plan ORDER BY minutes ROWS UNBOUNDED PRECEDING) AS upto,
        sum(n) OVER (PARTITION BY region_id, plan) AS n
    FROM ranked
), middle AS (
    SELECT
        region_id, plan,
        (min(minutes) FILTER (WHERE upto >= (n + 1) / 2) + min(minutes) FILTER (WHERE upto >= n / 2 + 1)) / 2.0 AS median
    FROM stacked
    GROUP BY region_id, plan
)
SELECT
    coalesce(r.iso, r.region_id::text) AS code,
    max(median) FILTER (WHERE NOT plan)::float8 AS median_minutes,
    max(median) FILTER (WHERE plan)::float8 AS plan_median_minutes
FROM middle AS m
JOIN mart.regions AS r USING (region_id)
GROUP BY r.iso, r.region_id
