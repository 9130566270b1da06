-- $1 set, $2 polygons of foreign land as GeoJSON, $3 vertices a part at most.
INSERT INTO core.foreign_parts (set_id, geom)
SELECT $1::smallint, p.geom
FROM unnest($2::text[]) AS f (geojson)
CROSS JOIN LATERAL ST_Subdivide(ST_MakeValid(ST_GeomFromGeoJSON(f.geojson)), $3::integer) AS s (geom)
CROSS JOIN LATERAL ST_Dump(s.geom) AS p
WHERE ST_Dimension(p.geom) = 2 AND NOT ST_IsEmpty(p.geom);
