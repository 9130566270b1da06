-- Take a load's rows back: one that stands elsewhere too bears the newest of its other places, the others go. Their flights
-- are touched. The load's own places in raw.repeats are gone before (forget_repeats.sql).
-- $1 load
WITH heirs AS (
    SELECT DISTINCT ON (p.flight_key, p.row_hash) p.*
    FROM raw.rows AS r
    JOIN raw.repeats AS p USING (flight_key, row_hash)
    JOIN core.loads AS l ON l.id = p.load_id
    WHERE r.load_id = $1
    ORDER BY p.flight_key, p.row_hash, l.source_at DESC, l.sha256 DESC, p.ordinal DESC
), taken AS (
    DELETE FROM raw.repeats AS p
    USING heirs AS h
    WHERE (p.flight_key, p.row_hash, p.load_id, p.ordinal) = (h.flight_key, h.row_hash, h.load_id, h.ordinal)
), inherited AS (
    UPDATE raw.rows AS r
    SET load_id = h.load_id, sheet = h.sheet, row_number = h.row_number, ordinal = h.ordinal
    FROM heirs AS h
    WHERE (r.flight_key, r.row_hash) = (h.flight_key, h.row_hash)
    RETURNING r.flight_key
), gone AS (
    DELETE FROM raw.rows AS r
    WHERE r.load_id = $1 AND NOT EXISTS (
        SELECT FROM heirs AS h WHERE (r.flight_key, r.row_hash) = (h.flight_key, h.row_hash)
    )
    RETURNING r.flight_key
)
INSERT INTO stage_touched
SELECT flight_key FROM inherited UNION SELECT flight_key FROM gone
ON CONFLICT DO NOTHING;
