-- $1 set, $2 vertices a part at most.
INSERT INTO core.region_parts (set_id, region_id, geom)
SELECT r.set_id, r.id, p.geom
FROM core.regions AS r
CROSS JOIN LATERAL ST_Subdivide(r.geom, $2::integer) AS s (geom)
CROSS JOIN LATERAL ST_Dump(s.geom) AS p
WHERE r.set_id = $1::smallint AND ST_Dimension(p.geom) = 2 AND NOT ST_IsEmpty(p.geom);
