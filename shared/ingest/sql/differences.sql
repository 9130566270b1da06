-- The touched flights that come, go or change, as they are and as they will be; fields are those of both sides.
WITH staged AS (
    SELECT
        s.key, p.region_id,
        to_jsonb(s) - '{ordinal,position_lat,position_lon}'::text[] || jsonb_build_object(
            'position', CASE WHEN s.position_lat IS NOT NULL THEN jsonb_build_array(s.position_lon, s.position_lat) END,
            'region_id', p.region_id, 'region_match', coalesce(p.region_match, 'none'), 'time_zone', p.time_zone
        ) AS form
    FROM stage_flights AS s
    JOIN stage_touched AS t ON t.flight_key = s.key
    LEFT JOIN stage_points AS p ON p.lat = s.position_lat AND p.lon = s.position_lon
    WHERE NOT EXISTS (SELECT FROM stage_flights AS n WHERE n.key = s.key AND n.ordinal > s.ordinal)
), stored AS (
    SELECT
        f.key, f.region_id,
        to_jsonb(f) - '{load_id}'::text[] || jsonb_build_object(
            'position', CASE WHEN f.position IS NOT NULL THEN jsonb_build_array(ST_X(f.position), ST_Y(f.position)) END
        ) AS form,
        EXISTS (SELECT FROM raw.rows AS r WHERE r.flight_key = f.key) AS has_rows
    FROM core.flights AS f
    JOIN stage_touched AS t ON t.flight_key = f.key
)
SELECT
    key,
    CASE WHEN o.key IS NULL THEN 'new' WHEN n.key IS NULL THEN 'gone' ELSE 'changed' END AS kind,
    CASE WHEN o.key IS NOT NULL AND n.key IS NOT NULL THEN (
        SELECT array_agg(was.key ORDER BY was.key)
        FROM jsonb_each(o.form) AS was JOIN jsonb_each(n.form) AS now USING (key)
        WHERE was.value IS DISTINCT FROM now.value
    ) END AS fields,
    o.region_id AS region_before,
    n.region_id AS region_after
FROM stored AS o
FULL JOIN staged AS n USING (key)
WHERE o.form IS DISTINCT FROM n.form
    -- Of which no row can be read, it stays.
    AND NOT (n.key IS NULL AND o.has_rows);
