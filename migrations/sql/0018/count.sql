-- Count the flights of all days anew by everything that is wrong with them, then months and years.
INSERT INTO mart.problem_counts (
    span, start, start_moscow, start_local, region_id, center, uav_type, problems, flights, flown
)
SELECT
    'day', start, start_moscow, start_local, CASE WHEN grouping(region_id) = 1 THEN -1 ELSE region_id END,
    center, uav_type, problems, count(*), count(*) FILTER (WHERE flown)
FROM (
    SELECT
        f.day AS start, coalesce(l.moscow::date, f.day) AS start_moscow,
        coalesce(coalesce(l.local, l.moscow)::date, f.day) AS start_local,
        coalesce(f.region_id, 0)::smallint AS region_id, coalesce(f.center, '') AS center,
        coalesce(f.uav_type, '') AS uav_type, f.problems, f.state = 'flown' AS flown
    FROM core.flights AS f
    LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
    CROSS JOIN LATERAL (
        SELECT
            coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AT TIME ZONE 'Europe/Moscow' AS moscow,
            coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AT TIME ZONE coalesce(f.time_zone, r.time_zone) AS local
        OFFSET 0
    ) AS l
    WHERE f.day IS NOT NULL AND f.state <> 'cancelled'
) AS counted
GROUP BY GROUPING SETS (
    (start, start_moscow, start_local, region_id, center, uav_type, problems),
    (start, start_moscow, start_local, center, uav_type, problems)
);

INSERT INTO mart.problem_counts (
    span, start, start_moscow, start_local, region_id, center, uav_type, problems, flights, flown
)
SELECT
    s.span, date_trunc(s.span, c.start::timestamp)::date, date_trunc(s.span, c.start_moscow::timestamp)::date,
    date_trunc(s.span, c.start_local::timestamp)::date, c.region_id, c.center, c.uav_type, c.problems,
    sum(c.flights), sum(c.flown)
FROM mart.problem_counts AS c
CROSS JOIN (VALUES ('month'), ('year')) AS s (span)
WHERE c.span = 'day'
GROUP BY 1, 2, 3, 4, c.region_id, c.center, c.uav_type, c.problems;
