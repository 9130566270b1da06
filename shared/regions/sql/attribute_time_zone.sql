-- The zone of points whose clock is not that of their region's centre in set $1; null stays where it is.
UPDATE stage_points AS p
SET time_zone = (
    SELECT min(t.time_zone)
    FROM core.time_zone_parts AS t
    WHERE t.set_id + 0 = $1::smallint AND t.region_id = p.region_id
        AND ST_Intersects(t.geom, ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4326))
)
WHERE p.region_id = ANY (ARRAY(SELECT DISTINCT region_id FROM core.time_zone_parts WHERE set_id = $1::smallint));
