-- What must be true of any database, however often and in whatever order workbooks came; each line counts offenders.
SELECT 'roll-ups differ from a recount' AS rule, count(*) AS offenders
FROM (
    SELECT
        f.day, coalesce(f.hour, -1) AS hour, coalesce(f.region_id, 0) AS region_id, f.region_match,
        coalesce(f.uav_type, '') AS uav_type, f.state, count(*) AS flights, sum(coalesce(f.uav_count, 1)) AS aircraft,
        count(f.dep_dt) AS with_dep, count(f.arr_dt) AS with_arr, count(f.duration_min) AS with_duration,
        coalesce(sum(f.duration_min), 0) AS duration_min, count(f.plan_duration_min) AS with_plan_duration,
        coalesce(sum(f.plan_duration_min), 0) AS plan_duration_min
    FROM core.flights AS f
    WHERE f.day IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6
) AS recount
FULL JOIN mart.flights_hourly AS h
    ON (h.day, h.hour, h.region_id, h.region_match, h.uav_type, h.state)
     = (recount.day, recount.hour, recount.region_id, recount.region_match, recount.uav_type, recount.state)
WHERE (
    h.flights, h.aircraft, h.with_dep, h.with_arr, h.with_duration, h.duration_min, h.with_plan_duration,
    h.plan_duration_min
) IS DISTINCT FROM (
    recount.flights, recount.aircraft, recount.with_dep, recount.with_arr, recount.with_duration,
    recount.duration_min, recount.with_plan_duration, recount.plan_duration_min
)
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
WHERE l.state = 'done' AND l.rows_rejected <> (SELECT count(*) FROM core.rejects AS r WHERE r.load_id = l.id);
