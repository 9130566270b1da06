-- What changed: the days to be counted anew, or flights before and after and their differences.

-- name: days_and_reach
-- $1 days; asyncpg writes its least date as -infinity, which stands for flights without a day
INSERT INTO stage_days
SELECT unnest($1::date[])
UNION
SELECT later::date
FROM core.flights AS f
CROSS JOIN LATERAL generate_series(f.day + 1, (f.arr_dt AT TIME ZONE 'UTC')::date, interval '1 day') AS later
WHERE f.day = ANY ($1::date[]) AND f.dep_dt IS NOT NULL AND (f.arr_dt AT TIME ZONE 'UTC')::date > f.day

-- name: counted_years
-- The years in which flights begin, and those into which one that crosses a midnight reaches.
SELECT DISTINCT date_trunc('year', day::timestamp)::date AS year FROM core.flights WHERE day IS NOT NULL
UNION
SELECT DISTINCT date_trunc('year', arr_dt AT TIME ZONE 'UTC')::date FROM core.flights
WHERE dep_dt IS NOT NULL AND (arr_dt AT TIME ZONE 'UTC')::date > day
ORDER BY year

-- name: stage_notes
-- What the roll-ups count of flights before and after they change, and of all flights of days that are counted anew.
CREATE TEMP TABLE IF NOT EXISTS flights_before (
    key uuid, start date, start_moscow date, start_local date, region_id smallint, uav_type text, state text,
    region_match text, operator_kind text, center text, aircraft integer, dep_dt timestamptz, arr_dt timestamptz,
    moment timestamptz, duration_min integer, plan_duration_min integer, slot integer, late integer, problems text[],
    zone_kind text, zone_names text[], outline jsonb, zone uuid, x integer, y integer
) ON COMMIT DROP;
CREATE TEMP TABLE IF NOT EXISTS flights_after (LIKE flights_before) ON COMMIT DROP;
CREATE TEMP TABLE IF NOT EXISTS counted_flights (LIKE flights_before) ON COMMIT DROP;
TRUNCATE flights_before, flights_after, counted_flights

-- name: note_flights
-- What the roll-ups count of some flights `f`, as they are now; days are UTC days, -infinity where none is known. What is
-- counted of one is kept apart by the Moscow day and the local day it belongs to as well, so that the days of every clock are
-- sums of what is counted by UTC days. Lateness is the take-off less the planned one, minutes. Of the names of zones those
-- with digits count; words are left alone, since anything may stand there.
INSERT INTO {noted}
SELECT
    f.key, d.start,
    coalesce(CASE WHEN f.day IS NOT NULL THEN l.moscow::date END, d.start) AS start_moscow,
    coalesce(CASE WHEN f.day IS NOT NULL THEN coalesce(l.local, l.moscow)::date END, d.start) AS start_local,
    coalesce(f.region_id, 0)::smallint AS region_id, coalesce(f.uav_type, '') AS uav_type, f.state,
    f.region_match, f.operator_kind, coalesce(f.center, '') AS center, coalesce(f.uav_count, 1) AS aircraft,
    f.dep_dt, f.arr_dt, coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AS moment, f.duration_min, f.plan_duration_min,
    (date_part('isodow', l.local)::integer - 1) * 24 + date_part('hour', l.local)::integer AS slot,
    CASE WHEN f.state = 'flown' THEN (date_part('epoch', f.dep_dt - f.plan_dep_dt) / 60)::integer END AS late,
    f.problems, f.zone ->> 'kind' AS zone_kind,
    CASE
        WHEN f.zone ->> 'kind' = 'named' THEN ARRAY(
            SELECT DISTINCT n.name FROM jsonb_array_elements_text(f.zone -> 'names') AS n (name)
            WHERE n.name ~ '^[A-Z]{0,4}[0-9]{1,8}[A-Z]?$'
            ORDER BY n.name
        )
    END AS zone_names,
    CASE WHEN f.zone ->> 'kind' IN ('circle', 'polygon') THEN f.zone END AS outline,
    CASE WHEN f.zone ->> 'kind' IN ('circle', 'polygon') THEN md5(f.zone::text)::uuid END AS zone,
    CASE WHEN f.position IS NOT NULL THEN mart.cell_x(ST_X(f.position), 20) END AS x,
    CASE WHEN f.position IS NOT NULL THEN mart.cell_y(ST_Y(f.position), 20) END AS y
FROM {flights}
LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
CROSS JOIN LATERAL (SELECT coalesce(f.day, '-infinity') AS start) AS d
CROSS JOIN LATERAL (
    SELECT
        coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AT TIME ZONE 'Europe/Moscow' AS moscow,
        coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AT TIME ZONE coalesce(f.time_zone, r.time_zone) AS local
    OFFSET 0
) AS l

-- name: flight_changes
-- What is taken away (sign -1) and added (1): flights that count as before cancel out. One that differs in its region alone
-- changes nothing for the whole country.
CREATE TEMP TABLE flight_changes ON COMMIT DROP AS
SELECT
    *, count(*) OVER (
        PARTITION BY
            key, start, start_moscow, start_local, uav_type, state, region_match, operator_kind, center, aircraft, dep_dt,
            arr_dt, moment, duration_min, plan_duration_min, slot, late, problems, zone_kind, zone_names, outline, zone, x, y
    ) = 1 AS of_country
FROM (
    SELECT -1 AS sign, b.* FROM (TABLE flights_before EXCEPT ALL TABLE flights_after) AS b
    UNION ALL
    SELECT 1, a.* FROM (TABLE flights_after EXCEPT ALL TABLE flights_before) AS a
) AS differing;

ANALYZE flight_changes

-- name: spans_of_changes
-- The rows of roll-ups that a line of flight_changes counts in: undated, or day, month and year; its region and the whole country (-1).
flight_changes AS t
CROSS JOIN LATERAL (
    SELECT 'undated', t.start, t.start, t.start
    WHERE t.start = '-infinity'
    UNION ALL
    SELECT 'day', t.start, t.start_moscow, t.start_local
    WHERE t.start > '-infinity'
    UNION ALL
    SELECT
        span, date_trunc(span, t.start::timestamp)::date, date_trunc(span, t.start_moscow::timestamp)::date,
        date_trunc(span, t.start_local::timestamp)::date
    FROM unnest(ARRAY['month', 'year']) AS span
    WHERE t.start > '-infinity'
) AS s (span, start, start_moscow, start_local)
CROSS JOIN LATERAL (SELECT t.region_id UNION ALL SELECT -1 WHERE t.of_country) AS w (region_id)

-- name: parts_of_change
SELECT c.span AS made, c.start AS first, c.start_moscow AS first_moscow, c.start_local AS first_local, c.*
FROM changed_rows AS c

-- name: new_revision
INSERT INTO mart.revision AS r (number, counted_at) VALUES (1, clock_timestamp())
ON CONFLICT (single) DO UPDATE SET number = r.number + 1, counted_at = excluded.counted_at
