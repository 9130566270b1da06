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
