-- Each region of set $1 beside the region of set $2 (may be null) with the same id, and its official area.
SELECT r.id, r.name, r.area_km2, r.official_area_km2, o.name AS other_name, o.area_km2 AS other_area_km2
FROM core.regions AS r
LEFT JOIN core.regions AS o ON o.set_id = $2::smallint AND o.id = r.id
WHERE r.set_id = $1::smallint
ORDER BY r.id;
