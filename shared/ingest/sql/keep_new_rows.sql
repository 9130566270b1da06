-- Keep the rows of flights that nobody has spoken of yet and that one row alone speaks of: most of a workbook. Nothing can be
-- in their way, as the merge lock is held, so they are inserted plainly, which costs half of asking at every row.
-- $1 load; tells how many were kept
WITH alone AS (
    SELECT s.flight_key
    FROM (SELECT flight_key FROM stage_rows GROUP BY flight_key HAVING count(*) = 1) AS s
    WHERE NOT EXISTS (SELECT FROM raw.rows AS r WHERE r.flight_key = s.flight_key)
      AND NOT EXISTS (SELECT FROM core.flights AS f WHERE f.key = s.flight_key)
), fresh AS (
    INSERT INTO stage_new SELECT flight_key FROM alone RETURNING flight_key
), kept AS (
    INSERT INTO raw.rows (flight_key, row_hash, load_id, sheet, row_number, ordinal, center, shr, dep, arr, cells)
    SELECT s.flight_key, row_hash, $1::bigint, sheet, row_number, ordinal, center, shr, dep, arr, cells
    FROM stage_rows AS s
    JOIN fresh USING (flight_key)
), touched AS (
    INSERT INTO stage_touched SELECT flight_key FROM fresh ON CONFLICT DO NOTHING
)
SELECT count(*) FROM fresh;
