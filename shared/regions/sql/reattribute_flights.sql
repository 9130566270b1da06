-- Only flights whose region changes are written.
WITH changed AS (
    UPDATE core.flights AS f
    SET region_id = p.region_id, region_match = p.region_match
    FROM stage_positions AS p
    WHERE ST_Y(f.position) = p.lat AND ST_X(f.position) = p.lon
        AND (f.region_id, f.region_match) IS DISTINCT FROM (p.region_id, p.region_match)
    RETURNING f.day
)
SELECT count(*) AS flights, coalesce(array_agg(DISTINCT day) FILTER (WHERE day IS NOT NULL), '{}') AS days FROM changed;
