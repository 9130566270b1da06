-- What the peaks of the days of stage_days are made of, day by day, in seconds of the UTC day: the flights that begin on it,
-- and those that are in the air over its midnight. A flight is in the air for a minute at least: one that took off and
-- landed within a minute flew all the same. Days count from the year 1.
WITH days AS (
    SELECT day, day AS of FROM stage_days WHERE day > '-infinity'
    UNION ALL
    -- Sixty minutes may reach into the day after; where that is not counted, its first hour is of the day before.
    SELECT day + 1, day FROM stage_days AS d
    WHERE day > '-infinity' AND NOT EXISTS (SELECT FROM stage_days AS n WHERE n.day = d.day + 1)
)
SELECT
    d.of - date '0001-01-01' + 1 AS day, coalesce(f.region_id, 0) AS region_id, coalesce(f.uav_type, '') AS uav_type,
    (date_part('epoch', coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt)) - m.midnight)::integer AS begins,
    f.state = 'flown' AS flown,
    CASE WHEN a.known THEN (date_part('epoch', f.dep_dt) - m.midnight)::integer END AS rises,
    CASE
        WHEN a.known
        THEN least(greatest(date_part('epoch', f.arr_dt), date_part('epoch', f.dep_dt) + 60) - m.midnight, 86400)::integer
    END AS lands
FROM days AS d
JOIN core.flights AS f ON f.day = d.day
CROSS JOIN LATERAL (SELECT (d.of - date '1970-01-01') * 86400.0::float8 AS midnight OFFSET 0) AS m
CROSS JOIN LATERAL (SELECT f.arr_dt >= f.dep_dt AND d.day = d.of AS known) AS a
WHERE f.state <> 'cancelled' AND (d.day = d.of OR f.hour = 0)
UNION ALL
SELECT
    d.day - date '0001-01-01' + 1, coalesce(f.region_id, 0), coalesce(f.uav_type, ''), NULL, true, 0,
    least(date_part('epoch', f.arr_dt) - (d.day - date '1970-01-01') * 86400.0::float8, 86400)::integer
FROM core.flights AS f
JOIN stage_days AS d ON d.day > f.day AND d.day <= (f.arr_dt AT TIME ZONE 'UTC')::date
WHERE f.dep_dt IS NOT NULL
  AND (f.arr_dt AT TIME ZONE 'UTC')::date > f.day
  AND f.arr_dt >= (SELECT min(day) FROM stage_days WHERE day > '-infinity')::timestamp AT TIME ZONE 'UTC'
  AND f.state <> 'cancelled'
ORDER BY 1
