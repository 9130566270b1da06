-- Every touched flight of which a row is left.
INSERT INTO stage_several (flight_key, number)
SELECT t.flight_key, row_number() OVER (ORDER BY t.flight_key)
FROM stage_touched AS t
WHERE EXISTS (SELECT FROM raw.rows AS r WHERE r.flight_key = t.flight_key);
