-- What a new set of boundaries changes.

-- name: stage_positions
-- The positions of flights that a change of sets is about, with what it says of them.
CREATE TEMP TABLE stage_positions (
    position geometry NOT NULL,
    lat double precision NOT NULL,
    lon double precision NOT NULL,
    region_id smallint,
    region_match text,
    time_zone text
) ON COMMIT DROP;

-- name: concerned_positions
-- Positions of flights that have not been judged yet. $1 the age of the transaction since which flights are looked at, null for all.
CREATE TEMP TABLE stage_concerned ON COMMIT DROP AS
SELECT p.position, ST_Y(p.position) AS lat, ST_X(p.position) AS lon, NULL::smallint AS region_id, NULL::text AS region_match,
    NULL::text AS time_zone
FROM (
    SELECT DISTINCT position FROM core.flights
    WHERE position IS NOT NULL AND ($1::integer IS NULL OR age(xmin) <= $1::integer)
) AS p
WHERE NOT EXISTS (SELECT FROM stage_positions AS j WHERE j.position = p.position);

-- name: moved_flights
-- The flights that get another region, match or time zone.
CREATE TEMP TABLE stage_moved ON COMMIT DROP AS
SELECT
    f.key, f.day, f.region_id AS region_before, f.region_match AS match_before,
    p.region_id, p.region_match, p.time_zone
FROM stage_positions AS p
JOIN core.flights AS f ON f.position = p.position
WHERE (f.region_id, f.region_match, f.time_zone) IS DISTINCT FROM (p.region_id, p.region_match, p.time_zone);

-- name: moves
-- How many flights went from which region to which (0: outside all), and the days they are counted under.
SELECT coalesce(region_before, 0) AS before, coalesce(region_id, 0) AS after, count(*) AS flights
FROM stage_moved
GROUP BY 1, 2
ORDER BY 1, 2;

-- name: move_flights
UPDATE core.flights AS f
SET region_id = m.region_id, region_match = m.region_match, time_zone = m.time_zone
FROM stage_moved AS m
WHERE f.key = m.key;

-- name: flights_by_region
-- How many flights each region has, by number; 0 stands for points outside all regions, -1 for flights without a point.
SELECT coalesce(region_id, CASE region_match WHEN 'none' THEN -1 ELSE 0 END)::integer AS id, count(*) AS flights
FROM core.flights
GROUP BY 1;

-- name: other_clocks
-- The days of flights in regions that have another time zone in set $2 than in set $1: their local hours change, though no flight moves.
SELECT DISTINCT f.day
FROM core.regions AS a
JOIN core.regions AS b ON b.set_id = $2::smallint AND b.id = a.id AND b.time_zone <> a.time_zone
JOIN core.flights AS f ON f.region_id = a.id
WHERE a.set_id = $1::smallint;
