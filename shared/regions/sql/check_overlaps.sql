-- Pairs of regions of set $1 that share more than $2 km².
SELECT a.name, b.name AS other, ST_Area(ST_CollectionExtract(ST_Intersection(a.geom, b.geom), 3)::geography) / 1e6 AS km2
FROM core.regions AS a
JOIN core.regions AS b ON b.set_id = a.set_id AND b.id > a.id AND ST_Intersects(a.geom, b.geom)
WHERE a.set_id = $1::smallint
    AND ST_Area(ST_CollectionExtract(ST_Intersection(a.geom, b.geom), 3)::geography) / 1e6 > $2::float8
ORDER BY km2 DESC, a.id, b.id;
