-- Where sets $1 and $2 differ: what a region (by number), or a time zone below one, holds in one of them alone. Parts that both
-- sets hold as they are, and that is most of them, are not looked at; what is over belongs to stage_areas.
CREATE TEMP TABLE stage_areas ON COMMIT DROP AS
WITH parts AS MATERIALIZED (
    SELECT r.set_id, r.region_id, r.geom
    FROM core.region_parts AS r
    WHERE r.set_id IN ($1::smallint, $2::smallint) AND NOT EXISTS (
        SELECT FROM core.region_parts AS t
        WHERE t.set_id = $1::smallint + $2::smallint - r.set_id AND t.region_id = r.region_id AND t.geom = r.geom
    )
)
SELECT ST_Difference(p.geom, o.geom) AS geom
FROM parts AS p
CROSS JOIN LATERAL (
    SELECT ST_Union(q.geom) AS geom
    FROM core.region_parts AS q
    WHERE q.geom && p.geom AND q.region_id = p.region_id AND q.set_id + 0 = $1::smallint + $2::smallint - p.set_id
) AS o
WHERE o.geom IS NOT NULL
UNION ALL
SELECT p.geom
FROM parts AS p
WHERE NOT EXISTS (
    SELECT FROM core.region_parts AS q
    WHERE q.geom && p.geom AND q.region_id = p.region_id AND q.set_id + 0 = $1::smallint + $2::smallint - p.set_id
)
UNION ALL
SELECT z.geom
FROM core.time_zone_parts AS z
WHERE z.set_id IN ($1::smallint, $2::smallint) AND NOT EXISTS (
    SELECT FROM core.time_zone_parts AS t
    WHERE t.set_id = $1::smallint + $2::smallint - z.set_id AND (t.region_id, t.time_zone) = (z.region_id, z.time_zone)
        AND t.geom = z.geom
);
