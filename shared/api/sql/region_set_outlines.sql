-- The outlines of set $1; a region that is smaller than what a small map shows has none.
SELECT
    r.id AS number, r.iso AS code, r.name, s.attribution,
    coalesce('[' || string_agg(o.polygon, ',' ORDER BY o.number) || ']', '[]') AS polygons
FROM core.regions AS r
JOIN core.boundary_sets AS s ON s.id = r.set_id
LEFT JOIN core.region_outlines AS o ON o.set_id = r.set_id AND o.region_id = r.id
WHERE r.set_id = $1::smallint
GROUP BY r.id, r.iso, r.name, s.attribution
ORDER BY r.id
