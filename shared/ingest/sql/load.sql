-- One load: the staging tables, and how what is staged gets into the tables that last.

-- name: stage
-- The tables of one load, gone with its transaction. Their keys are all different or nearly so, which three thousand rows tell
-- as well as thirty thousand would.
SET LOCAL default_statistics_target = 10;

CREATE TEMP TABLE stage_rows (
    ordinal integer NOT NULL,
    flight_key uuid NOT NULL,
    row_hash uuid NOT NULL,
    sheet text NOT NULL,
    row_number integer NOT NULL,
    center text,
    shr text,
    dep text,
    arr text,
    cells jsonb
) ON COMMIT DROP;

CREATE TEMP TABLE stage_rejects (
    ordinal integer NOT NULL,
    code text NOT NULL,
    sheet text NOT NULL,
    row_number integer NOT NULL,
    center text,
    shr text,
    dep text,
    arr text,
    cells jsonb
) ON COMMIT DROP;

CREATE TEMP TABLE stage_flights (
    ordinal integer NOT NULL,
    key uuid NOT NULL,
    state text NOT NULL,
    sid text,
    callsign text,
    uav_type text,
    uav_count integer,
    regs text[] NOT NULL,
    operator_kind text NOT NULL,
    center text,
    dep_lat double precision,
    dep_lon double precision,
    dep_source text,
    arr_lat double precision,
    arr_lon double precision,
    arr_source text,
    position_lat double precision,
    position_lon double precision,
    position_source text NOT NULL,
    dep_dt timestamptz,
    arr_dt timestamptz,
    duration_min integer,
    plan_dep_dt timestamptz,
    plan_arr_dt timestamptz,
    plan_duration_min integer,
    level_lower_m integer,
    level_upper_m integer,
    zone jsonb,
    problems text[] NOT NULL,
    day date,
    hour smallint
) ON COMMIT DROP;

CREATE TEMP TABLE stage_others (
    ordinal integer NOT NULL,
    flight_key uuid NOT NULL,
    row_hash uuid NOT NULL,
    sheet text NOT NULL,
    row_number integer NOT NULL
) ON COMMIT DROP;
CREATE TEMP TABLE stage_touched (flight_key uuid PRIMARY KEY, is_new boolean NOT NULL DEFAULT false) ON COMMIT DROP;
CREATE TEMP TABLE stage_several (flight_key uuid NOT NULL, number integer PRIMARY KEY) ON COMMIT DROP;
CREATE TEMP TABLE stage_points (
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    region_id smallint,
    region_match text,
    time_zone text
) ON COMMIT DROP;
CREATE TEMP TABLE stage_days (day date PRIMARY KEY) ON COMMIT DROP;

-- name: keep_new_rows
-- Keep the rows of flights that nobody has spoken of yet and that one row alone speaks of: most of a workbook. Nothing can be
-- in their way, as the merge lock is held, so they are inserted plainly, which costs half of asking at every row.
-- $1 load; tells how many were kept
WITH alone AS (
    SELECT s.flight_key
    FROM (SELECT flight_key FROM stage_rows GROUP BY flight_key HAVING count(*) = 1) AS s
    WHERE NOT EXISTS (SELECT FROM raw.rows AS r WHERE r.flight_key = s.flight_key)
      AND NOT EXISTS (SELECT FROM core.flights AS f WHERE f.key = s.flight_key)
), fresh AS (
    INSERT INTO stage_touched SELECT flight_key, true FROM alone ON CONFLICT DO NOTHING RETURNING flight_key
), kept AS (
    INSERT INTO raw.rows (flight_key, row_hash, load_id, sheet, row_number, ordinal, center, shr, dep, arr, cells)
    SELECT s.flight_key, row_hash, $1::bigint, sheet, row_number, ordinal, center, shr, dep, arr, cells
    FROM stage_rows AS s
    JOIN fresh USING (flight_key)
)
SELECT count(*) FROM fresh;

-- name: other_rows
-- The staged rows that are left, without their texts.
INSERT INTO stage_others (ordinal, flight_key, row_hash, sheet, row_number)
SELECT ordinal, flight_key, row_hash, sheet, row_number
FROM stage_rows AS s
WHERE NOT EXISTS (SELECT FROM stage_touched AS t WHERE t.is_new AND t.flight_key = s.flight_key);

-- name: keep_rows
-- Keep those of stage_others that are not kept yet; the flights they speak of are touched. Tells how many were kept.
-- $1 load
WITH kept AS (
    INSERT INTO raw.rows (flight_key, row_hash, load_id, sheet, row_number, ordinal, center, shr, dep, arr, cells)
    SELECT s.flight_key, s.row_hash, $1::bigint, s.sheet, s.row_number, s.ordinal, s.center, s.shr, s.dep, s.arr, s.cells
    FROM stage_others AS o
    JOIN stage_rows AS s USING (ordinal)
    ON CONFLICT DO NOTHING
    RETURNING flight_key
), touched AS (
    INSERT INTO stage_touched
    SELECT DISTINCT flight_key FROM kept
    ON CONFLICT DO NOTHING
)
SELECT count(*) FROM kept;

-- name: repeat_rows
-- A row that stands in several places bears the newest of them, and the others are kept beside it: with this load taken
-- back, the row is where it was. The flights of which another row speaks too are touched: which of the two is newer may
-- have changed.
-- $1 load
WITH newest AS (
    SELECT DISTINCT ON (flight_key, row_hash) flight_key, row_hash, sheet, row_number, ordinal
    FROM stage_others
    ORDER BY flight_key, row_hash, ordinal DESC
), moved AS (
    SELECT r.flight_key, r.row_hash, r.load_id, r.ordinal, r.sheet, r.row_number
    FROM raw.rows AS r
    JOIN newest AS s USING (flight_key, row_hash)
    JOIN core.loads AS old ON old.id = r.load_id
    JOIN core.loads AS new ON new.id = $1
    WHERE (old.source_at, old.sha256, r.ordinal) < (new.source_at, new.sha256, s.ordinal)
), left_behind AS (
    INSERT INTO raw.repeats (flight_key, row_hash, load_id, ordinal, sheet, row_number)
    SELECT flight_key, row_hash, load_id, ordinal, sheet, row_number FROM moved WHERE load_id <> $1
), beside AS (
    INSERT INTO raw.repeats (flight_key, row_hash, load_id, ordinal, sheet, row_number)
    SELECT s.flight_key, s.row_hash, $1::bigint, s.ordinal, s.sheet, s.row_number
    FROM stage_others AS s
    JOIN newest AS n USING (flight_key, row_hash)
    JOIN raw.rows AS r USING (flight_key, row_hash)
    LEFT JOIN moved AS m USING (flight_key, row_hash)
    WHERE CASE
        WHEN m.flight_key IS NOT NULL THEN s.ordinal <> n.ordinal
        ELSE (r.load_id, r.ordinal) <> ($1::bigint, s.ordinal)
    END
), restamped AS (
    UPDATE raw.rows AS r
    SET load_id = $1::bigint, sheet = n.sheet, row_number = n.row_number, ordinal = n.ordinal
    FROM newest AS n, moved AS m
    WHERE (r.flight_key, r.row_hash) = (n.flight_key, n.row_hash)
      AND (m.flight_key, m.row_hash) = (n.flight_key, n.row_hash)
    RETURNING r.flight_key, r.row_hash
)
INSERT INTO stage_touched
SELECT DISTINCT n.flight_key
FROM restamped AS n
JOIN raw.rows AS o ON o.flight_key = n.flight_key AND o.row_hash <> n.row_hash
ON CONFLICT DO NOTHING;

-- name: several
-- The touched flights that a single new row cannot tell: several rows speak of them, or their date lies far from the
-- days of this workbook.
-- $1 first day, $2 last day of this workbook's period
INSERT INTO stage_several (flight_key, number)
SELECT flight_key, row_number() OVER (ORDER BY flight_key)
FROM (
    SELECT t.flight_key
    FROM stage_touched AS t
    JOIN raw.rows AS r USING (flight_key)
    WHERE NOT t.is_new
    GROUP BY t.flight_key
    HAVING count(*) > 1
    UNION
    SELECT s.key FROM stage_flights AS s
    JOIN stage_touched AS t ON t.flight_key = s.key
    WHERE s.day NOT BETWEEN $1::date AND $2::date
) AS several;

-- name: rebuild
-- Every source row of some of these flights, oldest first within a flight.
-- $1 after this number, $2 up to this number
SELECT r.flight_key, r.center, r.shr, r.dep, r.arr, r.cells, l.plausible_from, l.plausible_to, l.source_at
FROM stage_several AS several
JOIN raw.rows AS r USING (flight_key)
JOIN core.loads AS l ON l.id = r.load_id
WHERE several.number > $1 AND several.number <= $2
ORDER BY r.flight_key, l.source_at, l.sha256, r.ordinal;

-- name: points
-- Each distinct place of the touched flights once.
INSERT INTO stage_points (lat, lon)
SELECT DISTINCT s.position_lat, s.position_lon
FROM stage_flights AS s
JOIN stage_touched AS t ON t.flight_key = s.key
WHERE s.position_lat IS NOT NULL;

-- name: days
-- The days whose roll-ups change: every day that a touched flight was counted under or in the air, until now and from
-- now on; -infinity for a flight without a day.
INSERT INTO stage_days
WITH touched AS (
    SELECT f.day, f.dep_dt, f.arr_dt
    FROM core.flights AS f
    JOIN stage_touched AS t ON t.flight_key = f.key
    WHERE NOT t.is_new
    UNION ALL
    SELECT s.day, s.dep_dt, s.arr_dt FROM stage_flights AS s JOIN stage_touched AS t ON t.flight_key = s.key
)
SELECT coalesce(day, '-infinity') FROM touched
UNION
SELECT later::date
FROM touched
CROSS JOIN LATERAL generate_series(day + 1, (arr_dt AT TIME ZONE 'UTC')::date, interval '1 day') AS later
WHERE dep_dt IS NOT NULL AND (arr_dt AT TIME ZONE 'UTC')::date > day;

-- name: merge
-- The touched flights take their new form. New ones are inserted plainly; of the others, one that did not change is not
-- written.
-- $1 load
WITH forms AS NOT MATERIALIZED (
    SELECT
        s.key, s.state, s.sid, s.callsign, s.uav_type, s.uav_count, s.regs, s.operator_kind, s.center,
        s.dep_lat, s.dep_lon, s.dep_source, s.arr_lat, s.arr_lon, s.arr_source,
        ST_SetSRID(ST_MakePoint(s.position_lon, s.position_lat), 4326) AS position, s.position_source,
        p.region_id, coalesce(p.region_match, 'none') AS region_match,
        s.dep_dt, s.arr_dt, s.duration_min, s.plan_dep_dt, s.plan_arr_dt, s.plan_duration_min,
        s.level_lower_m, s.level_upper_m, s.zone, s.problems, s.day, s.hour, $1::bigint AS load_id, p.time_zone
    FROM stage_flights AS s
    LEFT JOIN stage_points AS p ON p.lat = s.position_lat AND p.lon = s.position_lon
    WHERE NOT EXISTS (SELECT FROM stage_flights AS n WHERE n.key = s.key AND n.ordinal > s.ordinal)
), fresh AS (
    INSERT INTO core.flights (
        key, state, sid, callsign, uav_type, uav_count, regs, operator_kind, center,
        dep_lat, dep_lon, dep_source, arr_lat, arr_lon, arr_source,
        position, position_source, region_id, region_match,
        dep_dt, arr_dt, duration_min, plan_dep_dt, plan_arr_dt, plan_duration_min,
        level_lower_m, level_upper_m, zone, problems, day, hour, load_id, time_zone
    )
    SELECT o.*
    FROM forms AS o
    JOIN stage_touched AS t ON t.flight_key = o.key AND t.is_new
    RETURNING 1
), merged AS (
    INSERT INTO core.flights AS f (
        key, state, sid, callsign, uav_type, uav_count, regs, operator_kind, center,
        dep_lat, dep_lon, dep_source, arr_lat, arr_lon, arr_source,
        position, position_source, region_id, region_match,
        dep_dt, arr_dt, duration_min, plan_dep_dt, plan_arr_dt, plan_duration_min,
        level_lower_m, level_upper_m, zone, problems, day, hour, load_id, time_zone
    )
    SELECT o.*
    FROM forms AS o
    JOIN stage_touched AS t ON t.flight_key = o.key AND NOT t.is_new
    ON CONFLICT (key) DO UPDATE SET
        state = excluded.state, sid = excluded.sid, callsign = excluded.callsign, uav_type = excluded.uav_type,
        uav_count = excluded.uav_count, regs = excluded.regs, operator_kind = excluded.operator_kind,
        center = excluded.center, dep_lat = excluded.dep_lat, dep_lon = excluded.dep_lon,
        dep_source = excluded.dep_source, arr_lat = excluded.arr_lat, arr_lon = excluded.arr_lon,
        arr_source = excluded.arr_source, position = excluded.position, position_source = excluded.position_source,
        region_id = excluded.region_id, region_match = excluded.region_match, dep_dt = excluded.dep_dt,
        arr_dt = excluded.arr_dt, duration_min = excluded.duration_min, plan_dep_dt = excluded.plan_dep_dt,
        plan_arr_dt = excluded.plan_arr_dt, plan_duration_min = excluded.plan_duration_min,
        level_lower_m = excluded.level_lower_m, level_upper_m = excluded.level_upper_m, zone = excluded.zone,
        problems = excluded.problems, day = excluded.day, hour = excluded.hour, load_id = excluded.load_id,
        time_zone = excluded.time_zone
    WHERE (
        f.state, f.sid, f.callsign, f.uav_type, f.uav_count, f.regs, f.operator_kind, f.center,
        f.dep_lat, f.dep_lon, f.dep_source, f.arr_lat, f.arr_lon, f.arr_source,
        f.position_source, f.region_id, f.region_match, f.dep_dt, f.arr_dt, f.duration_min, f.plan_dep_dt,
        f.plan_arr_dt, f.plan_duration_min, f.level_lower_m, f.level_upper_m, f.zone, f.problems, f.day, f.hour,
        f.time_zone, ST_Y(f.position), ST_X(f.position)
    ) IS DISTINCT FROM (
        excluded.state, excluded.sid, excluded.callsign, excluded.uav_type, excluded.uav_count, excluded.regs,
        excluded.operator_kind, excluded.center, excluded.dep_lat, excluded.dep_lon, excluded.dep_source,
        excluded.arr_lat, excluded.arr_lon, excluded.arr_source, excluded.position_source, excluded.region_id,
        excluded.region_match, excluded.dep_dt, excluded.arr_dt, excluded.duration_min, excluded.plan_dep_dt,
        excluded.plan_arr_dt, excluded.plan_duration_min, excluded.level_lower_m, excluded.level_upper_m,
        excluded.zone, excluded.problems, excluded.day, excluded.hour,
        excluded.time_zone, ST_Y(excluded.position), ST_X(excluded.position)
    )
    RETURNING (f.xmax = 0) AS is_new
)
SELECT
    (SELECT count(*) FROM fresh) + count(*) FILTER (WHERE is_new) AS flights_new,
    count(*) FILTER (WHERE NOT is_new) AS flights_updated,
    (SELECT count(*) FROM stage_touched WHERE is_new)
        + (SELECT count(DISTINCT flight_key) FROM stage_others) AS flights_mentioned
FROM merged;

-- name: keep_rejects
-- $1 load
WITH texts AS (
    INSERT INTO raw.rejects (load_id, ordinal, code, sheet, row_number, center, shr, dep, arr, cells)
    SELECT $1, ordinal, code, sheet, row_number, center, shr, dep, arr, cells FROM stage_rejects
)
INSERT INTO core.rejects (load_id, sheet, row_number, code)
SELECT $1, sheet, row_number, code FROM stage_rejects;

-- name: count_centers
-- Count the rows of a load by centre: those that speak of a flight as the reader named its centre, rejected ones by the
-- names given. A row without a known centre counts under an empty name.
-- $1 load, $2 texts of centres in rejected rows, $3 the centres that they name
WITH named AS (
    SELECT * FROM unnest($2::text[], $3::text[]) AS n (text, name)
), counted AS (
    SELECT coalesce(center, '') AS center, count(*) AS rows, 0 AS rejected
    FROM stage_flights
    WHERE ordinal < 1 << 30
    GROUP BY 1
    UNION ALL
    SELECT coalesce(n.name, ''), count(*), count(*)
    FROM stage_rejects AS r
    LEFT JOIN named AS n ON n.text = r.center
    GROUP BY 1
)
INSERT INTO core.load_centers (load_id, center, rows, rejected)
SELECT $1::bigint, center, sum(rows), sum(rejected)
FROM counted
GROUP BY center

-- name: set_period
-- The days (UTC) that a workbook speaks of, first to last of its rows without strays, beside those that are plausible in it. A stray lies
-- farther from the middle day than twice the middle half of the rows is wide, and farther than a month.
-- $1 load, $2 and $3 first and last plausible day
UPDATE core.loads AS l
SET plausible_from = $2::date, plausible_to = $3::date, period_from = s.first, period_to = s.last
FROM (
    SELECT min(f.day) AS first, max(f.day) AS last
    FROM stage_flights AS f
    CROSS JOIN (
        SELECT percentile_disc(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY day) AS days FROM stage_flights
    ) AS q
    WHERE abs(f.day - q.days[2]) <= greatest(31, 2 * (q.days[3] - q.days[1]))
) AS s
WHERE l.id = $1;
