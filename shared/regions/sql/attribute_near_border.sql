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
