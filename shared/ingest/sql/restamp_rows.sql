-- A row said again, by a newer workbook or further down in this one, is as new as its last saying. The flights of which another row speaks too are
-- touched: which of the two is newer may have changed.
-- $1 load
WITH said_again AS (
    SELECT DISTINCT ON (flight_key, row_hash) flight_key, row_hash, sheet, row_number, ordinal
    FROM stage_rows
    ORDER BY flight_key, row_hash, ordinal DESC
), restamped AS (
    UPDATE raw.rows AS r
    SET load_id = $1::bigint, sheet = s.sheet, row_number = s.row_number, ordinal = s.ordinal
    FROM said_again AS s, core.loads AS old, core.loads AS new
    WHERE r.flight_key = s.flight_key
      AND r.row_hash = s.row_hash
      AND old.id = r.load_id
      AND new.id = $1
      AND (old.source_at, old.sha256, r.ordinal) < (new.source_at, new.sha256, s.ordinal)
    RETURNING r.flight_key, r.row_hash
)
INSERT INTO stage_touched
SELECT DISTINCT n.flight_key
FROM restamped AS n
JOIN raw.rows AS o ON o.flight_key = n.flight_key AND o.row_hash <> n.row_hash
ON CONFLICT DO NOTHING;
