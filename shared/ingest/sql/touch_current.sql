-- Flights all of whose rows the parser of revision $1 has read.
INSERT INTO stage_touched
SELECT r.flight_key
FROM raw.rows AS r
JOIN core.loads AS l ON l.id = r.load_id
GROUP BY r.flight_key
HAVING bool_and(l.parser_revision = $1);
