-- The subjects of set $1.
SELECT id AS number, iso AS code, name, time_zone, area_km2, official_area_km2
FROM core.regions
WHERE set_id = $1::smallint
ORDER BY id
