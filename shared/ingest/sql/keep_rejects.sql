-- $1 load
WITH texts AS (
    INSERT INTO raw.rejects (load_id, ordinal, code, sheet, row_number, center, shr, dep, arr, cells)
    SELECT $1, ordinal, code, sheet, row_number, center, shr, dep, arr, cells FROM stage_rejects
)
INSERT INTO core.rejects (load_id, sheet, row_number, code)
SELECT $1, sheet, row_number, code FROM stage_rejects;
