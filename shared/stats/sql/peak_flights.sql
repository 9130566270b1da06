-- What the peaks of stage_peaks are made of, by day, region and type: the minutes of the UTC day in which flights begin that are
-- counted under the day, beyond it those of the first hour of the day after, into which sixty minutes may reach; and the
-- seconds when flights rise and land that are in the air on the day, 0 for those of a day before. A flight is in the air for a minute at
-- least: one that took off and landed within a minute flew all the same. Days count from the year 1.
WITH whole AS (
    SELECT DISTINCT day FROM stage_peaks WHERE region_id IS NULL OR region_id = -1
), wanted AS (
    SELECT day, NULL::smallint AS region_id FROM whole
    UNION ALL
    SELECT day, region_id FROM stage_peaks WHERE day NOT IN (SELECT day FROM whole)
), looked_at AS (
    SELECT day, region_id, bool_or(own) AS own, bool_or(NOT own) AS before
    FROM (
        SELECT day, region_id, true AS own FROM wanted UNION ALL SELECT day + 1, region_id, false FROM wanted
    ) AS d
    GROUP BY day, region_id
), flights AS (
    SELECT d.day, d.own, d.before, f.region_id, f.uav_type, f.state, f.dep_dt, f.plan_dep_dt, f.arr_dt, f.hour
    FROM looked_at AS d
    JOIN core.flights AS f ON f.day = d.day
    WHERE d.region_id IS NULL
    UNION ALL
    SELECT d.day, d.own, d.before, f.region_id, f.uav_type, f.state, f.dep_dt, f.plan_dep_dt, f.arr_dt, f.hour
    FROM looked_at AS d
    JOIN core.flights AS f ON f.day = d.day AND f.region_id = d.region_id
    UNION ALL
    SELECT d.day, d.own, d.before, f.region_id, f.uav_type, f.state, f.dep_dt, f.plan_dep_dt, f.arr_dt, f.hour
    FROM looked_at AS d
    JOIN core.flights AS f ON f.day = d.day AND f.region_id IS NULL
    WHERE d.region_id = 0
), seconds AS (
    SELECT
        f.day - n.before AS day, f.region_id, f.uav_type, f.state = 'flown' AS flown,
        floor((date_part('epoch', coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt)) - m.midnight) / 60)::integer AS begins,
        CASE WHEN a.known THEN (date_part('epoch', f.dep_dt) - m.midnight)::integer END AS rises,
        CASE
            WHEN a.known
            THEN least(greatest(date_part('epoch', f.arr_dt), date_part('epoch', f.dep_dt) + 60) - m.midnight, 86400)::integer
        END AS lands
    FROM flights AS f
    JOIN (VALUES (0), (1)) AS n (before) ON CASE n.before WHEN 0 THEN f.own ELSE f.before AND f.hour = 0 END
    CROSS JOIN LATERAL (SELECT (f.day - n.before - date '1970-01-01') * 86400.0::float8 AS midnight OFFSET 0) AS m
    CROSS JOIN LATERAL (SELECT f.arr_dt >= f.dep_dt AND n.before = 0 AS known) AS a
    WHERE f.state <> 'cancelled'
    UNION ALL
    SELECT
        d.day, f.region_id, f.uav_type, true, NULL, 0,
        least(date_part('epoch', f.arr_dt) - (d.day - date '1970-01-01') * 86400.0::float8, 86400)::integer
    FROM core.flights AS f
    CROSS JOIN LATERAL generate_series(
        f.day + 1, (f.arr_dt AT TIME ZONE 'UTC')::date, interval '1 day'
    ) AS reached
    JOIN wanted AS d ON d.day = reached::date AND (d.region_id IS NULL OR d.region_id = coalesce(f.region_id, 0))
    WHERE f.dep_dt IS NOT NULL
      AND (f.arr_dt AT TIME ZONE 'UTC')::date > f.day
      AND f.arr_dt >= (SELECT min(day) FROM wanted)::timestamp AT TIME ZONE 'UTC'
      AND f.day < (SELECT max(day) FROM wanted)
      AND f.state <> 'cancelled'
)
SELECT
    day - date '0001-01-01' + 1 AS day, coalesce(region_id, 0) AS region_id, coalesce(uav_type, '') AS uav_type,
    coalesce(array_agg(begins) FILTER (WHERE begins IS NOT NULL), '{}') AS begins,
    coalesce(array_agg(begins) FILTER (WHERE begins IS NOT NULL AND flown), '{}') AS flown,
    coalesce(array_agg(rises) FILTER (WHERE rises IS NOT NULL), '{}') AS rises,
    coalesce(array_agg(lands) FILTER (WHERE rises IS NOT NULL), '{}') AS lands
FROM seconds
GROUP BY seconds.day, seconds.region_id, seconds.uav_type
ORDER BY 1
