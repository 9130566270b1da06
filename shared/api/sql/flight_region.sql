SELECT coalesce(r.iso, r.region_id::text) AS region
FROM core.flights AS f
LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
WHERE f.key = $1
