-- The days of flights in regions that have another time zone in set $2 than in set $1: their local hours change, though no flight moves.
SELECT DISTINCT f.day
FROM core.regions AS a
JOIN core.regions AS b ON b.set_id = $2::smallint AND b.id = a.id AND b.time_zone <> a.time_zone
JOIN core.flights AS f ON f.region_id = a.id
WHERE a.set_id = $1::smallint;
