-- One line a table: how many rows, and a sum over the hash of every row that does not depend on their order.
-- Numbers that tell when and by which load something came are left out, and so are withdrawn loads: two databases that hold
-- the same facts agree.
WITH lines AS (
    SELECT 'core.flights' AS name, (
        f.key, f.state, f.sid, f.callsign, f.uav_type, f.uav_count, f.regs, f.operator_kind, f.center, f.dep_lat,
        f.dep_lon, f.dep_source, f.arr_lat, f.arr_lon, f.arr_source, ST_AsEWKT(f.position), f.position_source,
        f.region_id, f.region_match, f.dep_dt, f.arr_dt, f.duration_min, f.plan_dep_dt, f.plan_arr_dt,
        f.plan_duration_min, f.level_lower_m, f.level_upper_m, f.zone, f.problems, f.day, f.hour
    )::text AS line
    FROM core.flights AS f
    UNION ALL
    SELECT 'core.rejects', (l.sha256, r.sheet, r.row_number, r.code)::text
    FROM core.rejects AS r JOIN core.loads AS l ON l.id = r.load_id
    UNION ALL
    SELECT 'core.loads', (l.sha256, l.state, l.error_code, l.rows_in, l.rows_empty, l.rows_rejected)::text
    FROM core.loads AS l
    WHERE l.state <> 'withdrawn'
    UNION ALL
    SELECT 'mart.flight_counts', (
        -- Every counter there is, and there will be.
        to_jsonb(c) - '{durations, durations_n, plan_durations, plan_durations_n, slots, slots_n}'::text[],
        -- The order of values in a distribution tells nothing, nor whether equal ones stand there apart.
        (SELECT array_agg(d ORDER BY d) FROM (SELECT v, sum(coalesce(n, 1)) FROM unnest(c.durations, c.durations_n) AS l (v, n) GROUP BY v) AS d),
        (SELECT array_agg(d ORDER BY d) FROM (SELECT v, sum(coalesce(n, 1)) FROM unnest(c.plan_durations, c.plan_durations_n) AS l (v, n) GROUP BY v) AS d),
        (SELECT array_agg(d ORDER BY d) FROM (SELECT v, sum(coalesce(n, 1)) FROM unnest(c.slots, c.slots_n) AS l (v, n) GROUP BY v) AS d)
    )::text
    FROM mart.flight_counts AS c
    UNION ALL
    SELECT 'mart.flight_peaks', p::text FROM mart.flight_peaks AS p
    UNION ALL
    SELECT 'mart.flight_days', d::text FROM mart.flight_days AS d
    UNION ALL
    SELECT 'mart.flight_cells', c::text FROM mart.flight_cells AS c
    UNION ALL
    SELECT 'mart.day_cells', c::text FROM mart.day_cells AS c
    UNION ALL
    SELECT 'mart.plan_counts', (
        c.span, c.start, c.start_moscow, c.start_local, c.region_id, c.center, c.operator_kind, c.flights, c.flown,
        c.planned, c.cancelled, c.unclosed, c.no_landing, c.with_problems, c.compared, c.plan_minutes, c.minutes,
        c.far_apart, (SELECT array_agg(d ORDER BY d) FROM (SELECT v, sum(coalesce(n, 1)) FROM unnest(c.late, c.late_n) AS l (v, n) GROUP BY v) AS d)
    )::text
    FROM mart.plan_counts AS c
    UNION ALL
    SELECT 'mart.problem_counts', c::text FROM mart.problem_counts AS c
    UNION ALL
    -- What is measured meanwhile is left out, and so are lists of names, whose order tells nothing.
    SELECT 'mart.zone_counts', (
        c.span, c.start, c.start_moscow, c.start_local, c.region_id, c.state, c.flights, c.named, c.circles, c.polygons, c.routes,
        (SELECT array_agg(d ORDER BY d) FROM (SELECT v, sum(coalesce(n, 1)) FROM unnest(c.names, c.names_n) AS l (v, n) GROUP BY v) AS d)
    )::text
    FROM mart.zone_counts AS c
    WHERE c.flights > 0
    UNION ALL
    SELECT 'core.load_centers', (l.sha256, c.center, c.rows, c.rejected)::text
    FROM core.load_centers AS c JOIN core.loads AS l ON l.id = c.load_id
    WHERE l.state = 'done'
    UNION ALL
    SELECT 'raw.rows', (r.flight_key, r.row_hash, r.center, r.shr, r.dep, r.arr, r.cells)::text FROM raw.rows AS r
)
SELECT
    name,
    count(*) AS rows,
    md5(sum(hashtextextended(line, 0)::numeric)::text || sum(hashtextextended(line, 1)::numeric)::text) AS checksum
FROM lines
GROUP BY name
ORDER BY name;
