-- Each region of set $1 (before) beside that of set $2 (after) with the same number: names, codes, zones, areas in km², and how
-- much of either lies outside the other.
WITH shared AS (
    SELECT p.region_id AS id, sum(ST_Area(ST_CollectionExtract(ST_Intersection(p.geom, q.geom), 3)::geography)) / 1e6 AS km2
    FROM core.region_parts AS p
    JOIN core.region_parts AS q ON q.set_id = $2::smallint AND q.region_id = p.region_id AND q.geom && p.geom
    WHERE p.set_id = $1::smallint
    GROUP BY p.region_id
)
SELECT
    coalesce(a.id, b.id) AS id, a.name AS name_before, b.name AS name_after, a.iso AS iso_before, b.iso AS iso_after,
    a.time_zone AS time_zone_before, b.time_zone AS time_zone_after,
    a.official_area_km2 AS official_area_before, b.official_area_km2 AS official_area_after,
    a.area_km2 AS area_before, b.area_km2 AS area_after,
    greatest(a.area_km2 - coalesce(s.km2, 0), 0) AS lost_km2, greatest(b.area_km2 - coalesce(s.km2, 0), 0) AS gained_km2
FROM (SELECT * FROM core.regions WHERE set_id = $1::smallint) AS a
FULL JOIN (SELECT * FROM core.regions WHERE set_id = $2::smallint) AS b ON b.id = a.id
LEFT JOIN shared AS s ON s.id = coalesce(a.id, b.id)
ORDER BY coalesce(a.id, b.id);
