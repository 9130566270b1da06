-- A row that stands in several places bears the newest of them, and the others are kept beside it: with this load taken
-- back, the row is where it was. The flights of which another row speaks too are touched: which of the two is newer may
-- have changed.
-- $1 load
WITH newest AS (
    SELECT DISTINCT ON (flight_key, row_hash) flight_key, row_hash, sheet, row_number, ordinal
    FROM stage_rows AS s
    WHERE NOT EXISTS (SELECT FROM stage_new AS n WHERE n.flight_key = s.flight_key)
    ORDER BY flight_key, row_hash, ordinal DESC
), moved AS (
    SELECT r.flight_key, r.row_hash, r.load_id, r.ordinal, r.sheet, r.row_number
    FROM raw.rows AS r
    JOIN newest AS s USING (flight_key, row_hash)
    JOIN core.loads AS old ON old.id = r.load_id
    JOIN core.loads AS new ON new.id = $1
    WHERE (old.source_at, old.sha256, r.ordinal) < (new.source_at, new.sha256, s.ordinal)
), left_behind AS (
    INSERT INTO raw.repeats (flight_key, row_hash, load_id, ordinal, sheet, row_number)
    SELECT flight_key, row_hash, load_id, ordinal, sheet, row_number FROM moved WHERE load_id <> $1
), beside AS (
    INSERT INTO raw.repeats (flight_key, row_hash, load_id, ordinal, sheet, row_number)
    SELECT s.flight_key, s.row_hash, $1::bigint, s.ordinal, s.sheet, s.row_number
    FROM stage_rows AS s
    JOIN newest AS n USING (flight_key, row_hash)
    JOIN raw.rows AS r USING (flight_key, row_hash)
    LEFT JOIN moved AS m USING (flight_key, row_hash)
    WHERE CASE
        WHEN m.flight_key IS NOT NULL THEN s.ordinal <> n.ordinal
        ELSE (r.load_id, r.ordinal) <> ($1::bigint, s.ordinal)
    END
), restamped AS (
    UPDATE raw.rows AS r
    SET load_id = $1::bigint, sheet = n.sheet, row_number = n.row_number, ordinal = n.ordinal
    FROM newest AS n, moved AS m
    WHERE (r.flight_key, r.row_hash) = (n.flight_key, n.row_hash)
      AND (m.flight_key, m.row_hash) = (n.flight_key, n.row_hash)
    RETURNING r.flight_key, r.row_hash
)
INSERT INTO stage_touched
SELECT DISTINCT n.flight_key
FROM restamped AS n
JOIN raw.rows AS o ON o.flight_key = n.flight_key AND o.row_hash <> n.row_hash
ON CONFLICT DO NOTHING;
