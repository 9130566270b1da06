-- Every source row of some of these flights, oldest first within a flight.
-- $1 after this number, $2 up to this number
SELECT r.flight_key, r.center, r.shr, r.dep, r.arr, r.cells, l.period_from, l.period_to, l.source_at
FROM stage_several AS several
JOIN raw.rows AS r USING (flight_key)
JOIN core.loads AS l ON l.id = r.load_id
WHERE several.number > $1 AND several.number <= $2
ORDER BY r.flight_key, l.source_at, l.sha256, r.ordinal;
