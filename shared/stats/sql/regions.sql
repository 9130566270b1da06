-- The regions of the active boundary set. Density divides by the official land area where it is known.
SELECT
    region_id, coalesce(iso, region_id::text) AS code, name, time_zone,
    coalesce(official_area_km2, area_km2) AS area_km2,
    CASE WHEN official_area_km2 IS NULL THEN 'polygon' ELSE 'official' END AS area_source
FROM mart.regions
ORDER BY region_id
