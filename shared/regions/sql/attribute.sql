-- Inside: the smallest id of the regions of set $1 that a point lies in or on the border of.
-- A correlated aggregate keeps the planner at one look-up a point, whatever it believes of the table; the sum keeps it off the
-- index on set_id, which would have it test every part of the set.
UPDATE stage_points AS p
SET (region_id, region_match) = (
    SELECT
        min(r.region_id),
        CASE
            WHEN p.lat IS NULL OR p.lon IS NULL THEN 'none'
            WHEN min(r.region_id) IS NULL THEN 'outside'
            ELSE 'inside'
        END
    FROM core.region_parts AS r
    WHERE r.set_id + 0 = $1::smallint AND ST_Intersects(r.geom, ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4326))
);
