-- Only flights whose region changes are written. A day is null for flights without one.
WITH changed AS (
    UPDATE core.flights AS f
    SET region_id = p.region_id, region_match = p.region_match, time_zone = p.time_zone
    FROM stage_positions AS p
    WHERE ST_Y(f.position) = p.lat AND ST_X(f.position) = p.lon
        AND (f.region_id, f.region_match, f.time_zone) IS DISTINCT FROM (p.region_id, p.region_match, p.time_zone)
    RETURNING f.day
)
SELECT count(*) AS flights, coalesce(array_agg(DISTINCT day ORDER BY day), '{}') AS days FROM changed;
