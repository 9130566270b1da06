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
