-- The rows that a flight was made of.

-- name: flight_region
SELECT coalesce(r.iso, r.region_id::text) AS region
FROM core.flights AS f
LEFT JOIN mart.regions AS r ON r.region_id = f.region_id
WHERE f.key = $1

-- name: flight_texts
-- The rows that a flight was made of. The function puts down who asked. $1 flight, $2 opaque subject
SELECT load_id, source_at, row_number, center, shr, dep, arr, cells FROM core.flight_texts($1, $2)
