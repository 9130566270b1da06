-- The flights that get another region, match or time zone.
CREATE TEMP TABLE stage_moved ON COMMIT DROP AS
SELECT
    f.key, f.day, f.region_id AS region_before, f.region_match AS match_before,
    p.region_id, p.region_match, p.time_zone
FROM stage_positions AS p
JOIN core.flights AS f ON f.position = p.position
WHERE (f.region_id, f.region_match, f.time_zone) IS DISTINCT FROM (p.region_id, p.region_match, p.time_zone);
