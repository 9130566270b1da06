-- Keep every other source row that is not kept yet; the flights they speak of are touched. Tells how many were kept.
-- $1 load
WITH kept AS (
    INSERT INTO raw.rows (flight_key, row_hash, load_id, sheet, row_number, ordinal, center, shr, dep, arr, cells)
    SELECT flight_key, row_hash, $1::bigint, sheet, row_number, ordinal, center, shr, dep, arr, cells
    FROM stage_rows AS s
    WHERE NOT EXISTS (SELECT FROM stage_new AS n WHERE n.flight_key = s.flight_key)
    ON CONFLICT DO NOTHING
    RETURNING flight_key
), touched AS (
    INSERT INTO stage_touched
    SELECT DISTINCT flight_key FROM kept
    ON CONFLICT DO NOTHING
)
SELECT count(*) FROM kept;
