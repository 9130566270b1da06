-- Holes that the regions of set $1 leave among themselves.
SELECT ST_Y(p.inside) AS lat, ST_X(p.inside) AS lon, h.km2
FROM (SELECT ST_Union(geom) AS geom FROM core.regions WHERE set_id = $1::smallint) AS u
CROSS JOIN LATERAL ST_Dump(u.geom) AS part
CROSS JOIN LATERAL ST_DumpRings(part.geom) AS ring
CROSS JOIN LATERAL (SELECT ST_Area(ring.geom::geography) / 1e6 AS km2) AS h
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(ring.geom) AS inside) AS p
WHERE ring.path[1] > 0
    -- An island of another region in the hole is no gap.
    AND NOT EXISTS (
        SELECT FROM core.region_parts AS r WHERE r.set_id = $1::smallint AND ST_Intersects(r.geom, p.inside)
    )
ORDER BY h.km2 DESC;
