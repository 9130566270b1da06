-- Keep every source row that is not kept yet; what flights they speak of is touched.
-- $1 load
WITH kept AS (
    INSERT INTO raw.rows (flight_key, row_hash, load_id, sheet, row_number, ordinal, center, shr, dep, arr, cells)
    SELECT DISTINCT ON (flight_key, row_hash)
        flight_key, row_hash, $1::bigint, sheet, row_number, ordinal, center, shr, dep, arr, cells
    FROM stage_rows
    ORDER BY flight_key, row_hash, ordinal DESC
    ON CONFLICT DO NOTHING
    RETURNING flight_key
)
INSERT INTO stage_touched
SELECT DISTINCT flight_key FROM kept;
