-- Count the map's cells of the months of stage_days anew: level 15 from the flights, 11 and 8 from level 15.
CREATE TEMP TABLE told_months ON COMMIT DROP AS
SELECT DISTINCT date_trunc('month', day::timestamp)::date AS start FROM stage_days WHERE day > '-infinity';

DELETE FROM mart.flight_cells WHERE start IN (SELECT start FROM told_months);

CREATE TEMP TABLE told_cells ON COMMIT DROP AS
WITH places AS (
    -- The same places come again and again: the projection is worked out once for each.
    SELECT
        m.start, coalesce(f.region_id, 0)::smallint AS region_id, coalesce(nullif(f.uav_type, '*'), '') AS uav_type,
        f.position, count(*) AS flights
    FROM told_months AS m
    JOIN core.flights AS f ON f.day >= m.start AND f.day < m.start + interval '1 month'
    WHERE f.position IS NOT NULL AND f.state <> 'cancelled'
    GROUP BY 1, 2, 3, 4
)
SELECT start, region_id, uav_type, (mart.cell(position, 15)).*, flights
FROM places;

INSERT INTO mart.flight_cells (start, level, x, y, region_id, uav_type, flights)
SELECT start, 15, x, y, region_id, uav_type, sum(flights)
FROM told_cells
GROUP BY 1, 3, 4, 5, 6
UNION ALL
SELECT start, 11, x >> 4, y >> 4, region_id, uav_type, sum(flights)
FROM told_cells
GROUP BY 1, 3, 4, 5, 6
UNION ALL
SELECT start, 8, x >> 7, y >> 7, region_id, uav_type, sum(flights)
FROM told_cells
GROUP BY 1, 3, 4, 5, 6;

DROP TABLE told_months, told_cells;
