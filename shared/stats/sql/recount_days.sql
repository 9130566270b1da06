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
    -- "*" stands for all types together.
    coalesce(nullif(f.uav_type, '*'), '') AS uav_type,
    f.state, f.state <> 'cancelled' AS counted, f.region_match, f.operator_kind,
    coalesce(f.uav_count, 1) AS aircraft,
    f.hour, f.dep_dt, f.arr_dt,
    f.duration_min, f.plan_duration_min,
    (date_part('isodow', l.moment)::integer - 1) * 24 + date_part('hour', l.moment)::integer AS slot
FROM dated AS f
LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
CROSS JOIN LATERAL (
    SELECT coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AT TIME ZONE r.time_zone AS moment
    WHERE f.day IS NOT NULL
    UNION ALL
    SELECT NULL WHERE f.day IS NULL
) AS l;

CREATE TEMP TABLE told_counts ON COMMIT DROP AS
SELECT
    start, region_id, uav_type,
    count(*) FILTER (WHERE counted) AS flights,
    count(*) FILTER (WHERE state = 'flown') AS flown,
    count(*) FILTER (WHERE state = 'planned') AS planned,
    count(*) FILTER (WHERE NOT counted) AS cancelled,
    coalesce(sum(aircraft) FILTER (WHERE counted), 0) AS aircraft,
    count(dep_dt) FILTER (WHERE counted) AS with_dep,
    count(arr_dt) FILTER (WHERE counted) AS with_arr,
    count(*) FILTER (WHERE counted AND region_match = 'coastal') AS coastal,
    count(*) FILTER (WHERE counted AND region_match = 'outside') AS outside,
    count(*) FILTER (WHERE counted AND region_match = 'none') AS unplaced,
    count(*) FILTER (WHERE counted AND operator_kind = 'state') AS by_state,
    count(*) FILTER (WHERE counted AND operator_kind = 'organisation') AS by_organisation,
    count(*) FILTER (WHERE counted AND operator_kind = 'entrepreneur') AS by_entrepreneur,
    count(*) FILTER (WHERE counted AND operator_kind = 'person') AS by_person,
    count(*) FILTER (WHERE counted AND operator_kind = 'unknown') AS by_unknown,
    count(duration_min) FILTER (WHERE counted) AS timed,
    count(plan_duration_min) FILTER (WHERE counted) AS plan_timed,
    coalesce(sum(duration_min) FILTER (WHERE counted), 0) AS minutes,
    coalesce(sum(plan_duration_min) FILTER (WHERE counted), 0) AS plan_minutes
FROM told
GROUP BY start, region_id, uav_type;

-- The distributions: of each region and of the whole country, by type. All types together are their sum.
CREATE TEMP TABLE told_shapes ON COMMIT DROP AS
SELECT
    start, region_id, uav_type,
    array_agg(duration_min) FILTER (WHERE duration_min IS NOT NULL) AS durations,
    array_agg(plan_duration_min) FILTER (WHERE plan_duration_min IS NOT NULL) AS plan_durations,
    array_agg(slot) FILTER (WHERE slot IS NOT NULL) AS slots
FROM told
WHERE counted
GROUP BY start, region_id, uav_type;

INSERT INTO told_shapes
SELECT
    start, -1, uav_type,
    array_agg(duration_min) FILTER (WHERE duration_min IS NOT NULL),
    array_agg(plan_duration_min) FILTER (WHERE plan_duration_min IS NOT NULL),
    array_agg(slot) FILTER (WHERE slot IS NOT NULL)
FROM told
WHERE counted
GROUP BY start, uav_type;

-- The fullest clock hour, the earliest of equals: count and hour travel as one number, so that no sort is needed.
CREATE TEMP TABLE told_hours ON COMMIT DROP AS
WITH hours AS (
    SELECT start, hour, region_id, uav_type, count(*) AS n
    FROM told
    WHERE counted AND hour IS NOT NULL AND start > '-infinity'
    GROUP BY start, hour, region_id, uav_type
), totals AS (
    SELECT
        start, hour,
        CASE WHEN grouping(region_id) = 1 THEN -1 ELSE region_id END AS region_id,
        CASE WHEN grouping(uav_type) = 1 THEN '*' ELSE uav_type END AS uav_type,
        sum(n)::bigint AS n
    FROM hours
    GROUP BY start, hour, GROUPING SETS ((region_id, uav_type), (region_id), (uav_type), ())
)
SELECT start, region_id, uav_type, max(n * 24 + 23 - hour) AS best
FROM totals
GROUP BY start, region_id, uav_type;

-- In the air at once: a sweep over take-offs and landings, each flight cut at midnight so that every day stands alone.
-- Flights of the days before that are still in the air at a midnight take part. A flight is in the air for a minute at
-- least: one that took off and landed within a minute flew all the same.
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
        greatest(dep_dt, day::timestamp AT TIME ZONE 'UTC') AS rises,
        least(greatest(arr_dt, dep_dt + interval '1 minute'), (day + 1)::timestamp AT TIME ZONE 'UTC') AS lands
    FROM aloft
)
SELECT day, region_id, at, sum(step) AS step
FROM cut
CROSS JOIN LATERAL (VALUES (rises, 1), (lands, -1)) AS e (at, step)
WHERE rises < lands
GROUP BY day, region_id, at;

CREATE TEMP TABLE told_aloft ON COMMIT DROP AS
WITH levels AS (
    SELECT day, region_id, at, sum(step) OVER (PARTITION BY day, region_id ORDER BY at) AS n
    FROM told_steps
    UNION ALL
    SELECT day, -1, at, sum(sum(step)) OVER (PARTITION BY day ORDER BY at)
    FROM told_steps
    GROUP BY day, at
)
SELECT
    day AS start, region_id,
    -- As above: how many, and how many seconds are left of the day.
    max(n::bigint * 86401 + 86400 - date_part('epoch', at - day::timestamp AT TIME ZONE 'UTC')::bigint) AS best
FROM levels
GROUP BY day, region_id;

DELETE FROM mart.flight_counts AS c
USING stage_days AS d
WHERE c.start = d.day AND c.span = CASE WHEN d.day = '-infinity' THEN 'undated' ELSE 'day' END;

INSERT INTO mart.flight_counts (
    span, start, region_id, uav_type,
    flights, flown, planned, cancelled, aircraft, with_dep, with_arr, coastal, outside, unplaced,
    by_state, by_organisation, by_entrepreneur, by_person, by_unknown,
    timed, plan_timed, minutes, plan_minutes, active_days,
    peak_hour, peak_hour_at, peak_airborne, peak_airborne_at, durations, plan_durations, slots
)
WITH totals AS (
    SELECT
        start,
        CASE WHEN grouping(region_id) = 1 THEN -1 ELSE region_id END AS region_id,
        CASE WHEN grouping(uav_type) = 1 THEN '*' ELSE uav_type END AS uav_type,
        sum(flights) AS flights, sum(flown) AS flown, sum(planned) AS planned, sum(cancelled) AS cancelled,
        sum(aircraft) AS aircraft, sum(with_dep) AS with_dep, sum(with_arr) AS with_arr,
        sum(coastal) AS coastal, sum(outside) AS outside, sum(unplaced) AS unplaced,
        sum(by_state) AS by_state, sum(by_organisation) AS by_organisation,
        sum(by_entrepreneur) AS by_entrepreneur, sum(by_person) AS by_person, sum(by_unknown) AS by_unknown,
        sum(timed) AS timed, sum(plan_timed) AS plan_timed,
        sum(minutes) AS minutes, sum(plan_minutes) AS plan_minutes
    FROM told_counts
    GROUP BY start, GROUPING SETS ((region_id, uav_type), (region_id), (uav_type), ())
), aloft AS (
    SELECT start, region_id, '*' AS uav_type, best FROM told_aloft
)
SELECT
    CASE WHEN k.start = '-infinity' THEN 'undated' ELSE 'day' END, k.start, k.region_id, k.uav_type,
    coalesce(t.flights, 0), coalesce(t.flown, 0), coalesce(t.planned, 0), coalesce(t.cancelled, 0),
    coalesce(t.aircraft, 0), coalesce(t.with_dep, 0), coalesce(t.with_arr, 0),
    coalesce(t.coastal, 0), coalesce(t.outside, 0), coalesce(t.unplaced, 0),
    coalesce(t.by_state, 0), coalesce(t.by_organisation, 0), coalesce(t.by_entrepreneur, 0),
    coalesce(t.by_person, 0), coalesce(t.by_unknown, 0),
    coalesce(t.timed, 0), coalesce(t.plan_timed, 0), coalesce(t.minutes, 0), coalesce(t.plan_minutes, 0),
    (t.flights > 0 AND k.start > '-infinity') IS TRUE::integer,
    coalesce(h.best / 24, 0),
    (k.start + make_interval(hours => (23 - h.best % 24)::integer)) AT TIME ZONE 'UTC',
    CASE WHEN k.uav_type = '*' THEN coalesce(a.best / 86401, 0) END,
    (k.start + make_interval(secs => (86400 - a.best % 86401)::integer)) AT TIME ZONE 'UTC',
    s.durations, s.plan_durations, s.slots
FROM totals AS t
FULL JOIN aloft AS a USING (start, region_id, uav_type)
CROSS JOIN LATERAL (SELECT start, region_id, uav_type) AS k
LEFT JOIN told_hours AS h ON (h.start, h.region_id, h.uav_type) = (k.start, k.region_id, k.uav_type)
LEFT JOIN told_shapes AS s ON (s.start, s.region_id, s.uav_type) = (k.start, k.region_id, k.uav_type);

DROP TABLE told, told_counts, told_shapes, told_hours, told_steps, told_aloft;
