GRANT SELECT, INSERT, UPDATE, DELETE ON mart.day_cells TO fp_ingest;
GRANT SELECT ON mart.day_cells TO fp_api, fp_datalens;

-- Count the cells of all days; those of months are there.
INSERT INTO mart.day_cells (start, x, y, region_id, uav_type, start_moscow, start_local, flights, flown)
SELECT
    start, x, y, region_id, uav_type, start_moscow, start_local,
    count(*)::integer AS flights, count(*) FILTER (WHERE flown)::integer AS flown
FROM (
    SELECT
        f.day AS start, coalesce(l.moscow::date, f.day) AS start_moscow,
        coalesce(coalesce(l.local, l.moscow)::date, f.day) AS start_local,
        coalesce(f.region_id, 0)::smallint AS region_id, coalesce(f.uav_type, '') AS uav_type,
        f.state = 'flown' AS flown,
        mart.cell_x(ST_X(f.position), 20) AS x, mart.cell_y(ST_Y(f.position), 20) AS y
    FROM core.flights AS f
    LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
    CROSS JOIN LATERAL (
        SELECT
            coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AT TIME ZONE 'Europe/Moscow' AS moscow,
            coalesce(f.dep_dt, f.plan_dep_dt, f.arr_dt) AT TIME ZONE coalesce(f.time_zone, r.time_zone) AS local
        OFFSET 0
    ) AS l
    WHERE f.day IS NOT NULL AND f.position IS NOT NULL AND f.state <> 'cancelled'
) AS placed
GROUP BY start, x, y, region_id, uav_type, start_moscow, start_local
ORDER BY start, x, y;
