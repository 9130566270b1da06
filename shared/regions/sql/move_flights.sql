UPDATE core.flights AS f
SET region_id = m.region_id, region_match = m.region_match, time_zone = m.time_zone
FROM stage_moved AS m
WHERE f.key = m.key;
