-- What the roll-ups count of some flights, as they are now; days are UTC days, -infinity where none is known.
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
    CASE WHEN f.position IS NOT NULL THEN mart.cell_x(ST_X(f.position), 20) END AS x,
    CASE WHEN f.position IS NOT NULL THEN mart.cell_y(ST_Y(f.position), 20) END AS y
FROM ({keys}) AS k (key)
JOIN core.flights AS f USING (key)
LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
CROSS JOIN LATERAL (SELECT coalesce(f.day, '-infinity') AS start) AS d
CROSS JOIN LATERAL (
    SELECT
        coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AT TIME ZONE 'Europe/Moscow' AS moscow,
        coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AT TIME ZONE coalesce(f.time_zone, r.time_zone) AS local
    OFFSET 0
) AS l
