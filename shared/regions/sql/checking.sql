-- What is wrong with a set, and how two differ.

-- name: check_overlaps
-- Pairs of regions of set $1 and the area that they share; measured part by part, for parts are small.
SELECT a.name, b.name AS other, o.km2
FROM (
    SELECT
        p.region_id AS id, q.region_id AS other_id,
        sum(ST_Area(ST_CollectionExtract(ST_Intersection(p.geom, q.geom), 3)::geography)) / 1e6 AS km2
    FROM core.region_parts AS p
    JOIN core.region_parts AS q
        ON q.set_id = p.set_id AND q.region_id > p.region_id AND ST_Relate(p.geom, q.geom, 'T********')
    WHERE p.set_id = $1::smallint
    GROUP BY p.region_id, q.region_id
) AS o
JOIN core.regions AS a ON a.set_id = $1::smallint AND a.id = o.id
JOIN core.regions AS b ON b.set_id = $1::smallint AND b.id = o.other_id
WHERE o.km2 > 0
ORDER BY o.km2 DESC, o.id, o.other_id;

-- name: check_gaps
-- Holes that the regions of set $1 leave among themselves.
SELECT ST_Y(p.inside) AS lat, ST_X(p.inside) AS lon, h.km2
FROM (SELECT ST_Union(geom) AS geom FROM core.regions WHERE set_id = $1::smallint) AS u
CROSS JOIN LATERAL ST_Dump(u.geom) AS part
CROSS JOIN LATERAL ST_DumpRings(part.geom) AS ring
CROSS JOIN LATERAL (SELECT ST_Area(ring.geom::geography) / 1e6 AS km2) AS h
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(ring.geom) AS inside) AS p
WHERE ring.path[1] > 0
    -- An island of another region in the hole is no gap.
    AND NOT EXISTS (
        SELECT FROM core.region_parts AS r WHERE r.set_id = $1::smallint AND ST_Intersects(r.geom, p.inside)
    )
ORDER BY h.km2 DESC;

-- name: compare_sets
-- Each region of set $1 (before) beside that of set $2 (after) with the same number: names, codes, zones, areas in km², and how
-- much of either lies outside the other.
-- What lies outside is cut out and measured by itself: an area less another has the difference of their long straight sides in
-- it, which a geodesic cuts off otherwise when they are in parts. Parts that both sets hold as they are need no look.
WITH parts AS MATERIALIZED (
    SELECT r.set_id, r.region_id, r.geom
    FROM core.region_parts AS r
    WHERE r.set_id IN ($1::smallint, $2::smallint) AND NOT EXISTS (
        SELECT FROM core.region_parts AS t
        WHERE t.set_id = $1::smallint + $2::smallint - r.set_id AND t.region_id = r.region_id AND t.geom = r.geom
    )
), outside AS (
    SELECT p.set_id, p.region_id, sum(ST_Area(d.geom::geography)) / 1e6 AS km2
    FROM parts AS p
    CROSS JOIN LATERAL (
        SELECT ST_Union(q.geom) AS geom
        FROM core.region_parts AS q
        WHERE q.geom && p.geom AND q.region_id = p.region_id AND q.set_id + 0 = $1::smallint + $2::smallint - p.set_id
    ) AS o
    CROSS JOIN LATERAL (
        SELECT CASE WHEN o.geom IS NULL THEN p.geom ELSE ST_CollectionExtract(ST_Difference(p.geom, o.geom), 3) END AS geom
    ) AS d
    GROUP BY p.set_id, p.region_id
)
SELECT
    coalesce(a.id, b.id) AS id, a.name AS name_before, b.name AS name_after, a.iso AS iso_before, b.iso AS iso_after,
    a.time_zone AS time_zone_before, b.time_zone AS time_zone_after,
    a.official_area_km2 AS official_area_before, b.official_area_km2 AS official_area_after,
    a.area_km2 AS area_before, b.area_km2 AS area_after,
    coalesce(CASE WHEN b.id IS NULL THEN a.area_km2 ELSE lost.km2 END, 0) AS lost_km2,
    coalesce(CASE WHEN a.id IS NULL THEN b.area_km2 ELSE gained.km2 END, 0) AS gained_km2
FROM (SELECT * FROM core.regions WHERE set_id = $1::smallint) AS a
FULL JOIN (SELECT * FROM core.regions WHERE set_id = $2::smallint) AS b ON b.id = a.id
LEFT JOIN outside AS lost ON lost.set_id = $1::smallint AND lost.region_id = a.id
LEFT JOIN outside AS gained ON gained.set_id = $2::smallint AND gained.region_id = b.id
ORDER BY coalesce(a.id, b.id);
