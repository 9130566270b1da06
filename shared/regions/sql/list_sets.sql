SELECT s.id, s.name, s.source, s.licence, s.attribution, s.sha256, s.loaded_at, s.active, count(r.id) AS regions
FROM core.boundary_sets AS s
LEFT JOIN core.regions AS r ON r.set_id = s.id
GROUP BY s.id
ORDER BY s.id;
