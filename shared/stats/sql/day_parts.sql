-- The parts of the days of stage_days in each time zone: they begin at the midnights of UTC, of Moscow and of the zone.
-- Seconds of the UTC day; days count from the year 1.
WITH zones AS (
    SELECT time_zone FROM mart.regions UNION SELECT 'Europe/Moscow'
), cuts AS (
    SELECT d.day, z.time_zone, 0 AS begins
    FROM stage_days AS d CROSS JOIN zones AS z
    WHERE d.day > '-infinity'
    UNION
    SELECT d.day, z.time_zone, e.second
    FROM stage_days AS d
    CROSS JOIN zones AS z
    CROSS JOIN unnest(ARRAY['Europe/Moscow', z.time_zone]) AS clock
    CROSS JOIN generate_series(0, 1) AS n
    CROSS JOIN LATERAL (
        SELECT date_part('epoch', (d.day + n)::timestamp AT TIME ZONE clock - d.day::timestamp AT TIME ZONE 'UTC')::integer
            AS second
    ) AS e
    WHERE d.day > '-infinity' AND e.second > 0 AND e.second < 86400
)
SELECT
    day - date '0001-01-01' + 1 AS day, time_zone, begins,
    (m.moment AT TIME ZONE 'Europe/Moscow')::date AS start_moscow, (m.moment AT TIME ZONE time_zone)::date AS start_local
FROM cuts
CROSS JOIN LATERAL (SELECT day::timestamp AT TIME ZONE 'UTC' + make_interval(secs => begins) AS moment OFFSET 0) AS m
ORDER BY day, time_zone, begins
