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
    SELECT
        f.*, coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AS moment, coalesce(f.time_zone, r.time_zone) AS place_zone,
        coalesce(r.time_zone, 'Europe/Moscow') AS region_zone
    FROM dated AS f
    LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
)
SELECT
    f.start,
    coalesce(CASE WHEN f.start > '-infinity' THEN l.moscow::date END, f.start) AS start_moscow,
    coalesce(CASE WHEN f.start > '-infinity' THEN coalesce(l.local, l.moscow)::date END, f.start) AS start_local,
    coalesce(f.region_id, 0)::smallint AS region_id,
    coalesce(f.uav_type, '') COLLATE "C" AS uav_type,
    f.state, f.region_match, f.operator_kind,
    coalesce(f.uav_count, 1) AS aircraft,
    f.dep_dt, f.arr_dt, f.duration_min, f.plan_duration_min,
    (date_part('isodow', l.local)::integer - 1) * 24 + date_part('hour', l.local)::integer AS slot,
    -- For the peaks: the region's own day, and the minute since the year 1.
    f.region_zone,
    CASE
        WHEN f.place_zone = f.region_zone THEN l.local ELSE f.moment AT TIME ZONE f.region_zone
    END::date AS region_day,
    CASE WHEN f.start > '-infinity' THEN (date_part('epoch', f.moment)::bigint + 62135596800) / 60 END AS minute
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

-- The peak loads of the days of stage_days, of the flights of told (recount_days.sql). A peak lies at a moment, so a day's peak
-- is the largest of the parts of the day; parts end at the midnights of UTC, of Moscow and of the region, and the days of
-- every clock are made of whole parts. The country has no clock of its own: its local days are Moscow's.
-- '*' is all types together; peaks in the air need both times, so they are of flown flights.

-- How many begin in each minute (since the year 1), by region and type, for regions and types together too. Sixty minutes may
-- reach into the day after; what begins there but is not counted has no part.
CREATE TEMP TABLE told_begins ON COMMIT DROP AS
SELECT
    minute, coalesce(region_id, -1) AS region_id, coalesce(uav_type, '*') AS uav_type, max(start_moscow) AS start_moscow,
    CASE WHEN region_id IS NULL THEN max(start_moscow) ELSE max(region_day) END AS start_local,
    count(*)::integer AS n, (count(*) FILTER (WHERE flown))::integer AS flown
FROM (
    SELECT minute, region_id, uav_type, start_moscow, region_day, state = 'flown' AS flown
    FROM told
    WHERE state <> 'cancelled' AND minute IS NOT NULL
    UNION ALL
    SELECT
        (date_part('epoch', coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt))::bigint + 62135596800) / 60,
        coalesce(f.region_id, 0)::smallint, coalesce(f.uav_type, '') COLLATE "C", NULL, NULL, f.state = 'flown'
    FROM stage_days AS d
    JOIN core.flights AS f ON f.day = d.day + 1 AND f.hour = 0
    WHERE d.day > '-infinity' AND f.state <> 'cancelled' AND NOT EXISTS (SELECT FROM stage_days AS n WHERE n.day = d.day + 1)
) AS begins
GROUP BY minute, GROUPING SETS ((region_id, uav_type), (region_id), (uav_type), ());

-- Who rises and who lands, second by second (since the year 1), each UTC day alone: a flight over midnight lands there and
-- rises on the next day. A flight is in the air for a minute at least. Where a midnight of Moscow or of the region passes
-- below a flight, a part begins that may have its peak at once.
CREATE TEMP TABLE told_steps ON COMMIT DROP AS
WITH aloft AS (
    SELECT start AS day, region_id, uav_type, dep_dt, arr_dt, start_moscow, region_day, region_zone
    FROM told
    WHERE state <> 'cancelled' AND arr_dt >= dep_dt
    UNION ALL
    SELECT
        d.day, coalesce(f.region_id, 0)::smallint, coalesce(f.uav_type, '') COLLATE "C", f.dep_dt, f.arr_dt,
        (z.midnight AT TIME ZONE 'Europe/Moscow')::date, (z.midnight AT TIME ZONE z.zone)::date, z.zone
    FROM core.flights AS f
    JOIN stage_days AS d ON d.day > f.day AND d.day <= (f.arr_dt AT TIME ZONE 'UTC')::date
    LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
    CROSS JOIN LATERAL (
        SELECT d.day::timestamp AT TIME ZONE 'UTC' AS midnight, coalesce(r.time_zone, 'Europe/Moscow') AS zone
    ) AS z
    WHERE f.dep_dt IS NOT NULL
      AND (f.arr_dt AT TIME ZONE 'UTC')::date > f.day
      AND f.arr_dt >= (SELECT min(day) FROM stage_days WHERE day > '-infinity')::timestamp AT TIME ZONE 'UTC'
      AND f.state <> 'cancelled'
), days AS (
    SELECT *, ((day - date '0001-01-01')::bigint * 86400) AS begins FROM aloft
), pieces AS (
    SELECT
        *, greatest(date_part('epoch', dep_dt)::bigint + 62135596800, begins) AS rises,
        least(date_part('epoch', greatest(arr_dt, dep_dt + interval '1 minute'))::bigint + 62135596800, begins + 86400) AS lands
    FROM days
), cuts AS (
    SELECT p.*, c.midnight, date_part('epoch', c.midnight)::bigint + 62135596800 AS at
    FROM pieces AS p
    CROSS JOIN LATERAL (
        VALUES
            ((start_moscow + 1)::timestamp AT TIME ZONE 'Europe/Moscow'), ((region_day + 1)::timestamp AT TIME ZONE region_zone)
    ) AS c (midnight)
)
SELECT
    day, at, coalesce(region_id, -1) AS region_id, coalesce(uav_type, '*') AS uav_type, max(start_moscow) AS start_moscow,
    CASE WHEN region_id IS NULL THEN max(start_moscow) ELSE max(region_day) END AS start_local, sum(step)::integer AS step
FROM (
    SELECT day, rises AS at, region_id, uav_type, start_moscow, region_day, 1 AS step FROM pieces
    UNION ALL
    SELECT day, lands, region_id, uav_type, NULL, NULL, -1 FROM pieces
    UNION ALL
    SELECT
        day, at, region_id, uav_type, (midnight AT TIME ZONE 'Europe/Moscow')::date, (midnight AT TIME ZONE region_zone)::date, 0
    FROM cuts
    WHERE at > rises AND at < lands
) AS steps
GROUP BY day, at, GROUPING SETS ((region_id, uav_type), (region_id), (uav_type), ());

DELETE FROM mart.flight_peaks AS p USING stage_days AS d WHERE p.start = d.day AND p.span = 'day';

INSERT INTO mart.flight_peaks (
    span, start, start_moscow, start_local, region_id, uav_type, peak_hour, peak_hour_at, peak_sliding, peak_sliding_at,
    peak_airborne, peak_airborne_at, flown_hour, flown_hour_at, flown_sliding, flown_sliding_at
)
WITH hours AS (
    SELECT minute / 60 * 60 AS minute, b.region_id, b.uav_type, sum(n) AS n, sum(flown) AS flown
    FROM told_begins AS b
    WHERE start_moscow IS NOT NULL
    GROUP BY minute / 60, b.region_id, b.uav_type
), hours_parts AS (
    -- A clock hour belongs to the days in which it begins.
    SELECT
        h.*, (m.moment AT TIME ZONE 'Europe/Moscow')::date AS start_moscow,
        (m.moment AT TIME ZONE coalesce(r.time_zone, 'Europe/Moscow'))::date AS start_local
    FROM hours AS h
    LEFT JOIN mart.regions AS r ON r.region_id = h.region_id
    CROSS JOIN LATERAL (SELECT to_timestamp(h.minute * 60 - 62135596800) AS moment OFFSET 0) AS m
), sixties AS (
    -- The fullest sixty minutes begin with a flight, and belong to the day in which they begin.
    SELECT
        minute, start_moscow, start_local, region_id, uav_type, sum(n) OVER following AS n,
        CASE WHEN flown > 0 THEN sum(flown) OVER following END AS flown
    FROM told_begins
    WINDOW following AS (PARTITION BY region_id, uav_type ORDER BY minute RANGE BETWEEN CURRENT ROW AND 59 FOLLOWING)
), levels AS (
    SELECT
        day, at, start_moscow, start_local, region_id, uav_type,
        sum(step) OVER (PARTITION BY region_id, uav_type, day ORDER BY at ROWS UNBOUNDED PRECEDING) AS n
    FROM told_steps
), measured AS (
    -- Count and moment travel as one number, as mart.peak() makes it.
    SELECT
        minute / 1440 AS day, start_moscow, start_local, region_id, uav_type,
        n * 1000000000000 + 999999999999 - minute * 60 AS hour,
        nullif(flown, 0) * 1000000000000 + 999999999999 - minute * 60 AS flown_hour,
        NULL::bigint AS sliding, NULL::bigint AS flown_sliding, NULL::bigint AS airborne
    FROM hours_parts
    UNION ALL
    SELECT
        minute / 1440, start_moscow, start_local, region_id, uav_type, NULL, NULL,
        n * 1000000000000 + 999999999999 - minute * 60, flown * 1000000000000 + 999999999999 - minute * 60, NULL
    FROM sixties
    WHERE start_moscow IS NOT NULL
    UNION ALL
    SELECT
        day - date '0001-01-01', start_moscow, start_local, region_id, uav_type, NULL, NULL, NULL, NULL,
        n * 1000000000000 + 999999999999 - at
    FROM levels
    WHERE n > 0 AND start_moscow IS NOT NULL
), peaks AS (
    SELECT
        date '0001-01-01' + day::integer AS start, start_moscow, start_local, region_id, uav_type,
        coalesce(max(hour), 0)::bigint AS hour, coalesce(max(flown_hour), 0)::bigint AS flown_hour,
        coalesce(max(sliding), 0)::bigint AS sliding, coalesce(max(flown_sliding), 0)::bigint AS flown_sliding,
        coalesce(max(airborne), 0)::bigint AS airborne
    FROM measured
    GROUP BY day, start_moscow, start_local, region_id, uav_type
)
SELECT
    'day', start, start_moscow, start_local, region_id, uav_type, mart.peak_n(hour), mart.peak_at(hour),
    mart.peak_n(sliding), mart.peak_at(sliding), mart.peak_n(airborne), mart.peak_at(airborne),
    CASE WHEN flown_hour <> hour THEN mart.peak_n(flown_hour) END,
    CASE WHEN flown_hour <> hour THEN mart.peak_at(flown_hour) END,
    CASE WHEN flown_sliding <> sliding THEN mart.peak_n(flown_sliding) END,
    CASE WHEN flown_sliding <> sliding THEN mart.peak_at(flown_sliding) END
FROM peaks;

DROP TABLE told, told_begins, told_steps;

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
        ON c.span = 'day' AND c.start >= s.first AND c.start < s.first + ('1 ' || 'month')::interval
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
), parts AS (
    SELECT
        s.first, date_trunc('month', p.start_moscow::timestamp)::date AS first_moscow,
        date_trunc('month', p.start_local::timestamp)::date AS first_local, p.region_id, p.uav_type,
        mart.peak(peak_hour, peak_hour_at) AS hour, mart.peak(peak_sliding, peak_sliding_at) AS sliding,
        mart.peak(peak_airborne, peak_airborne_at) AS airborne,
        CASE WHEN flown_hour IS NULL THEN mart.peak(peak_hour, peak_hour_at) ELSE mart.peak(flown_hour, flown_hour_at) END
            AS flown_hour,
        CASE
            WHEN flown_sliding IS NULL THEN mart.peak(peak_sliding, peak_sliding_at)
            ELSE mart.peak(flown_sliding, flown_sliding_at)
        END AS flown_sliding
    FROM spans AS s
    JOIN mart.flight_peaks AS p
        ON p.span = 'day' AND p.start >= s.first AND p.start < s.first + ('1 ' || 'month')::interval
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
    'month', first, first_moscow, first_local, region_id, uav_type,
    mart.peak_n(hour), mart.peak_at(hour), mart.peak_n(sliding), mart.peak_at(sliding),
    mart.peak_n(airborne), mart.peak_at(airborne),
    CASE WHEN flown_hour <> hour THEN mart.peak_n(flown_hour) END,
    CASE WHEN flown_hour <> hour THEN mart.peak_at(flown_hour) END,
    CASE WHEN flown_sliding <> sliding THEN mart.peak_n(flown_sliding) END,
    CASE WHEN flown_sliding <> sliding THEN mart.peak_at(flown_sliding) END
FROM peaks;

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
        ON c.span = 'month' AND c.start >= s.first AND c.start < s.first + ('1 ' || 'year')::interval
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
), parts AS (
    SELECT
        s.first, date_trunc('year', p.start_moscow::timestamp)::date AS first_moscow,
        date_trunc('year', p.start_local::timestamp)::date AS first_local, p.region_id, p.uav_type,
        mart.peak(peak_hour, peak_hour_at) AS hour, mart.peak(peak_sliding, peak_sliding_at) AS sliding,
        mart.peak(peak_airborne, peak_airborne_at) AS airborne,
        CASE WHEN flown_hour IS NULL THEN mart.peak(peak_hour, peak_hour_at) ELSE mart.peak(flown_hour, flown_hour_at) END
            AS flown_hour,
        CASE
            WHEN flown_sliding IS NULL THEN mart.peak(peak_sliding, peak_sliding_at)
            ELSE mart.peak(flown_sliding, flown_sliding_at)
        END AS flown_sliding
    FROM spans AS s
    JOIN mart.flight_peaks AS p
        ON p.span = 'month' AND p.start >= s.first AND p.start < s.first + ('1 ' || 'year')::interval
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
    'year', first, first_moscow, first_local, region_id, uav_type,
    mart.peak_n(hour), mart.peak_at(hour), mart.peak_n(sliding), mart.peak_at(sliding),
    mart.peak_n(airborne), mart.peak_at(airborne),
    CASE WHEN flown_hour <> hour THEN mart.peak_n(flown_hour) END,
    CASE WHEN flown_hour <> hour THEN mart.peak_at(flown_hour) END,
    CASE WHEN flown_sliding <> sliding THEN mart.peak_n(flown_sliding) END,
    CASE WHEN flown_sliding <> sliding THEN mart.peak_at(flown_sliding) END
FROM peaks;

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
