DELETE FROM mart.flight_peaks AS c
USING stage_peaks AS p
WHERE c.span = 'day' AND c.start = p.day AND (p.region_id IS NULL OR c.region_id = p.region_id)
