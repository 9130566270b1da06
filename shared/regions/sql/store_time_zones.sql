-- $1 set, then one array a column: zones, the zones of the regions they lie in, shapes as GeoJSON; $5 vertices a part at most.
-- A shape goes to the region with that zone which holds most of it: a neighbour with the same zone only touches it.
INSERT INTO core.time_zone_parts (set_id, region_id, time_zone, geom)
SELECT $1::smallint, r.id, z.time_zone, p.geom
FROM unnest($2::text[], $3::text[], $4::text[]) AS z (time_zone, region_time_zone, geojson)
CROSS JOIN LATERAL (SELECT ST_MakeValid(ST_GeomFromGeoJSON(z.geojson)) AS geom) AS v
JOIN core.regions AS r ON r.set_id = $1::smallint AND r.time_zone = z.region_time_zone AND r.geom && v.geom
CROSS JOIN LATERAL ST_Subdivide(v.geom, $5::integer) AS s (geom)
CROSS JOIN LATERAL ST_Dump(s.geom) AS p
WHERE ST_Dimension(p.geom) = 2 AND NOT ST_IsEmpty(p.geom)
    AND ST_Area(ST_Intersection(r.geom, v.geom)) > ST_Area(v.geom) / 2;
