-- The regions' shapes for a small map. $1 tolerance in degrees, $2 digits after the point, $3 code of the only region (null: all)
SELECT
    coalesce(r.iso, r.id::text) AS code, r.name, coalesce(r.official_area_km2, r.area_km2) AS area_km2,
    ST_AsGeoJSON(ST_SimplifyPreserveTopology(r.geom, $1::float8), $2::integer) AS geometry
FROM core.regions AS r
JOIN core.boundary_sets AS s ON s.id = r.set_id AND s.active
WHERE $3::text IS NULL OR coalesce(r.iso, r.id::text) = $3
ORDER BY r.id
