-- Inside: the smallest id of the regions that a point lies in or on the border of.
-- A lateral aggregate keeps the planner at one index look-up a point, whatever it believes of the table.
UPDATE stage_points AS p
SET region_id = f.region_id,
    region_match = CASE WHEN p.lat IS NULL OR p.lon IS NULL THEN 'none' WHEN f.region_id IS NULL THEN 'outside' ELSE 'inside' END
FROM (
    SELECT q.ctid AS row, i.region_id
    FROM stage_points AS q
    LEFT JOIN LATERAL (
        SELECT min(r.region_id) AS region_id
        FROM core.region_parts AS r
        WHERE r.set_id = $1::smallint AND ST_Intersects(r.geom, ST_SetSRID(ST_MakePoint(q.lon, q.lat), 4326))
    ) AS i ON true
) AS f
WHERE p.ctid = f.row;
