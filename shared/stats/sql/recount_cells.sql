-- Count the map's cells of the months of stage_days anew: level 20, 38 m wide at the equator, from the flights, level 9
-- from level 20.
CREATE TEMP TABLE told_months ON COMMIT DROP AS
SELECT DISTINCT date_trunc('month', day::timestamp)::date AS start FROM stage_days WHERE day > '-infinity';

DELETE FROM mart.flight_cells WHERE start IN (SELECT start FROM told_months);

CREATE TEMP TABLE told_cells ON COMMIT DROP AS
SELECT start, region_id, uav_type, x, y, count(*)::integer AS flights
FROM (
    SELECT
        m.start, coalesce(f.region_id, 0)::smallint AS region_id, coalesce(f.uav_type, '') AS uav_type,
        mart.cell_x(ST_X(f.position), 20) AS x, mart.cell_y(ST_Y(f.position), 20) AS y
    FROM told_months AS m
    JOIN core.flights AS f ON f.day >= m.start AND f.day < m.start + interval '1 month'
    WHERE f.position IS NOT NULL AND f.state <> 'cancelled'
) AS placed
GROUP BY x, y, start, region_id, uav_type;

INSERT INTO mart.flight_cells (start, level, x, y, region_id, uav_type, flights)
SELECT start, 20, x, y, region_id, uav_type, sum(flights)
FROM told_cells
GROUP BY start, x, y, region_id, uav_type
UNION ALL
SELECT start, 9, x >> 11, y >> 11, region_id, uav_type, sum(flights)
FROM told_cells
GROUP BY start, x >> 11, y >> 11, region_id, uav_type;

DROP TABLE told_months, told_cells;
