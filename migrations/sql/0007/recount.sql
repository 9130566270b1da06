-- Count everything with the roll-ups of this version. The tables are empty.
CREATE TEMP TABLE stage_days (day date PRIMARY KEY) ON COMMIT DROP;
INSERT INTO stage_days
SELECT DISTINCT coalesce(day, '-infinity') FROM core.flights
UNION
SELECT later::date
FROM core.flights AS f
CROSS JOIN LATERAL generate_series(f.day + 1, (f.arr_dt AT TIME ZONE 'UTC')::date, interval '1 day') AS later
WHERE f.dep_dt IS NOT NULL AND (f.arr_dt AT TIME ZONE 'UTC')::date > f.day;

-- Count the days of stage_days anew, straight from the flights; -infinity there stands for flights without a day. Days are
-- UTC days; what is counted of one is kept apart by the Moscow day and the local day it belongs to as well, so that the
-- days of every clock are sums of these rows. The merge lock is held, so nobody else counts at the same time.
SET LOCAL jit = off;
SET LOCAL work_mem = '64MB';

CREATE TEMP TABLE told ON COMMIT DROP AS
WITH dated AS (
    SELECT f.*, f.day AS start
    FROM stage_days AS d
    JOIN core.flights AS f ON f.day = d.day
    UNION ALL
    SELECT f.*, '-infinity'
    FROM core.flights AS f
    WHERE f.day IS NULL AND EXISTS (SELECT FROM stage_days WHERE day = '-infinity')
), timed AS (
    SELECT f.*, coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AS moment, coalesce(f.time_zone, r.time_zone) AS place_zone
    FROM dated AS f
    LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
)
SELECT
    f.start,
    coalesce(CASE WHEN f.start > '-infinity' THEN l.moscow::date END, f.start) AS start_moscow,
    coalesce(CASE WHEN f.start > '-infinity' THEN coalesce(l.local, l.moscow)::date END, f.start) AS start_local,
    coalesce(f.region_id, 0)::smallint AS region_id,
    coalesce(f.uav_type, '') AS uav_type,
    f.state, f.region_match, f.operator_kind,
    coalesce(f.uav_count, 1) AS aircraft,
    f.dep_dt, f.arr_dt, f.duration_min, f.plan_duration_min,
    (date_part('isodow', l.local)::integer - 1) * 24 + date_part('hour', l.local)::integer AS slot
FROM (SELECT * FROM timed OFFSET 0) AS f
CROSS JOIN LATERAL (
    SELECT f.moment AT TIME ZONE 'Europe/Moscow' AS moscow, f.moment AT TIME ZONE f.place_zone AS local OFFSET 0
) AS l;

DELETE FROM mart.flight_counts AS c
USING stage_days AS d
WHERE c.start = d.day AND c.span = CASE WHEN d.day = '-infinity' THEN 'undated' ELSE 'day' END;

INSERT INTO mart.flight_counts (
    span, start, start_moscow, start_local, region_id, uav_type, state, flights, aircraft, with_dep, with_arr, near_border, outside, unplaced, by_state, by_organisation, by_entrepreneur, by_person, by_unknown, timed, minutes, plan_timed, plan_minutes, durations, plan_durations, slots
)
SELECT
    CASE WHEN start = '-infinity' THEN 'undated' ELSE 'day' END, start, start_moscow, start_local,
    region_id, uav_type, state, count(*),
    coalesce(sum(aircraft), 0), count(dep_dt), count(arr_dt), count(*) FILTER (WHERE region_match = 'near_border'), count(*) FILTER (WHERE region_match = 'outside'), count(*) FILTER (WHERE region_match = 'none'), count(*) FILTER (WHERE operator_kind = 'state'), count(*) FILTER (WHERE operator_kind = 'organisation'), count(*) FILTER (WHERE operator_kind = 'entrepreneur'), count(*) FILTER (WHERE operator_kind = 'person'), count(*) FILTER (WHERE operator_kind = 'unknown'), count(duration_min), coalesce(sum(duration_min), 0), count(plan_duration_min), coalesce(sum(plan_duration_min), 0),
    array_agg(duration_min) FILTER (WHERE duration_min IS NOT NULL AND state <> 'cancelled'),
    array_agg(plan_duration_min) FILTER (WHERE plan_duration_min IS NOT NULL AND state <> 'cancelled'),
    array_agg(slot) FILTER (WHERE slot IS NOT NULL AND state <> 'cancelled')
FROM told
GROUP BY start, start_moscow, start_local, region_id, uav_type, state;

-- The whole country: the sums of its regions. Its distributions are long lists of few values, so they are counted.
INSERT INTO mart.flight_counts (
    span, start, start_moscow, start_local, region_id, uav_type, state, flights, aircraft, with_dep, with_arr, near_border, outside, unplaced, by_state, by_organisation, by_entrepreneur, by_person, by_unknown, timed, minutes, plan_timed, plan_minutes,
    durations, durations_n, plan_durations, plan_durations_n, slots, slots_n
)
WITH parts AS MATERIALIZED (
    SELECT c.*
    FROM mart.flight_counts AS c
    JOIN stage_days AS d ON d.day = c.start
    WHERE c.span = CASE WHEN d.day = '-infinity' THEN 'undated' ELSE 'day' END
), sums AS (
    SELECT span, start, start_moscow, start_local, uav_type, state, sum(flights) AS flights, sum(aircraft) AS aircraft, sum(with_dep) AS with_dep, sum(with_arr) AS with_arr, sum(near_border) AS near_border, sum(outside) AS outside, sum(unplaced) AS unplaced, sum(by_state) AS by_state, sum(by_organisation) AS by_organisation, sum(by_entrepreneur) AS by_entrepreneur, sum(by_person) AS by_person, sum(by_unknown) AS by_unknown, sum(timed) AS timed, sum(minutes) AS minutes, sum(plan_timed) AS plan_timed, sum(plan_minutes) AS plan_minutes
    FROM parts
    GROUP BY span, start, start_moscow, start_local, uav_type, state
), counted AS (
    SELECT start, start_moscow, start_local, uav_type, state, kind, value, count(*)::integer AS n
    FROM (
        SELECT start, start_moscow, start_local, uav_type, state, 1 AS kind, unnest(durations) AS value FROM parts
        UNION ALL
        SELECT start, start_moscow, start_local, uav_type, state, 2, unnest(plan_durations) FROM parts
        UNION ALL
        SELECT start, start_moscow, start_local, uav_type, state, 3, unnest(slots) FROM parts
    ) AS listed
    GROUP BY start, start_moscow, start_local, uav_type, state, kind, value
), shapes AS (
    SELECT
        start, start_moscow, start_local, uav_type, state,
        array_agg(value) FILTER (WHERE kind = 1) AS durations, array_agg(n) FILTER (WHERE kind = 1) AS durations_n,
        array_agg(value) FILTER (WHERE kind = 2) AS plan_durations,
        array_agg(n) FILTER (WHERE kind = 2) AS plan_durations_n,
        array_agg(value) FILTER (WHERE kind = 3) AS slots, array_agg(n) FILTER (WHERE kind = 3) AS slots_n
    FROM counted
    GROUP BY start, start_moscow, start_local, uav_type, state
)
SELECT
    span, start, start_moscow, start_local, -1, uav_type, state, flights, aircraft, with_dep, with_arr, near_border, outside, unplaced, by_state, by_organisation, by_entrepreneur, by_person, by_unknown, timed, minutes, plan_timed, plan_minutes,
    durations, durations_n, plan_durations, plan_durations_n, slots, slots_n
FROM sums
LEFT JOIN shapes USING (start, start_moscow, start_local, uav_type, state);

DROP TABLE told;

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

-- Sum up the months that hold a day of stage_days from their days, or the years from their months. What another clock
-- counts to the month before or after stays apart, as in the rows of days.
INSERT INTO mart.flight_counts (
    span, start, start_moscow, start_local, region_id, uav_type, state, flights, aircraft, with_dep, with_arr, near_border, outside, unplaced, by_state, by_organisation, by_entrepreneur, by_person, by_unknown, timed, minutes, plan_timed, plan_minutes,
    durations, durations_n, plan_durations, plan_durations_n, slots, slots_n
)
WITH spans AS (
    SELECT DISTINCT date_trunc('month', day::timestamp)::date AS first FROM stage_days WHERE day > '-infinity'
), parts AS MATERIALIZED (
    SELECT
        s.first, date_trunc('month', c.start_moscow::timestamp)::date AS first_moscow,
        date_trunc('month', c.start_local::timestamp)::date AS first_local, c.*
    FROM spans AS s
    JOIN mart.flight_counts AS c
        ON c.span = 'day' AND c.start >= s.first AND c.start < s.first + interval '1 month'
), sums AS (
    SELECT first, first_moscow, first_local, region_id, uav_type, state, sum(flights) AS flights, sum(aircraft) AS aircraft, sum(with_dep) AS with_dep, sum(with_arr) AS with_arr, sum(near_border) AS near_border, sum(outside) AS outside, sum(unplaced) AS unplaced, sum(by_state) AS by_state, sum(by_organisation) AS by_organisation, sum(by_entrepreneur) AS by_entrepreneur, sum(by_person) AS by_person, sum(by_unknown) AS by_unknown, sum(timed) AS timed, sum(minutes) AS minutes, sum(plan_timed) AS plan_timed, sum(plan_minutes) AS plan_minutes
    FROM parts
    GROUP BY first, first_moscow, first_local, region_id, uav_type, state
), listed AS (
    SELECT first, first_moscow, first_local, region_id, uav_type, state, 1 AS kind,
        unnest(durations) AS value, unnest(durations_n) AS n
    FROM parts
    UNION ALL
    SELECT first, first_moscow, first_local, region_id, uav_type, state, 2, unnest(plan_durations), unnest(plan_durations_n)
    FROM parts
    UNION ALL
    SELECT first, first_moscow, first_local, region_id, uav_type, state, 3, unnest(slots), unnest(slots_n) FROM parts
), counted AS (
    SELECT
        first, first_moscow, first_local, region_id, uav_type, state, kind, value, sum(coalesce(n, 1))::integer AS n
    FROM listed
    GROUP BY first, first_moscow, first_local, region_id, uav_type, state, kind, value
), shapes AS (
    SELECT
        first, first_moscow, first_local, region_id, uav_type, state,
        array_agg(value) FILTER (WHERE kind = 1) AS durations, array_agg(n) FILTER (WHERE kind = 1) AS durations_n,
        array_agg(value) FILTER (WHERE kind = 2) AS plan_durations,
        array_agg(n) FILTER (WHERE kind = 2) AS plan_durations_n,
        array_agg(value) FILTER (WHERE kind = 3) AS slots, array_agg(n) FILTER (WHERE kind = 3) AS slots_n
    FROM counted
    GROUP BY first, first_moscow, first_local, region_id, uav_type, state
)
SELECT
    'month', first, first_moscow, first_local, region_id, uav_type, state, flights, aircraft, with_dep, with_arr, near_border, outside, unplaced, by_state, by_organisation, by_entrepreneur, by_person, by_unknown, timed, minutes, plan_timed, plan_minutes,
    durations, durations_n, plan_durations, plan_durations_n, slots, slots_n
FROM sums
LEFT JOIN shapes USING (first, first_moscow, first_local, region_id, uav_type, state);

-- The peaks of the months that hold a day of stage_days from their days, or of the years from their months.
WITH spans AS (
    SELECT DISTINCT date_trunc('month', day::timestamp)::date AS first FROM stage_days WHERE day > '-infinity'
), parts AS MATERIALIZED (
    SELECT
        s.first, date_trunc('month', p.start_moscow::timestamp)::date AS first_moscow,
        date_trunc('month', p.start_local::timestamp)::date AS first_local, p.region_id, p.uav_type, p.state,
        -- Count and moment travel as one number: the most flights, and the earliest of equals.
        p.peak_hour * 10000000000 + 9999999999 - date_part('epoch', p.peak_hour_at)::bigint AS hour_best,
        p.peak_sliding * 10000000000 + 9999999999 - date_part('epoch', p.peak_sliding_at)::bigint AS sliding_best,
        p.peak_airborne * 10000000000 + 9999999999 - date_part('epoch', p.peak_airborne_at)::bigint AS airborne_best
    FROM spans AS s
    JOIN mart.flight_peaks AS p
        ON p.span = 'day' AND p.start >= s.first AND p.start < s.first + interval '1 month'
), sums AS (
    SELECT
        first, first_moscow, first_local, region_id, uav_type, state,
        max(hour_best) AS hour_best, max(sliding_best) AS sliding_best, max(airborne_best) AS airborne_best
    FROM parts
    GROUP BY first, first_moscow, first_local, region_id, uav_type, state
)
INSERT INTO mart.flight_peaks (
    span, start, start_moscow, start_local, region_id, uav_type, state,
    peak_hour, peak_hour_at, peak_sliding, peak_sliding_at, peak_airborne, peak_airborne_at
)
SELECT
    'month', first, first_moscow, first_local, region_id, uav_type, state,
    coalesce(hour_best / 10000000000, 0), to_timestamp(9999999999 - hour_best % 10000000000),
    coalesce(sliding_best / 10000000000, 0), to_timestamp(9999999999 - sliding_best % 10000000000),
    coalesce(airborne_best / 10000000000, 0), to_timestamp(9999999999 - airborne_best % 10000000000)
FROM sums;

-- Sum up the months that hold a day of stage_days from their days, or the years from their months. What another clock
-- counts to the month before or after stays apart, as in the rows of days.
INSERT INTO mart.flight_counts (
    span, start, start_moscow, start_local, region_id, uav_type, state, flights, aircraft, with_dep, with_arr, near_border, outside, unplaced, by_state, by_organisation, by_entrepreneur, by_person, by_unknown, timed, minutes, plan_timed, plan_minutes,
    durations, durations_n, plan_durations, plan_durations_n, slots, slots_n
)
WITH spans AS (
    SELECT DISTINCT date_trunc('year', day::timestamp)::date AS first FROM stage_days WHERE day > '-infinity'
), parts AS MATERIALIZED (
    SELECT
        s.first, date_trunc('year', c.start_moscow::timestamp)::date AS first_moscow,
        date_trunc('year', c.start_local::timestamp)::date AS first_local, c.*
    FROM spans AS s
    JOIN mart.flight_counts AS c
        ON c.span = 'month' AND c.start >= s.first AND c.start < s.first + interval '1 year'
), sums AS (
    SELECT first, first_moscow, first_local, region_id, uav_type, state, sum(flights) AS flights, sum(aircraft) AS aircraft, sum(with_dep) AS with_dep, sum(with_arr) AS with_arr, sum(near_border) AS near_border, sum(outside) AS outside, sum(unplaced) AS unplaced, sum(by_state) AS by_state, sum(by_organisation) AS by_organisation, sum(by_entrepreneur) AS by_entrepreneur, sum(by_person) AS by_person, sum(by_unknown) AS by_unknown, sum(timed) AS timed, sum(minutes) AS minutes, sum(plan_timed) AS plan_timed, sum(plan_minutes) AS plan_minutes
    FROM parts
    GROUP BY first, first_moscow, first_local, region_id, uav_type, state
), listed AS (
    SELECT first, first_moscow, first_local, region_id, uav_type, state, 1 AS kind,
        unnest(durations) AS value, unnest(durations_n) AS n
    FROM parts
    UNION ALL
    SELECT first, first_moscow, first_local, region_id, uav_type, state, 2, unnest(plan_durations), unnest(plan_durations_n)
    FROM parts
    UNION ALL
    SELECT first, first_moscow, first_local, region_id, uav_type, state, 3, unnest(slots), unnest(slots_n) FROM parts
), counted AS (
    SELECT
        first, first_moscow, first_local, region_id, uav_type, state, kind, value, sum(coalesce(n, 1))::integer AS n
    FROM listed
    GROUP BY first, first_moscow, first_local, region_id, uav_type, state, kind, value
), shapes AS (
    SELECT
        first, first_moscow, first_local, region_id, uav_type, state,
        array_agg(value) FILTER (WHERE kind = 1) AS durations, array_agg(n) FILTER (WHERE kind = 1) AS durations_n,
        array_agg(value) FILTER (WHERE kind = 2) AS plan_durations,
        array_agg(n) FILTER (WHERE kind = 2) AS plan_durations_n,
        array_agg(value) FILTER (WHERE kind = 3) AS slots, array_agg(n) FILTER (WHERE kind = 3) AS slots_n
    FROM counted
    GROUP BY first, first_moscow, first_local, region_id, uav_type, state
)
SELECT
    'year', first, first_moscow, first_local, region_id, uav_type, state, flights, aircraft, with_dep, with_arr, near_border, outside, unplaced, by_state, by_organisation, by_entrepreneur, by_person, by_unknown, timed, minutes, plan_timed, plan_minutes,
    durations, durations_n, plan_durations, plan_durations_n, slots, slots_n
FROM sums
LEFT JOIN shapes USING (first, first_moscow, first_local, region_id, uav_type, state);

-- The peaks of the months that hold a day of stage_days from their days, or of the years from their months.
WITH spans AS (
    SELECT DISTINCT date_trunc('year', day::timestamp)::date AS first FROM stage_days WHERE day > '-infinity'
), parts AS MATERIALIZED (
    SELECT
        s.first, date_trunc('year', p.start_moscow::timestamp)::date AS first_moscow,
        date_trunc('year', p.start_local::timestamp)::date AS first_local, p.region_id, p.uav_type, p.state,
        -- Count and moment travel as one number: the most flights, and the earliest of equals.
        p.peak_hour * 10000000000 + 9999999999 - date_part('epoch', p.peak_hour_at)::bigint AS hour_best,
        p.peak_sliding * 10000000000 + 9999999999 - date_part('epoch', p.peak_sliding_at)::bigint AS sliding_best,
        p.peak_airborne * 10000000000 + 9999999999 - date_part('epoch', p.peak_airborne_at)::bigint AS airborne_best
    FROM spans AS s
    JOIN mart.flight_peaks AS p
        ON p.span = 'month' AND p.start >= s.first AND p.start < s.first + interval '1 year'
), sums AS (
    SELECT
        first, first_moscow, first_local, region_id, uav_type, state,
        max(hour_best) AS hour_best, max(sliding_best) AS sliding_best, max(airborne_best) AS airborne_best
    FROM parts
    GROUP BY first, first_moscow, first_local, region_id, uav_type, state
)
INSERT INTO mart.flight_peaks (
    span, start, start_moscow, start_local, region_id, uav_type, state,
    peak_hour, peak_hour_at, peak_sliding, peak_sliding_at, peak_airborne, peak_airborne_at
)
SELECT
    'year', first, first_moscow, first_local, region_id, uav_type, state,
    coalesce(hour_best / 10000000000, 0), to_timestamp(9999999999 - hour_best % 10000000000),
    coalesce(sliding_best / 10000000000, 0), to_timestamp(9999999999 - sliding_best % 10000000000),
    coalesce(airborne_best / 10000000000, 0), to_timestamp(9999999999 - airborne_best % 10000000000)
FROM sums;

-- Days with a flight do not add up over types, regions or parts of a day, so they are counted by clock: of the months that
-- a day of stage_days touches by any clock from the days, of their years from the months. '*' is all types together.
CREATE TEMP TABLE told_months ON COMMIT DROP AS
SELECT DISTINCT date_trunc('month', (day + n)::timestamp)::date AS start
FROM stage_days
CROSS JOIN generate_series(-1, 1) AS n
WHERE day > '-infinity';

DELETE FROM mart.flight_days WHERE span = 'month' AND start IN (SELECT start FROM told_months);

INSERT INTO mart.flight_days (span, clock, start, region_id, uav_type, days, flown_days)
SELECT
    'month', k.clock, m.start, c.region_id, CASE WHEN grouping(c.uav_type) = 1 THEN '*' ELSE c.uav_type END,
    count(DISTINCT k.day), count(DISTINCT k.day) FILTER (WHERE c.state = 'flown')
FROM told_months AS m
JOIN mart.flight_counts AS c
    ON c.span = 'day' AND c.start BETWEEN m.start - 1 AND (m.start + interval '1 month')::date AND c.state <> 'cancelled'
CROSS JOIN LATERAL (
    VALUES ('utc', c.start), ('moscow', c.start_moscow), ('local', c.start_local)
) AS k (clock, day)
WHERE date_trunc('month', k.day::timestamp)::date = m.start
GROUP BY k.clock, m.start, c.region_id, GROUPING SETS ((c.uav_type), ());

DELETE FROM mart.flight_days
WHERE span = 'year' AND start IN (SELECT date_trunc('year', start::timestamp)::date FROM told_months);

INSERT INTO mart.flight_days (span, clock, start, region_id, uav_type, days, flown_days)
SELECT 'year', d.clock, y.start, d.region_id, d.uav_type, sum(d.days), sum(d.flown_days)
FROM (SELECT DISTINCT date_trunc('year', start::timestamp)::date AS start FROM told_months) AS y
JOIN mart.flight_days AS d
    ON d.span = 'month' AND d.start >= y.start AND d.start < y.start + interval '1 year'
GROUP BY d.clock, y.start, d.region_id, d.uav_type;

DROP TABLE told_months;

-- Count the map's cells of the months of stage_days anew: level 20, 38 m wide at the equator, from the flights, level 9
-- from level 20.
CREATE TEMP TABLE told_months ON COMMIT DROP AS
SELECT DISTINCT date_trunc('month', day::timestamp)::date AS start FROM stage_days WHERE day > '-infinity';

DELETE FROM mart.flight_cells WHERE start IN (SELECT start FROM told_months);

CREATE TEMP TABLE told_cells ON COMMIT DROP AS
SELECT
    start, start_moscow, start_local, region_id, uav_type, x, y,
    count(*)::integer AS flights, count(*) FILTER (WHERE flown)::integer AS flown
FROM (
    SELECT
        m.start,
        coalesce(date_trunc('month', l.moscow)::date, m.start) AS start_moscow,
        coalesce(date_trunc('month', coalesce(l.local, l.moscow))::date, m.start) AS start_local,
        coalesce(f.region_id, 0)::smallint AS region_id, coalesce(f.uav_type, '') AS uav_type,
        f.state = 'flown' AS flown,
        mart.cell_x(ST_X(f.position), 20) AS x, mart.cell_y(ST_Y(f.position), 20) AS y
    FROM told_months AS m
    JOIN core.flights AS f ON f.day >= m.start AND f.day < m.start + interval '1 month'
    LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
    CROSS JOIN LATERAL (
        SELECT
            coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AT TIME ZONE 'Europe/Moscow' AS moscow,
            coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AT TIME ZONE coalesce(f.time_zone, r.time_zone) AS local
        OFFSET 0
    ) AS l
    WHERE f.position IS NOT NULL AND f.state <> 'cancelled'
) AS placed
GROUP BY x, y, start, start_moscow, start_local, region_id, uav_type;

INSERT INTO mart.flight_cells (start, start_moscow, start_local, level, x, y, region_id, uav_type, flights, flown)
SELECT start, start_moscow, start_local, 20, x, y, region_id, uav_type, flights, flown
FROM told_cells
UNION ALL
SELECT start, start_moscow, start_local, 9, x >> 11, y >> 11, region_id, uav_type, sum(flights), sum(flown)
FROM told_cells
GROUP BY start, start_moscow, start_local, x >> 11, y >> 11, region_id, uav_type;

DROP TABLE told_months, told_cells;

INSERT INTO mart.revision AS r (number, counted_at) VALUES (1, clock_timestamp())
ON CONFLICT (single) DO UPDATE SET number = r.number + 1, counted_at = excluded.counted_at;

DROP TABLE stage_days;
