-- mart.flight_peaks: what shared/stats/peaks.py reads and forgets, and the peaks of months and years.

-- name: forget_day_peaks
DELETE FROM mart.flight_peaks AS c
USING stage_peaks AS p
WHERE c.span = 'day' AND c.start = p.day AND (p.region_id IS NULL OR c.region_id = p.region_id)

-- name: day_parts
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

-- name: peak_flights
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

-- name: forget_peaks
-- $1 month or year: forget those that hold a day of stage_days
DELETE FROM mart.flight_peaks AS c
WHERE c.span = $1::text
  AND c.start IN (SELECT date_trunc($1::text, day::timestamp)::date FROM stage_days WHERE day > '-infinity')

-- name: peak_span
-- The peaks of the months that hold a day of stage_days from their days, or of the years from their months.
-- $1 month or year, $2 what it is made of: day or month
WITH spans AS (
    SELECT DISTINCT
        date_trunc($1::text, day::timestamp)::date AS first,
        (date_trunc($1::text, day::timestamp) + ('1 ' || $1::text)::interval)::date AS until
    FROM stage_days
    WHERE day > '-infinity'
), parts AS (
    SELECT
        s.first, date_trunc($1::text, p.start_moscow::timestamp)::date AS first_moscow,
        date_trunc($1::text, p.start_local::timestamp)::date AS first_local, p.region_id, p.uav_type,
        mart.peak(peak_hour, peak_hour_at) AS hour, mart.peak(peak_sliding, peak_sliding_at) AS sliding,
        mart.peak(peak_airborne, peak_airborne_at) AS airborne,
        CASE WHEN flown_hour IS NULL THEN mart.peak(peak_hour, peak_hour_at) ELSE mart.peak(flown_hour, flown_hour_at) END
            AS flown_hour,
        CASE
            WHEN flown_sliding IS NULL THEN mart.peak(peak_sliding, peak_sliding_at)
            ELSE mart.peak(flown_sliding, flown_sliding_at)
        END AS flown_sliding
    FROM spans AS s
    JOIN mart.flight_peaks AS p ON p.span = $2::text AND p.start >= s.first AND p.start < s.until
), peaks AS (
    SELECT
        first, first_moscow, first_local, region_id, uav_type, coalesce(max(hour), 0) AS hour,
        coalesce(max(sliding), 0) AS sliding, coalesce(max(airborne), 0) AS airborne,
        coalesce(max(flown_hour), 0) AS flown_hour, coalesce(max(flown_sliding), 0) AS flown_sliding
    FROM parts
    GROUP BY first, first_moscow, first_local, region_id, uav_type
)
INSERT INTO mart.flight_peaks (
    span, start, start_moscow, start_local, region_id, uav_type, peak_hour, peak_hour_at, peak_sliding, peak_sliding_at,
    peak_airborne, peak_airborne_at, flown_hour, flown_hour_at, flown_sliding, flown_sliding_at
)
SELECT
    $1::text, first, first_moscow, first_local, region_id, uav_type,
    mart.peak_n(hour), mart.peak_at(hour), mart.peak_n(sliding), mart.peak_at(sliding),
    mart.peak_n(airborne), mart.peak_at(airborne),
    CASE WHEN flown_hour <> hour THEN mart.peak_n(flown_hour) END,
    CASE WHEN flown_hour <> hour THEN mart.peak_at(flown_hour) END,
    CASE WHEN flown_sliding <> sliding THEN mart.peak_n(flown_sliding) END,
    CASE WHEN flown_sliding <> sliding THEN mart.peak_at(flown_sliding) END
FROM peaks

-- name: changed_peaks
-- The days and regions whose peaks a change may have changed: those in which flights begin, rise or land otherwise. The fullest
-- sixty minutes of the day before may reach into a day.
INSERT INTO stage_peaks (day, region_id)
WITH moved AS (
    SELECT region_id, start, dep_dt, arr_dt
    FROM flight_changes
    WHERE state <> 'cancelled' AND start > '-infinity'
    GROUP BY region_id, uav_type, state = 'flown', start, dep_dt, arr_dt, moment
    HAVING sum(sign) <> 0
    UNION ALL
    SELECT -1, start, dep_dt, arr_dt
    FROM flight_changes
    WHERE state <> 'cancelled' AND start > '-infinity' AND of_country
    GROUP BY uav_type, state = 'flown', start, dep_dt, arr_dt, moment
    HAVING sum(sign) <> 0
)
SELECT DISTINCT reached::date, region_id
FROM moved
CROSS JOIN LATERAL generate_series(
    start - 1, greatest(start, CASE WHEN dep_dt IS NOT NULL THEN (arr_dt AT TIME ZONE 'UTC')::date END), interval '1 day'
) AS reached;

INSERT INTO stage_days SELECT day FROM stage_peaks UNION SELECT start FROM flight_changes ON CONFLICT DO NOTHING;

ANALYZE stage_days, stage_peaks
