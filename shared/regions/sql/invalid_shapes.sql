-- $1 names, $2 geometries as GeoJSON: those that have to be repaired, with what is wrong and where.
SELECT r.name AS region, d.reason, ST_Y(d.location) AS lat, ST_X(d.location) AS lon
FROM unnest($1::text[], $2::text[]) AS r (name, geojson)
CROSS JOIN LATERAL ST_IsValidDetail(ST_GeomFromGeoJSON(r.geojson)) AS d
WHERE NOT d.valid
ORDER BY r.name;
