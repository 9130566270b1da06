-- Every row of a load that is kept, in the order of its workbook: those of a flight in each of their places, and rejects.
-- $1 load
SELECT p.ordinal, p.sheet, p.row_number, r.center, r.shr, r.dep, r.arr, r.cells
FROM (
    SELECT flight_key, row_hash, ordinal, sheet, row_number FROM raw.rows WHERE load_id = $1
    UNION ALL
    SELECT flight_key, row_hash, ordinal, sheet, row_number FROM raw.repeats WHERE load_id = $1
) AS p
JOIN raw.rows AS r USING (flight_key, row_hash)
UNION ALL
SELECT ordinal, sheet, row_number, center, shr, dep, arr, cells FROM raw.rejects WHERE load_id = $1
ORDER BY ordinal;
