-- Which region each point of stage_points is in.

-- name: squares
-- The parts of set $1 by the squares of a degree that points lie in, so that a point finds its few candidates by two numbers: an
-- index of boxes takes five times as long, and twice as long again when it holds several sets. Boxes hold their sides, so what lies
-- on a side is found from both.
-- The sum keeps the planner off the index on set_id, which would have it test every part of the set.
CREATE TEMP TABLE stage_squares ON COMMIT DROP AS
SELECT s.x, s.y, r.region_id, r.geom
FROM (
    SELECT DISTINCT floor(lon) AS x, floor(lat) AS y
    FROM stage_points
    WHERE lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180
) AS s
JOIN core.region_parts AS r ON r.geom && ST_MakeEnvelope(s.x, s.y, s.x + 1, s.y + 1, 4326)
WHERE r.set_id + 0 = $1::smallint;

-- name: attribute
-- Inside: the smallest id of the regions that a point lies in or on the border of.
-- A correlated aggregate keeps the planner at one look-up a point, whatever it believes of the table.
UPDATE stage_points AS p
SET (region_id, region_match) = (
    SELECT
        min(r.region_id),
        CASE
            WHEN p.lat IS NULL OR p.lon IS NULL THEN 'none'
            WHEN min(r.region_id) IS NULL THEN 'outside'
            ELSE 'inside'
        END
    FROM stage_squares AS r
    WHERE r.x = floor(p.lon) AND r.y = floor(p.lat) AND ST_Intersects(r.geom, ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4326))
);

-- name: attribute_near_border
-- Near a border: what is outside all regions of set $1, within $2 metres of one, and on no foreign land belongs to the
-- nearest region; the smallest id of the equally near.
-- The box only finds candidates: $2 metres are $3 degrees of latitude, and more of longitude the nearer the pole. A point
-- close to the 180th meridian also looks from the other side of the world.
UPDATE stage_points AS p
SET region_id = f.region_id, region_match = 'near_border'
FROM (
    SELECT q.ctid AS row, n.region_id
    FROM stage_points AS q
    CROSS JOIN LATERAL (
        SELECT least(180, $3::float8 / greatest(cos(radians(least(90, abs(q.lat) + $3::float8))), 1e-6)) AS width
    ) AS b
    CROSS JOIN LATERAL (
        SELECT r.region_id
        FROM (VALUES (0), (360), (-360)) AS turn (degrees)
        JOIN core.region_parts AS r
            ON r.geom && ST_MakeEnvelope(
                q.lon + turn.degrees - b.width, q.lat - $3::float8, q.lon + turn.degrees + b.width, q.lat + $3::float8, 4326
            )
        CROSS JOIN LATERAL (
            SELECT ST_Distance(r.geom::geography, ST_SetSRID(ST_MakePoint(q.lon, q.lat), 4326)::geography) AS metres
        ) AS d
        WHERE r.set_id + 0 = $1::smallint AND d.metres <= $2::float8
        ORDER BY d.metres, r.region_id
        LIMIT 1
    ) AS n
    WHERE q.region_match = 'outside' AND q.lat BETWEEN -90 AND 90 AND q.lon BETWEEN -180 AND 180
        AND NOT EXISTS (
            SELECT FROM core.foreign_parts AS a
            WHERE a.set_id + 0 = $1::smallint AND ST_Intersects(a.geom, ST_SetSRID(ST_MakePoint(q.lon, q.lat), 4326))
        )
) AS f
WHERE p.ctid = f.row;

-- name: attribute_time_zone
-- The zone of points whose clock is not that of their region's centre in set $1; null stays where it is.
UPDATE stage_points AS p
SET time_zone = (
    SELECT min(t.time_zone)
    FROM core.time_zone_parts AS t
    WHERE t.set_id + 0 = $1::smallint AND t.region_id = p.region_id
        AND ST_Intersects(t.geom, ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4326))
)
WHERE p.region_id = ANY (ARRAY(SELECT DISTINCT region_id FROM core.time_zone_parts WHERE set_id = $1::smallint));
