-- What must be true of any database, however often and in whatever order workbooks came; each line counts offenders.
WITH flights AS (
    SELECT
        f.*, coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AS moment, coalesce(f.time_zone, r.time_zone) AS place_zone,
        coalesce(f.day, '-infinity') AS start
    FROM core.flights AS f
    LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
), placed AS (
    SELECT
        start,
        CASE WHEN day IS NULL THEN start ELSE coalesce((moment AT TIME ZONE 'Europe/Moscow')::date, day) END AS start_moscow,
        CASE WHEN day IS NULL THEN start
            ELSE coalesce((moment AT TIME ZONE coalesce(place_zone, 'Europe/Moscow'))::date, day) END AS start_local,
        coalesce(region_id, 0) AS region_id, coalesce(uav_type, '') AS uav_type, state,
        coalesce(uav_count, 1) AS aircraft, dep_dt, arr_dt,
        region_match, operator_kind, duration_min, plan_duration_min,
        (date_part('isodow', l.local)::integer - 1) * 24 + date_part('hour', l.local)::integer AS slot
    FROM flights
    CROSS JOIN LATERAL (SELECT moment AT TIME ZONE place_zone AS local) AS l
), recounted AS (
    SELECT
        start, start_moscow, start_local, CASE WHEN grouping(region_id) = 1 THEN -1 ELSE region_id END AS region_id,
        uav_type, state, count(*) AS flights,
        {named_counters},
        coalesce(sum(duration_min ^ 2) FILTER (WHERE state <> 'cancelled'), 0) AS squares,
        coalesce(sum(plan_duration_min ^ 2) FILTER (WHERE state <> 'cancelled'), 0) AS plan_squares,
        coalesce(sum(slot ^ 2) FILTER (WHERE state <> 'cancelled'), 0) AS slot_squares
    FROM placed
    GROUP BY start, start_moscow, start_local, uav_type, state, GROUPING SETS ((region_id), ())
), parts AS (
    -- What a month or a year must be: the sum of what it is made of.
    SELECT
        s.span, date_trunc(s.span, start::timestamp)::date AS start,
        date_trunc(s.span, start_moscow::timestamp)::date AS start_moscow,
        date_trunc(s.span, start_local::timestamp)::date AS start_local,
        region_id, uav_type, state, sum(flights) AS flights, sum(minutes) AS minutes
    FROM mart.flight_counts AS c
    JOIN (VALUES ('day', 'month'), ('month', 'year')) AS s (part, span) ON s.part = c.span
    GROUP BY 1, 2, 3, 4, 5, 6, 7
), clocks AS (
    SELECT k.clock, k.day, c.region_id, c.uav_type, c.state
    FROM mart.flight_counts AS c
    CROSS JOIN LATERAL (
        VALUES ('utc', c.start), ('moscow', c.start_moscow), ('local', c.start_local)
    ) AS k (clock, day)
    WHERE c.span = 'day' AND c.state <> 'cancelled'
)
SELECT 'roll-ups differ from a recount' AS rule, count(*) AS offenders
FROM recounted AS t
FULL JOIN (SELECT * FROM mart.flight_counts WHERE span IN ('day', 'undated')) AS c
    ON (c.start, c.start_moscow, c.start_local, c.region_id, c.uav_type, c.state)
     = (t.start, t.start_moscow, t.start_local, t.region_id, t.uav_type, t.state)
WHERE (c.flights, {names of c}) IS DISTINCT FROM (t.flights, {names of t})
UNION ALL
-- A sum of squares tells values apart that have the same sum.
SELECT 'distributions differ from a recount', count(*)
FROM recounted AS t
JOIN mart.flight_counts AS c
    ON (c.start, c.start_moscow, c.start_local, c.region_id, c.uav_type, c.state)
     = (t.start, t.start_moscow, t.start_local, t.region_id, t.uav_type, t.state)
    AND c.span IN ('day', 'undated')
WHERE (
    (SELECT coalesce(sum(v ^ 2 * coalesce(n, 1)), 0) FROM unnest(c.durations, c.durations_n) AS d (v, n)),
    (SELECT coalesce(sum(v ^ 2 * coalesce(n, 1)), 0) FROM unnest(c.plan_durations, c.plan_durations_n) AS d (v, n)),
    (SELECT coalesce(sum(v ^ 2 * coalesce(n, 1)), 0) FROM unnest(c.slots, c.slots_n) AS d (v, n))
) IS DISTINCT FROM (t.squares, t.plan_squares, t.slot_squares)
UNION ALL
SELECT 'months or years differ from their days', count(*)
FROM parts AS p
FULL JOIN (SELECT * FROM mart.flight_counts WHERE span IN ('month', 'year')) AS c
    ON (c.span, c.start, c.start_moscow, c.start_local, c.region_id, c.uav_type, c.state)
     = (p.span, p.start, p.start_moscow, p.start_local, p.region_id, p.uav_type, p.state)
WHERE (c.flights, c.minutes) IS DISTINCT FROM (p.flights, p.minutes)
UNION ALL
SELECT 'days with a flight differ from a recount', count(*)
FROM (
    SELECT
        s.span, clock, date_trunc(s.span, day::timestamp)::date AS start, region_id,
        CASE WHEN grouping(uav_type) = 1 THEN '*' ELSE uav_type END AS uav_type,
        count(DISTINCT day) AS days, count(DISTINCT day) FILTER (WHERE state = 'flown') AS flown_days
    FROM clocks
    CROSS JOIN (VALUES ('month'), ('year')) AS s (span)
    GROUP BY s.span, clock, 3, region_id, GROUPING SETS ((uav_type), ())
) AS t
FULL JOIN mart.flight_days AS d
    ON (d.span, d.clock, d.start, d.region_id, d.uav_type) = (t.span, t.clock, t.start, t.region_id, t.uav_type)
WHERE (d.days, d.flown_days) IS DISTINCT FROM (t.days, t.flown_days)
UNION ALL
SELECT 'fullest hours differ from a recount', count(*)
FROM (
    SELECT day, region_id, max(flights) AS flights
    FROM (
        SELECT day, hour, CASE WHEN grouping(region_id) = 1 THEN -1 ELSE region_id END AS region_id, count(*) AS flights
        FROM (SELECT day, hour, coalesce(region_id, 0) AS region_id FROM core.flights WHERE state <> 'cancelled') AS f
        WHERE day IS NOT NULL AND hour IS NOT NULL
        GROUP BY day, hour, GROUPING SETS ((region_id), ())
    ) AS hours
    GROUP BY day, region_id
) AS t
FULL JOIN (
    SELECT start, region_id, max(peak_hour) AS peak_hour FROM mart.flight_peaks
    WHERE span = 'day' AND uav_type = '*' AND peak_hour > 0
    GROUP BY start, region_id
) AS p ON (p.start, p.region_id) = (t.day, t.region_id)
WHERE p.peak_hour IS DISTINCT FROM t.flights
UNION ALL
SELECT 'peaks of months or years differ from their days', count(*)
FROM (
    SELECT
        s.span, date_trunc(s.span, p.start::timestamp)::date AS start,
        date_trunc(s.span, p.start_moscow::timestamp)::date AS start_moscow,
        date_trunc(s.span, p.start_local::timestamp)::date AS start_local, p.region_id, p.uav_type,
        max(p.peak_hour) AS peak_hour, max(p.peak_sliding) AS peak_sliding, max(p.peak_airborne) AS peak_airborne,
        max(coalesce(p.flown_hour, p.peak_hour)) AS flown_hour,
        max(coalesce(p.flown_sliding, p.peak_sliding)) AS flown_sliding
    FROM mart.flight_peaks AS p
    CROSS JOIN (VALUES ('month'), ('year')) AS s (span)
    WHERE p.span = 'day'
    GROUP BY 1, 2, 3, 4, 5, 6
) AS t
FULL JOIN (SELECT * FROM mart.flight_peaks WHERE span <> 'day') AS p
    ON (p.span, p.start, p.start_moscow, p.start_local, p.region_id, p.uav_type)
     = (t.span, t.start, t.start_moscow, t.start_local, t.region_id, t.uav_type)
WHERE (
    p.peak_hour, p.peak_sliding, p.peak_airborne, coalesce(p.flown_hour, p.peak_hour),
    coalesce(p.flown_sliding, p.peak_sliding)
) IS DISTINCT FROM (t.peak_hour, t.peak_sliding, t.peak_airborne, t.flown_hour, t.flown_sliding)
UNION ALL
SELECT 'distributions that do not add up', count(*)
FROM mart.flight_counts AS c
WHERE c.state <> 'cancelled' AND (c.timed, c.plan_timed) IS DISTINCT FROM (
      (SELECT coalesce(sum(coalesce(n, 1)), 0) FROM unnest(c.durations, c.durations_n) AS d (minutes, n)),
      (SELECT coalesce(sum(coalesce(n, 1)), 0) FROM unnest(c.plan_durations, c.plan_durations_n) AS d (minutes, n))
  )
UNION ALL
SELECT 'map cells of days differ from the flights', count(*)
FROM (
    SELECT
        day AS start, mart.cell_x(ST_X(position), 20) AS x, mart.cell_y(ST_Y(position), 20) AS y,
        coalesce(region_id, 0) AS region_id, coalesce(uav_type, '') AS uav_type, count(*) AS flights,
        count(*) FILTER (WHERE state = 'flown') AS flown
    FROM core.flights
    WHERE state <> 'cancelled' AND position IS NOT NULL AND day IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5
) AS t
FULL JOIN (
    SELECT start, x, y, region_id, uav_type, sum(flights) AS flights, sum(flown) AS flown FROM mart.day_cells GROUP BY 1, 2, 3, 4, 5
) AS c ON (c.start, c.x, c.y, c.region_id, c.uav_type) = (t.start, t.x, t.y, t.region_id, t.uav_type)
WHERE (c.flights, c.flown) IS DISTINCT FROM (t.flights, t.flown)
UNION ALL
SELECT 'map cells of months differ from their days', count(*)
FROM (
    SELECT
        date_trunc('month', start::timestamp)::date AS start, date_trunc('month', start_moscow::timestamp)::date AS start_moscow,
        date_trunc('month', start_local::timestamp)::date AS start_local, l.level, x >> (20 - l.level) AS x,
        y >> (20 - l.level) AS y, region_id, uav_type, sum(flights) AS flights, sum(flown) AS flown
    FROM mart.day_cells
    CROSS JOIN (VALUES (9), (20)) AS l (level)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
) AS t
FULL JOIN mart.flight_cells AS c
    ON (c.start, c.start_moscow, c.start_local, c.level, c.x, c.y, c.region_id, c.uav_type)
     = (t.start, t.start_moscow, t.start_local, t.level, t.x, t.y, t.region_id, t.uav_type)
WHERE (c.flights, c.flown) IS DISTINCT FROM (t.flights, t.flown)
UNION ALL
SELECT 'plans against facts differ from the flights', count(*)
FROM (
    SELECT
        day AS start, CASE WHEN grouping(region_id) = 1 THEN -1 ELSE region_id END AS region_id, center, operator_kind,
        count(*) FILTER (WHERE state <> 'cancelled') AS flights,
        count(*) FILTER (WHERE state = 'flown' AND arr_dt IS NULL) AS no_landing,
        count(late) AS late
    FROM (
        SELECT
            day, coalesce(region_id, 0) AS region_id, coalesce(center, '') AS center, operator_kind, state, arr_dt,
            CASE WHEN state = 'flown' AND dep_dt - plan_dep_dt BETWEEN interval '-12 hours' AND interval '12 hours' THEN 1 END AS late
        FROM core.flights
        WHERE day IS NOT NULL
    ) AS f
    GROUP BY day, center, operator_kind, GROUPING SETS ((region_id), ())
) AS t
FULL JOIN (
    SELECT
        start, region_id, center, operator_kind, sum(flights) AS flights, sum(no_landing) AS no_landing,
        sum((SELECT coalesce(sum(coalesce(n, 1)), 0) FROM unnest(late, late_n) AS l (minutes, n))) AS late
    FROM mart.plan_counts
    WHERE span = 'day'
    GROUP BY start, region_id, center, operator_kind
) AS c ON (c.start, c.region_id, c.center, c.operator_kind) = (t.start, t.region_id, t.center, t.operator_kind)
WHERE (c.flights, c.no_landing, c.late) IS DISTINCT FROM (t.flights, t.no_landing, t.late)
UNION ALL
SELECT 'plans against facts of months or years differ from their days', count(*)
FROM (
    SELECT
        s.span, date_trunc(s.span, c.start::timestamp)::date AS start, c.region_id, c.center, sum(c.flights) AS flights,
        sum(c.planned) AS planned, sum(c.minutes) AS minutes
    FROM mart.plan_counts AS c
    CROSS JOIN (VALUES ('month'), ('year')) AS s (span)
    WHERE c.span = 'day'
    GROUP BY 1, 2, 3, 4
) AS t
FULL JOIN (
    SELECT span, start, region_id, center, sum(flights) AS flights, sum(planned) AS planned, sum(minutes) AS minutes
    FROM mart.plan_counts
    WHERE span <> 'day'
    GROUP BY 1, 2, 3, 4
) AS c ON (c.span, c.start, c.region_id, c.center) = (t.span, t.start, t.region_id, t.center)
WHERE (c.flights, c.planned, c.minutes) IS DISTINCT FROM (t.flights, t.planned, t.minutes)
UNION ALL
SELECT 'problems by centre differ from the flights', count(*)
FROM (
    SELECT
        s.span, CASE s.span WHEN 'day' THEN day ELSE date_trunc(s.span, day::timestamp)::date END AS start,
        CASE WHEN grouping(region_id) = 1 THEN -1 ELSE region_id END AS region_id, center, uav_type, problems,
        count(*) AS flights, count(*) FILTER (WHERE state = 'flown') AS flown
    FROM (
        SELECT
            day, coalesce(region_id, 0) AS region_id, coalesce(center, '') AS center, coalesce(uav_type, '') AS uav_type,
            problems, state
        FROM core.flights
        WHERE state <> 'cancelled' AND day IS NOT NULL
    ) AS f
    CROSS JOIN (VALUES ('day'), ('month'), ('year')) AS s (span)
    GROUP BY 1, 2, center, uav_type, problems, GROUPING SETS ((region_id), ())
) AS t
FULL JOIN (
    SELECT span, start, region_id, center, uav_type, problems, sum(flights) AS flights, sum(flown) AS flown
    FROM mart.problem_counts
    GROUP BY 1, 2, 3, 4, 5, 6
) AS c
    ON (c.span, c.start, c.region_id, c.center, c.uav_type, c.problems)
        = (t.span, t.start, t.region_id, t.center, t.uav_type, t.problems)
WHERE (c.flights, c.flown) IS DISTINCT FROM (t.flights, t.flown)
UNION ALL
SELECT 'zones differ from the flights', count(*)
FROM (
    SELECT
        day AS start, coalesce(region_id, 0) AS region_id, state, count(*) AS flights,
        count(*) FILTER (WHERE zone ->> 'kind' IN ('circle', 'polygon')) AS outlined
    FROM core.flights
    WHERE day IS NOT NULL AND state <> 'cancelled'
    GROUP BY 1, 2, 3
) AS t
FULL JOIN (
    SELECT start, region_id, state, sum(flights) AS flights, sum(circles + polygons) AS outlined
    FROM mart.zone_counts
    WHERE span = 'day' AND region_id >= 0
    GROUP BY start, region_id, state
    HAVING sum(flights) > 0
) AS c ON (c.start, c.region_id, c.state) = (t.start, t.region_id, t.state)
WHERE (c.flights, c.outlined) IS DISTINCT FROM (t.flights, t.outlined)
UNION ALL
SELECT 'zones whose shares do not add up', count(*)
FROM (SELECT FROM core.zone_shares GROUP BY zone, set_id HAVING sum(millionths) <> 1000000) AS s
UNION ALL
SELECT 'rows of loads by centre that do not add up', count(*)
FROM core.loads AS l
LEFT JOIN (
    SELECT load_id, sum(rows) AS rows, sum(rejected) AS rejected FROM core.load_centers GROUP BY load_id
) AS c ON c.load_id = l.id
WHERE l.state = 'done' AND l.rows_traced
  AND (l.rows_in - l.rows_empty, l.rows_rejected) IS DISTINCT FROM (coalesce(c.rows, 0), coalesce(c.rejected, 0))
UNION ALL
SELECT 'flights without a source row', count(*)
FROM core.flights AS f WHERE NOT EXISTS (SELECT FROM raw.rows AS r WHERE r.flight_key = f.key)
UNION ALL
SELECT 'source rows without a flight', count(*)
FROM raw.rows AS r WHERE NOT EXISTS (SELECT FROM core.flights AS f WHERE f.key = r.flight_key)
UNION ALL
SELECT 'loads whose sum is off', count(*)
FROM core.loads
WHERE state = 'done'
  AND rows_in <> rows_empty + rows_repeated + rows_rejected + flights_new + flights_updated + flights_unchanged
UNION ALL
SELECT 'loads whose rejects are not all kept', count(*)
FROM core.loads AS l
WHERE l.state = 'done' AND l.rows_rejected <> (SELECT count(*) FROM core.rejects AS r WHERE r.load_id = l.id)
UNION ALL
SELECT 'loads claimed beyond their lease', count(*)
FROM core.loads WHERE state = 'claimed' AND lease_until < now()
UNION ALL
SELECT 'uploads without an end', count(*)
FROM core.uploads WHERE outcome IS NULL AND step <> 'announced' AND coalesce(lease_until, updated_at + interval '1 hour') < now()
UNION ALL
SELECT 'uploads that ended otherwise than their load', count(*)
FROM core.uploads AS u JOIN core.loads AS l ON l.id = u.load_id
WHERE u.outcome IN ('loaded', 'duplicate') AND l.state <> 'done'
UNION ALL
SELECT 'rows of loads that are not in', count(*)
FROM (SELECT load_id FROM raw.rows UNION ALL SELECT load_id FROM raw.repeats UNION ALL SELECT load_id FROM raw.rejects) AS r
WHERE NOT EXISTS (SELECT FROM core.loads AS l WHERE l.id = r.load_id AND l.state = 'done')
UNION ALL
SELECT 'places of rows that are not all kept', count(*)
FROM core.loads AS l
LEFT JOIN (
    SELECT load_id, count(*) AS n
    FROM (SELECT load_id FROM raw.rows UNION ALL SELECT load_id FROM raw.repeats) AS r
    GROUP BY load_id
) AS p ON p.load_id = l.id
WHERE l.state = 'done' AND l.rows_traced AND l.rows_in - l.rows_empty - l.rows_rejected <> coalesce(p.n, 0)
UNION ALL
SELECT 'rejects whose texts are not kept', count(*)
FROM core.loads AS l
WHERE l.state = 'done' AND l.rows_traced AND l.rows_rejected <> (SELECT count(*) FROM raw.rejects AS r WHERE r.load_id = l.id)
UNION ALL
SELECT 'repeated rows that are not kept', count(*)
FROM raw.repeats AS p
WHERE NOT EXISTS (SELECT FROM raw.rows AS r WHERE (r.flight_key, r.row_hash) = (p.flight_key, p.row_hash))
UNION ALL
SELECT 'rows that bear an older place than they have', count(*)
FROM raw.repeats AS p
JOIN raw.rows AS r USING (flight_key, row_hash)
JOIN core.loads AS a ON a.id = p.load_id
JOIN core.loads AS b ON b.id = r.load_id
WHERE (a.source_at, a.sha256, p.ordinal) > (b.source_at, b.sha256, r.ordinal);
