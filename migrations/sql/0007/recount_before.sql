-- The roll-ups of flights that were there before the roll-ups were: every day is counted, then months and years.
CREATE TEMP TABLE stage_days (day date PRIMARY KEY) ON COMMIT DROP;
INSERT INTO stage_days SELECT DISTINCT coalesce(day, '-infinity') FROM core.flights;

-- Count the days of stage_days anew, straight from the flights; -infinity there stands for flights without a day.
-- The merge lock is held, so nobody else counts at the same time.
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
)
SELECT
    f.start,
    coalesce(f.region_id, 0)::smallint AS region_id,
    coalesce(f.uav_type, '') AS uav_type,
    f.state, f.state <> 'cancelled' AS counted, f.region_match, f.operator_kind,
    coalesce(f.uav_count, 1) AS aircraft,
    f.hour, f.dep_dt, f.arr_dt, f.duration_min, f.plan_duration_min,
    (date_part('isodow', l.moment)::integer - 1) * 24 + date_part('hour', l.moment)::integer AS slot
FROM dated AS f
LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
CROSS JOIN LATERAL (
    SELECT coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AT TIME ZONE coalesce(f.time_zone, r.time_zone) AS moment OFFSET 0
) AS l;

DELETE FROM mart.flight_counts AS c
USING stage_days AS d
WHERE c.start = d.day AND c.span = CASE WHEN d.day = '-infinity' THEN 'undated' ELSE 'day' END;

INSERT INTO mart.flight_counts (
    span, start, region_id, uav_type,
    flights, flown, planned, cancelled, aircraft, with_dep, with_arr, near_border, outside, unplaced,
    by_state, by_organisation, by_entrepreneur, by_person, by_unknown,
    timed, plan_timed, minutes, plan_minutes, active_days, durations, plan_durations, slots
)
SELECT
    CASE WHEN start = '-infinity' THEN 'undated' ELSE 'day' END, start,
    region_id, uav_type,
    count(*) FILTER (WHERE counted),
    count(*) FILTER (WHERE state = 'flown'),
    count(*) FILTER (WHERE state = 'planned'),
    count(*) FILTER (WHERE NOT counted),
    coalesce(sum(aircraft) FILTER (WHERE counted), 0),
    count(dep_dt) FILTER (WHERE counted),
    count(arr_dt) FILTER (WHERE counted),
    count(*) FILTER (WHERE counted AND region_match = 'near_border'),
    count(*) FILTER (WHERE counted AND region_match = 'outside'),
    count(*) FILTER (WHERE counted AND region_match = 'none'),
    count(*) FILTER (WHERE counted AND operator_kind = 'state'),
    count(*) FILTER (WHERE counted AND operator_kind = 'organisation'),
    count(*) FILTER (WHERE counted AND operator_kind = 'entrepreneur'),
    count(*) FILTER (WHERE counted AND operator_kind = 'person'),
    count(*) FILTER (WHERE counted AND operator_kind = 'unknown'),
    count(duration_min) FILTER (WHERE counted),
    count(plan_duration_min) FILTER (WHERE counted),
    coalesce(sum(duration_min) FILTER (WHERE counted), 0),
    coalesce(sum(plan_duration_min) FILTER (WHERE counted), 0),
    (bool_or(counted) AND start > '-infinity')::integer,
    array_agg(duration_min) FILTER (WHERE counted AND duration_min IS NOT NULL),
    array_agg(plan_duration_min) FILTER (WHERE counted AND plan_duration_min IS NOT NULL),
    array_agg(slot) FILTER (WHERE counted AND slot IS NOT NULL)
FROM told
GROUP BY start, region_id, uav_type;

-- The whole country: the sums of its regions. Its distributions are long lists of few values, so they are counted.
INSERT INTO mart.flight_counts (
    span, start, region_id, uav_type,
    flights, flown, planned, cancelled, aircraft, with_dep, with_arr, near_border, outside, unplaced,
    by_state, by_organisation, by_entrepreneur, by_person, by_unknown,
    timed, plan_timed, minutes, plan_minutes, active_days,
    durations, durations_n, plan_durations, plan_durations_n, slots, slots_n
)
WITH parts AS MATERIALIZED (
    SELECT c.*
    FROM mart.flight_counts AS c
    JOIN stage_days AS d ON d.day = c.start
    WHERE c.span = CASE WHEN d.day = '-infinity' THEN 'undated' ELSE 'day' END
), sums AS (
    SELECT
        span, start, uav_type,
        sum(flights) AS flights, sum(flown) AS flown, sum(planned) AS planned, sum(cancelled) AS cancelled,
        sum(aircraft) AS aircraft, sum(with_dep) AS with_dep, sum(with_arr) AS with_arr,
        sum(near_border) AS near_border, sum(outside) AS outside, sum(unplaced) AS unplaced,
        sum(by_state) AS by_state, sum(by_organisation) AS by_organisation,
        sum(by_entrepreneur) AS by_entrepreneur, sum(by_person) AS by_person, sum(by_unknown) AS by_unknown,
        sum(timed) AS timed, sum(plan_timed) AS plan_timed,
        sum(minutes) AS minutes, sum(plan_minutes) AS plan_minutes, max(active_days) AS active_days
    FROM parts
    GROUP BY span, start, uav_type
), counted AS (
    SELECT start, uav_type, kind, value, count(*)::integer AS n
    FROM (
        SELECT start, uav_type, 1 AS kind, unnest(durations) AS value FROM parts
        UNION ALL
        SELECT start, uav_type, 2, unnest(plan_durations) FROM parts
        UNION ALL
        SELECT start, uav_type, 3, unnest(slots) FROM parts
    ) AS listed
    GROUP BY start, uav_type, kind, value
), shapes AS (
    SELECT
        start, uav_type,
        array_agg(value) FILTER (WHERE kind = 1) AS durations, array_agg(n) FILTER (WHERE kind = 1) AS durations_n,
        array_agg(value) FILTER (WHERE kind = 2) AS plan_durations,
        array_agg(n) FILTER (WHERE kind = 2) AS plan_durations_n,
        array_agg(value) FILTER (WHERE kind = 3) AS slots, array_agg(n) FILTER (WHERE kind = 3) AS slots_n
    FROM counted
    GROUP BY start, uav_type
)
SELECT
    s.span, s.start, -1, s.uav_type,
    s.flights, s.flown, s.planned, s.cancelled, s.aircraft, s.with_dep, s.with_arr, s.near_border, s.outside, s.unplaced,
    s.by_state, s.by_organisation, s.by_entrepreneur, s.by_person, s.by_unknown,
    s.timed, s.plan_timed, s.minutes, s.plan_minutes, s.active_days,
    h.durations, h.durations_n, h.plan_durations, h.plan_durations_n, h.slots, h.slots_n
FROM sums AS s
LEFT JOIN shapes AS h ON (h.start, h.uav_type) = (s.start, s.uav_type);

-- The fullest clock hour, the earliest of equals: count and hour travel as one number, so that no sort is needed.
CREATE TEMP TABLE told_hours ON COMMIT DROP AS
WITH hours AS (
    SELECT start, hour, region_id, count(*)::integer AS n
    FROM told
    WHERE counted AND hour IS NOT NULL AND start > '-infinity'
    GROUP BY start, hour, region_id
)
SELECT start, region_id, max(n * 24 + 23 - hour) AS best FROM hours GROUP BY start, region_id
UNION ALL
SELECT start, -1, max(n * 24 + 23 - hour)
FROM (SELECT start, hour, sum(n)::integer AS n FROM hours GROUP BY start, hour) AS country
GROUP BY start;

-- In the air at once: a sweep over take-offs and landings, each flight cut at midnight so that every day stands alone.
-- Flights of the days before that are still in the air at a midnight take part. A flight is in the air for a minute at
-- least: one that took off and landed within a minute flew all the same. Times are seconds of the day.
CREATE TEMP TABLE told_steps ON COMMIT DROP AS
WITH aloft AS (
    SELECT start AS day, region_id, dep_dt, arr_dt
    FROM told
    WHERE counted AND arr_dt >= dep_dt AND (arr_dt AT TIME ZONE 'UTC')::date = start
    UNION ALL
    SELECT d.day, coalesce(f.region_id, 0), f.dep_dt, f.arr_dt
    FROM core.flights AS f
    JOIN stage_days AS d ON d.day BETWEEN f.day AND (f.arr_dt AT TIME ZONE 'UTC')::date
    WHERE f.dep_dt IS NOT NULL
      AND (f.arr_dt AT TIME ZONE 'UTC')::date > f.day
      AND f.arr_dt >= (SELECT min(day) FROM stage_days WHERE day > '-infinity')::timestamp AT TIME ZONE 'UTC'
      AND f.state <> 'cancelled'
), cut AS (
    SELECT
        day, region_id,
        greatest(date_part('epoch', dep_dt) - midnight, 0)::integer AS rises,
        least(date_part('epoch', greatest(arr_dt, dep_dt + interval '1 minute')) - midnight, 86400)::integer AS lands
    FROM aloft
    CROSS JOIN LATERAL (SELECT (day - date '1970-01-01') * 86400.0::float8 AS midnight OFFSET 0) AS m
)
SELECT day, region_id, at, step
FROM cut
CROSS JOIN LATERAL (VALUES (rises, 1), (lands, -1)) AS e (at, step)
WHERE rises < lands;

-- Each day and region begins and ends with nothing in the air, so one running sum over all of them in turn is enough, in
-- the order of one number: day, region, time, and who lands before who rises.
CREATE TEMP TABLE told_aloft ON COMMIT DROP AS
-- As above: how many, and how many seconds are left of the day.
SELECT day AS start, region_id, max(n * 86401 + 86400 - at) AS best
FROM (
    SELECT
        day, region_id, at,
        sum(step) OVER (
            ORDER BY ((day - date '1900-01-01')::bigint * 32768 + region_id) * 262144 + at * 2 + (step + 1) / 2
            ROWS UNBOUNDED PRECEDING
        ) AS n
    FROM told_steps
) AS levels
GROUP BY day, region_id
UNION ALL
SELECT day, -1, max(n * 86401 + 86400 - at)
FROM (
    SELECT
        day, at,
        sum(step) OVER (
            ORDER BY (day - date '1900-01-01')::bigint * 262144 + at * 2 + (step + 1) / 2 ROWS UNBOUNDED PRECEDING
        ) AS n
    FROM told_steps
) AS levels
GROUP BY day;

DELETE FROM mart.flight_peaks AS p USING stage_days AS d WHERE p.start = d.day AND p.span = 'day';

INSERT INTO mart.flight_peaks (
    span, start, region_id, active_days, peak_hour, peak_hour_at, peak_airborne, peak_airborne_at
)
SELECT
    'day', start, region_id,
    (h.best IS NOT NULL)::integer,
    coalesce(h.best / 24, 0),
    (start + make_interval(hours => 23 - h.best % 24)) AT TIME ZONE 'UTC',
    coalesce(a.best / 86401, 0),
    (start + make_interval(secs => (86400 - a.best % 86401)::integer)) AT TIME ZONE 'UTC'
FROM told_hours AS h
FULL JOIN told_aloft AS a USING (start, region_id);

DROP TABLE told, told_hours, told_steps, told_aloft;

DELETE FROM mart.flight_counts AS c
WHERE c.span = 'month'
  AND c.start IN (SELECT date_trunc('month', day::timestamp)::date FROM stage_days WHERE day > '-infinity');

-- Sum up the months that hold a day of stage_days from their days, or the years from their months.
INSERT INTO mart.flight_counts (
    span, start, region_id, uav_type,
    flights, flown, planned, cancelled, aircraft, with_dep, with_arr, near_border, outside, unplaced,
    by_state, by_organisation, by_entrepreneur, by_person, by_unknown,
    timed, plan_timed, minutes, plan_minutes, active_days,
    durations, durations_n, plan_durations, plan_durations_n, slots, slots_n
)
WITH spans AS (
    SELECT DISTINCT date_trunc('month', day::timestamp)::date AS first FROM stage_days WHERE day > '-infinity'
), parts AS MATERIALIZED (
    SELECT s.first, c.*
    FROM spans AS s
    JOIN mart.flight_counts AS c
        ON c.span = 'day' AND c.start >= s.first AND c.start < s.first + interval '1 month'
), sums AS (
    SELECT
        first, region_id, uav_type,
        sum(flights) AS flights, sum(flown) AS flown, sum(planned) AS planned, sum(cancelled) AS cancelled,
        sum(aircraft) AS aircraft, sum(with_dep) AS with_dep, sum(with_arr) AS with_arr,
        sum(near_border) AS near_border, sum(outside) AS outside, sum(unplaced) AS unplaced,
        sum(by_state) AS by_state, sum(by_organisation) AS by_organisation,
        sum(by_entrepreneur) AS by_entrepreneur, sum(by_person) AS by_person, sum(by_unknown) AS by_unknown,
        sum(timed) AS timed, sum(plan_timed) AS plan_timed,
        sum(minutes) AS minutes, sum(plan_minutes) AS plan_minutes, sum(active_days) AS active_days
    FROM parts
    GROUP BY first, region_id, uav_type
), durations AS (
    SELECT first, region_id, uav_type, array_agg(value) AS durations, array_agg(n) AS durations_n
    FROM (
        SELECT first, region_id, uav_type, value, sum(coalesce(n, 1))::integer AS n
        FROM (SELECT first, region_id, uav_type, unnest(durations) AS value, unnest(durations_n) AS n FROM parts) AS d
        GROUP BY first, region_id, uav_type, value
    ) AS counted
    GROUP BY first, region_id, uav_type
), plan_durations AS (
    SELECT first, region_id, uav_type, array_agg(value) AS plan_durations, array_agg(n) AS plan_durations_n
    FROM (
        SELECT first, region_id, uav_type, value, sum(coalesce(n, 1))::integer AS n
        FROM (SELECT first, region_id, uav_type, unnest(plan_durations) AS value, unnest(plan_durations_n) AS n FROM parts) AS d
        GROUP BY first, region_id, uav_type, value
    ) AS counted
    GROUP BY first, region_id, uav_type
), slots AS (
    SELECT first, region_id, uav_type, array_agg(value) AS slots, array_agg(n) AS slots_n
    FROM (
        SELECT first, region_id, uav_type, value, sum(coalesce(n, 1))::integer AS n
        FROM (SELECT first, region_id, uav_type, unnest(slots) AS value, unnest(slots_n) AS n FROM parts) AS d
        GROUP BY first, region_id, uav_type, value
    ) AS counted
    GROUP BY first, region_id, uav_type
)
SELECT
    'month', s.first, s.region_id, s.uav_type,
    s.flights, s.flown, s.planned, s.cancelled, s.aircraft, s.with_dep, s.with_arr, s.near_border, s.outside, s.unplaced,
    s.by_state, s.by_organisation, s.by_entrepreneur, s.by_person, s.by_unknown,
    s.timed, s.plan_timed, s.minutes, s.plan_minutes, s.active_days,
    d.durations, d.durations_n, p.plan_durations, p.plan_durations_n, t.slots, t.slots_n
FROM sums AS s
LEFT JOIN durations AS d ON (d.first, d.region_id, d.uav_type) = (s.first, s.region_id, s.uav_type)
LEFT JOIN plan_durations AS p ON (p.first, p.region_id, p.uav_type) = (s.first, s.region_id, s.uav_type)
LEFT JOIN slots AS t ON (t.first, t.region_id, t.uav_type) = (s.first, s.region_id, s.uav_type);

DELETE FROM mart.flight_peaks AS c
WHERE c.span = 'month'
  AND c.start IN (SELECT date_trunc('month', day::timestamp)::date FROM stage_days WHERE day > '-infinity');

-- The peaks of the months that hold a day of stage_days from their days, or of the years from their months.
WITH spans AS (
    SELECT DISTINCT date_trunc('month', day::timestamp)::date AS first FROM stage_days WHERE day > '-infinity'
), parts AS MATERIALIZED (
    SELECT
        s.first, p.region_id, p.active_days,
        -- Count and moment travel as one number: the most flights, and the earliest of equals.
        p.peak_hour * 10000000000 + 9999999999 - date_part('epoch', p.peak_hour_at)::bigint AS hour_best,
        p.peak_airborne * 10000000000 + 9999999999 - date_part('epoch', p.peak_airborne_at)::bigint AS airborne_best
    FROM spans AS s
    JOIN mart.flight_peaks AS p
        ON p.span = 'day' AND p.start >= s.first AND p.start < s.first + interval '1 month'
), sums AS (
    SELECT
        first, region_id, sum(active_days) AS active_days, max(hour_best) AS hour_best, max(airborne_best) AS airborne_best
    FROM parts
    GROUP BY first, region_id
)
INSERT INTO mart.flight_peaks (
    span, start, region_id, active_days, peak_hour, peak_hour_at, peak_airborne, peak_airborne_at
)
SELECT
    'month', first, region_id, active_days,
    coalesce(hour_best / 10000000000, 0), to_timestamp(9999999999 - hour_best % 10000000000),
    coalesce(airborne_best / 10000000000, 0), to_timestamp(9999999999 - airborne_best % 10000000000)
FROM sums;

DELETE FROM mart.flight_counts AS c
WHERE c.span = 'year'
  AND c.start IN (SELECT date_trunc('year', day::timestamp)::date FROM stage_days WHERE day > '-infinity');

INSERT INTO mart.flight_counts (
    span, start, region_id, uav_type,
    flights, flown, planned, cancelled, aircraft, with_dep, with_arr, near_border, outside, unplaced,
    by_state, by_organisation, by_entrepreneur, by_person, by_unknown,
    timed, plan_timed, minutes, plan_minutes, active_days,
    durations, durations_n, plan_durations, plan_durations_n, slots, slots_n
)
WITH spans AS (
    SELECT DISTINCT date_trunc('year', day::timestamp)::date AS first FROM stage_days WHERE day > '-infinity'
), parts AS MATERIALIZED (
    SELECT s.first, c.*
    FROM spans AS s
    JOIN mart.flight_counts AS c
        ON c.span = 'month' AND c.start >= s.first AND c.start < s.first + interval '1 year'
), sums AS (
    SELECT
        first, region_id, uav_type,
        sum(flights) AS flights, sum(flown) AS flown, sum(planned) AS planned, sum(cancelled) AS cancelled,
        sum(aircraft) AS aircraft, sum(with_dep) AS with_dep, sum(with_arr) AS with_arr,
        sum(near_border) AS near_border, sum(outside) AS outside, sum(unplaced) AS unplaced,
        sum(by_state) AS by_state, sum(by_organisation) AS by_organisation,
        sum(by_entrepreneur) AS by_entrepreneur, sum(by_person) AS by_person, sum(by_unknown) AS by_unknown,
        sum(timed) AS timed, sum(plan_timed) AS plan_timed,
        sum(minutes) AS minutes, sum(plan_minutes) AS plan_minutes, sum(active_days) AS active_days
    FROM parts
    GROUP BY first, region_id, uav_type
), durations AS (
    SELECT first, region_id, uav_type, array_agg(value) AS durations, array_agg(n) AS durations_n
    FROM (
        SELECT first, region_id, uav_type, value, sum(coalesce(n, 1))::integer AS n
        FROM (SELECT first, region_id, uav_type, unnest(durations) AS value, unnest(durations_n) AS n FROM parts) AS d
        GROUP BY first, region_id, uav_type, value
    ) AS counted
    GROUP BY first, region_id, uav_type
), plan_durations AS (
    SELECT first, region_id, uav_type, array_agg(value) AS plan_durations, array_agg(n) AS plan_durations_n
    FROM (
        SELECT first, region_id, uav_type, value, sum(coalesce(n, 1))::integer AS n
        FROM (SELECT first, region_id, uav_type, unnest(plan_durations) AS value, unnest(plan_durations_n) AS n FROM parts) AS d
        GROUP BY first, region_id, uav_type, value
    ) AS counted
    GROUP BY first, region_id, uav_type
), slots AS (
    SELECT first, region_id, uav_type, array_agg(value) AS slots, array_agg(n) AS slots_n
    FROM (
        SELECT first, region_id, uav_type, value, sum(coalesce(n, 1))::integer AS n
        FROM (SELECT first, region_id, uav_type, unnest(slots) AS value, unnest(slots_n) AS n FROM parts) AS d
        GROUP BY first, region_id, uav_type, value
    ) AS counted
    GROUP BY first, region_id, uav_type
)
SELECT
    'year', s.first, s.region_id, s.uav_type,
    s.flights, s.flown, s.planned, s.cancelled, s.aircraft, s.with_dep, s.with_arr, s.near_border, s.outside, s.unplaced,
    s.by_state, s.by_organisation, s.by_entrepreneur, s.by_person, s.by_unknown,
    s.timed, s.plan_timed, s.minutes, s.plan_minutes, s.active_days,
    d.durations, d.durations_n, p.plan_durations, p.plan_durations_n, t.slots, t.slots_n
FROM sums AS s
LEFT JOIN durations AS d ON (d.first, d.region_id, d.uav_type) = (s.first, s.region_id, s.uav_type)
LEFT JOIN plan_durations AS p ON (p.first, p.region_id, p.uav_type) = (s.first, s.region_id, s.uav_type)
LEFT JOIN slots AS t ON (t.first, t.region_id, t.uav_type) = (s.first, s.region_id, s.uav_type);

DELETE FROM mart.flight_peaks AS c
WHERE c.span = 'year'
  AND c.start IN (SELECT date_trunc('year', day::timestamp)::date FROM stage_days WHERE day > '-infinity');

WITH spans AS (
    SELECT DISTINCT date_trunc('year', day::timestamp)::date AS first FROM stage_days WHERE day > '-infinity'
), parts AS MATERIALIZED (
    SELECT
        s.first, p.region_id, p.active_days,
        -- Count and moment travel as one number: the most flights, and the earliest of equals.
        p.peak_hour * 10000000000 + 9999999999 - date_part('epoch', p.peak_hour_at)::bigint AS hour_best,
        p.peak_airborne * 10000000000 + 9999999999 - date_part('epoch', p.peak_airborne_at)::bigint AS airborne_best
    FROM spans AS s
    JOIN mart.flight_peaks AS p
        ON p.span = 'month' AND p.start >= s.first AND p.start < s.first + interval '1 year'
), sums AS (
    SELECT
        first, region_id, sum(active_days) AS active_days, max(hour_best) AS hour_best, max(airborne_best) AS airborne_best
    FROM parts
    GROUP BY first, region_id
)
INSERT INTO mart.flight_peaks (
    span, start, region_id, active_days, peak_hour, peak_hour_at, peak_airborne, peak_airborne_at
)
SELECT
    'year', first, region_id, active_days,
    coalesce(hour_best / 10000000000, 0), to_timestamp(9999999999 - hour_best % 10000000000),
    coalesce(airborne_best / 10000000000, 0), to_timestamp(9999999999 - airborne_best % 10000000000)
FROM sums;

-- Count the map's cells of the months of stage_days anew: level 20, 38 m wide at the equator, from the flights, level 9
-- from level 20.
CREATE TEMP TABLE told_months ON COMMIT DROP AS
SELECT DISTINCT date_trunc('month', day::timestamp)::date AS start FROM stage_days WHERE day > '-infinity';

DELETE FROM mart.flight_cells WHERE start IN (SELECT start FROM told_months);

CREATE TEMP TABLE told_cells ON COMMIT DROP AS
SELECT start, region_id, uav_type, x, y, count(*)::integer AS flights
FROM (
    SELECT
        m.start, coalesce(f.region_id, 0)::smallint AS region_id, coalesce(f.uav_type, '') AS uav_type,
        mart.cell_x(ST_X(f.position), 20) AS x, mart.cell_y(ST_Y(f.position), 20) AS y
    FROM told_months AS m
    JOIN core.flights AS f ON f.day >= m.start AND f.day < m.start + interval '1 month'
    WHERE f.position IS NOT NULL AND f.state <> 'cancelled'
) AS placed
GROUP BY x, y, start, region_id, uav_type;

INSERT INTO mart.flight_cells (start, level, x, y, region_id, uav_type, flights)
SELECT start, 20, x, y, region_id, uav_type, sum(flights)
FROM told_cells
GROUP BY start, x, y, region_id, uav_type
UNION ALL
SELECT start, 9, x >> 11, y >> 11, region_id, uav_type, sum(flights)
FROM told_cells
GROUP BY start, x >> 11, y >> 11, region_id, uav_type;

DROP TABLE told_months, told_cells;

INSERT INTO mart.revision AS r (number, counted_at) VALUES (1, clock_timestamp())
ON CONFLICT (single) DO UPDATE SET number = r.number + 1, counted_at = excluded.counted_at;

DROP TABLE stage_days;
