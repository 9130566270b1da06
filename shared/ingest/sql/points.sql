-- Each distinct place of the touched flights once.
INSERT INTO stage_points (lat, lon)
SELECT DISTINCT s.position_lat, s.position_lon
FROM stage_flights AS s
JOIN stage_touched AS t ON t.flight_key = s.key
WHERE s.position_lat IS NOT NULL;
