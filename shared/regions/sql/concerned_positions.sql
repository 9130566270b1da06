-- Positions of flights that have not been judged yet and may be judged otherwise now: those in an area where the sets differ, with
-- a centimetre for rounding, and those outside all regions, for which distances and foreign land count. $1 all the others too; $2 the age of the transaction since which flights are
-- looked at, null for all.
CREATE TEMP TABLE stage_concerned ON COMMIT DROP AS
SELECT p.position, ST_Y(p.position) AS lat, ST_X(p.position) AS lon, NULL::smallint AS region_id, NULL::text AS region_match,
    NULL::text AS time_zone
FROM (
    SELECT f.position, bool_or(f.region_match <> 'inside') AS beyond
    FROM core.flights AS f
    WHERE f.position IS NOT NULL AND ($2::integer IS NULL OR age(f.xmin) <= $2::integer)
    GROUP BY f.position
) AS p
WHERE ($1::boolean OR p.beyond OR EXISTS (SELECT FROM stage_areas AS a WHERE ST_DWithin(a.geom, p.position, 1e-7)))
    AND NOT EXISTS (SELECT FROM stage_positions AS j WHERE j.position = p.position);
