-- The peak loads of the days of stage_days, from the flights. A peak lies at a moment, so a day's peak is the largest of
-- the parts of the day; the parts are cut at the midnights of UTC, of Moscow and of the region, and the days of every clock
-- are made of whole parts. The country has no clock of its own: its local days are Moscow's.
-- '*' is all types together, or flights of every state; peaks in the air need both times, so they are of flown flights.
SET LOCAL jit = off;
SET LOCAL work_mem = '64MB';

CREATE TEMP TABLE told_parts ON COMMIT DROP AS
WITH zones AS (
    SELECT region_id, time_zone FROM mart.regions
    UNION ALL
    SELECT region_id, 'Europe/Moscow' FROM (VALUES (0::smallint), (-1::smallint)) AS none (region_id)
), midnights AS (
    SELECT d.day, z.region_id, z.time_zone, e.at
    FROM stage_days AS d
    CROSS JOIN zones AS z
    CROSS JOIN LATERAL (
        SELECT unnest(ARRAY[0, 86400]) AS at
        UNION
        SELECT date_part('epoch', (d.day + n)::timestamp AT TIME ZONE zone - d.day::timestamp AT TIME ZONE 'UTC')::integer
        FROM unnest(ARRAY['Europe/Moscow', z.time_zone]) AS zone
        CROSS JOIN generate_series(0, 1) AS n
    ) AS e
    WHERE d.day > '-infinity' AND e.at BETWEEN 0 AND 86400
), parts AS (
    SELECT day, region_id, time_zone, at AS begins, lead(at) OVER (PARTITION BY day, region_id ORDER BY at) AS ends
    FROM midnights
)
SELECT
    day, region_id, begins, ends,
    (m.moment AT TIME ZONE 'Europe/Moscow')::date AS start_moscow, (m.moment AT TIME ZONE time_zone)::date AS start_local
FROM parts
CROSS JOIN LATERAL (
    SELECT day::timestamp AT TIME ZONE 'UTC' + make_interval(secs => begins) AS moment OFFSET 0
) AS m
WHERE ends IS NOT NULL;

-- Flights that begin on these days, and in the first hour of the day after, into which an hour may reach.
CREATE TEMP TABLE told_begins ON COMMIT DROP AS
SELECT
    f.day, coalesce(f.region_id, 0)::smallint AS region_id, coalesce(f.uav_type, '') AS uav_type,
    f.state = 'flown' AS flown, f.hour,
    ((f.day - date '1970-01-01') * 1440
        + date_part('epoch', coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) - f.day::timestamp AT TIME ZONE 'UTC')::integer / 60)
        AS minute
FROM core.flights AS f
JOIN (
    SELECT day, 24 AS upto FROM stage_days
    UNION ALL
    SELECT day + 1, 1 FROM stage_days AS d
    WHERE day > '-infinity' AND NOT EXISTS (SELECT FROM stage_days AS n WHERE n.day = d.day + 1)
) AS d ON d.day = f.day AND f.hour < d.upto
WHERE f.state <> 'cancelled';

-- The fullest clock hour, the earliest of equals: count and moment travel as one number, so that no sort is needed.
CREATE TEMP TABLE told_hours ON COMMIT DROP AS
WITH hours AS (
    SELECT
        day, hour,
        CASE WHEN grouping(region_id) = 1 THEN -1 ELSE region_id END AS region_id,
        CASE WHEN grouping(uav_type) = 1 THEN '*' ELSE uav_type END AS uav_type,
        count(*)::bigint AS n, count(*) FILTER (WHERE flown)::bigint AS flown
    FROM told_begins
    GROUP BY GROUPING SETS (
        (day, hour, region_id, uav_type), (day, hour, region_id), (day, hour, uav_type), (day, hour)
    )
)
SELECT
    p.day AS start, p.start_moscow, p.start_local, p.region_id, h.uav_type,
    max(h.n * 86401 + 86400 - h.hour * 3600) AS best, max(h.flown * 86401 + 86400 - h.hour * 3600) AS best_flown
FROM hours AS h
JOIN told_parts AS p
    ON p.day = h.day AND p.region_id = h.region_id AND h.hour * 3600 >= p.begins AND h.hour * 3600 < p.ends
GROUP BY p.day, p.start_moscow, p.start_local, p.region_id, h.uav_type;

-- The fullest sixty minutes, whenever they begin. They begin with a flight, and belong to the day in which they begin.
CREATE TEMP TABLE told_sliding ON COMMIT DROP AS
WITH counted AS (
    SELECT
        day, region_id, uav_type, flown, minute,
        count(*) OVER by_both AS n_both, count(*) FILTER (WHERE flown) OVER by_both AS flown_both,
        count(*) OVER by_region AS n_region, count(*) FILTER (WHERE flown) OVER by_region AS flown_region,
        count(*) OVER by_type AS n_type, count(*) FILTER (WHERE flown) OVER by_type AS flown_type,
        count(*) OVER by_none AS n_none, count(*) FILTER (WHERE flown) OVER by_none AS flown_none
    FROM told_begins
    WINDOW
        by_both AS (PARTITION BY region_id, uav_type ORDER BY minute RANGE BETWEEN CURRENT ROW AND 59 FOLLOWING),
        by_region AS (PARTITION BY region_id ORDER BY minute RANGE BETWEEN CURRENT ROW AND 59 FOLLOWING),
        by_type AS (PARTITION BY uav_type ORDER BY minute RANGE BETWEEN CURRENT ROW AND 59 FOLLOWING),
        by_none AS (ORDER BY minute RANGE BETWEEN CURRENT ROW AND 59 FOLLOWING)
), levels AS (
    SELECT
        c.day, e.region_id, e.uav_type, (c.minute - (c.day - date '1970-01-01') * 1440) * 60 AS at, e.n,
        CASE WHEN c.flown THEN e.flown END AS flown
    FROM counted AS c
    CROSS JOIN LATERAL (
        VALUES
            (c.region_id, c.uav_type, c.n_both, c.flown_both), (c.region_id, '*', c.n_region, c.flown_region),
            ((-1)::smallint, c.uav_type, c.n_type, c.flown_type), ((-1)::smallint, '*', c.n_none, c.flown_none)
    ) AS e (region_id, uav_type, n, flown)
)
SELECT
    p.day AS start, p.start_moscow, p.start_local, p.region_id, l.uav_type,
    max(l.n * 86401 + 86400 - l.at) AS best, max(l.flown * 86401 + 86400 - l.at) AS best_flown
FROM levels AS l
JOIN told_parts AS p ON p.day = l.day AND p.region_id = l.region_id AND l.at >= p.begins AND l.at < p.ends
GROUP BY p.day, p.start_moscow, p.start_local, p.region_id, l.uav_type;

-- In the air at once: a sweep over take-offs and landings, each flight cut where a part of a day ends, so that every part
-- stands alone. Flights of the days before that are still in the air take part. A flight is in the air for a minute at
-- least: one that took off and landed within a minute flew all the same. Times are seconds of the UTC day.
CREATE TEMP TABLE told_steps ON COMMIT DROP AS
WITH aloft AS (
    SELECT f.day, f.region_id, f.uav_type, f.dep_dt, f.arr_dt
    FROM stage_days AS d
    JOIN core.flights AS f ON f.day = d.day
    WHERE f.state <> 'cancelled' AND f.arr_dt >= f.dep_dt AND (f.arr_dt AT TIME ZONE 'UTC')::date = f.day
    UNION ALL
    SELECT d.day, f.region_id, f.uav_type, f.dep_dt, f.arr_dt
    FROM core.flights AS f
    JOIN stage_days AS d ON d.day BETWEEN f.day AND (f.arr_dt AT TIME ZONE 'UTC')::date
    WHERE f.dep_dt IS NOT NULL
      AND (f.arr_dt AT TIME ZONE 'UTC')::date > f.day
      AND f.arr_dt >= (SELECT min(day) FROM stage_days WHERE day > '-infinity')::timestamp AT TIME ZONE 'UTC'
      AND f.state <> 'cancelled'
), seconds AS (
    SELECT
        day, coalesce(region_id, 0) AS region_id, coalesce(uav_type, '') AS uav_type,
        date_part('epoch', dep_dt) - midnight AS rises,
        date_part('epoch', greatest(arr_dt, dep_dt + interval '1 minute')) - midnight AS lands
    FROM aloft
    CROSS JOIN LATERAL (SELECT (day - date '1970-01-01') * 86400.0::float8 AS midnight OFFSET 0) AS m
)
SELECT p.day, p.start_moscow, p.start_local, p.region_id, s.uav_type, e.at, e.step
FROM seconds AS s
JOIN told_parts AS p
    ON p.day = s.day AND p.region_id = s.region_id AND s.rises < p.ends AND s.lands > p.begins
CROSS JOIN LATERAL (
    VALUES (greatest(s.rises, p.begins)::integer, 1), (least(s.lands, p.ends)::integer, -1)
) AS e (at, step);

-- Each day begins and ends with nothing in the air, so a running sum over it is enough; who lands goes before who rises.
-- Only where one rises can a level be the highest: at a cut, where all land and rise again, the sums between mean nothing.
CREATE TEMP TABLE told_aloft ON COMMIT DROP AS
WITH levels AS (
    SELECT
        day, start_moscow, start_local, region_id, uav_type, at, step,
        sum(step) OVER (PARTITION BY day, region_id, uav_type ORDER BY at, step ROWS UNBOUNDED PRECEDING) AS n_both,
        sum(step) OVER (PARTITION BY day, region_id ORDER BY at, step ROWS UNBOUNDED PRECEDING) AS n_region,
        sum(step) OVER (PARTITION BY day, uav_type ORDER BY at, step ROWS UNBOUNDED PRECEDING) AS n_type,
        sum(step) OVER (PARTITION BY day ORDER BY at, step ROWS UNBOUNDED PRECEDING) AS n_none
    FROM told_steps
)
SELECT
    l.day AS start, l.start_moscow, e.start_local, e.region_id, e.uav_type, max(e.n * 86401 + 86400 - l.at) AS best
FROM levels AS l
CROSS JOIN LATERAL (
    VALUES
        (l.start_local, l.region_id, l.uav_type, l.n_both), (l.start_local, l.region_id, '*', l.n_region),
        (l.start_moscow, (-1)::smallint, l.uav_type, l.n_type), (l.start_moscow, (-1)::smallint, '*', l.n_none)
) AS e (start_local, region_id, uav_type, n)
WHERE l.step = 1
GROUP BY l.day, l.start_moscow, e.start_local, e.region_id, e.uav_type;

DELETE FROM mart.flight_peaks AS p USING stage_days AS d WHERE p.start = d.day AND p.span = 'day';

INSERT INTO mart.flight_peaks (
    span, start, start_moscow, start_local, region_id, uav_type, state,
    peak_hour, peak_hour_at, peak_sliding, peak_sliding_at, peak_airborne, peak_airborne_at
)
SELECT
    'day', start, start_moscow, start_local, region_id, uav_type, s.state,
    s.hour / 86401, midnight + make_interval(secs => (86400 - s.hour % 86401)::integer),
    s.sliding / 86401, midnight + make_interval(secs => (86400 - s.sliding % 86401)::integer),
    coalesce(a.best / 86401, 0), midnight + make_interval(secs => (86400 - a.best % 86401)::integer)
FROM told_hours AS h
FULL JOIN told_sliding AS w USING (start, start_moscow, start_local, region_id, uav_type)
FULL JOIN told_aloft AS a USING (start, start_moscow, start_local, region_id, uav_type)
CROSS JOIN LATERAL (SELECT start::timestamp AT TIME ZONE 'UTC' AS midnight) AS m
CROSS JOIN LATERAL (
    VALUES ('*', coalesce(h.best, 0), coalesce(w.best, 0)), ('flown', coalesce(h.best_flown, 0), coalesce(w.best_flown, 0))
) AS s (state, hour, sliding);

DROP TABLE told_parts, told_begins, told_hours, told_sliding, told_steps, told_aloft;
