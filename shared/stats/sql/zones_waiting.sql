-- The days of whose zones some were not measured when they were counted, or were measured against other boundaries.
SELECT DISTINCT c.start AS day
FROM mart.zone_counts AS c
WHERE c.span = 'day' AND c.region_id = -1 AND (c.circles + c.polygons > 0 OR c.measured > 0)
  AND (c.circles + c.polygons > c.measured OR c.set_id IS DISTINCT FROM (SELECT id FROM core.boundary_sets WHERE active))
ORDER BY day
