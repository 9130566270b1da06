-- The regions of set $1 as GeoJSON features, one a row.
SELECT json_build_object(
    'type', 'Feature',
    'properties', json_build_object(
        'id', id, 'iso', iso, 'name', name, 'time_zone', time_zone, 'official_area_km2', official_area_km2, 'area_km2', area_km2
    ),
    'geometry', ST_AsGeoJSON(geom, 9)::json
)::text AS feature
FROM core.regions
WHERE set_id = $1::smallint
ORDER BY id;
