-- The sheets of a load that have rejected rows, in the order in which those are listed; one step of the index a sheet.
-- $1 load
WITH RECURSIVE sheets AS (
    SELECT min(sheet) AS sheet FROM core.rejects WHERE load_id = $1
    UNION ALL
    SELECT (SELECT min(r.sheet) FROM core.rejects AS r WHERE r.load_id = $1 AND r.sheet > s.sheet)
    FROM sheets AS s
    WHERE s.sheet IS NOT NULL
)
SELECT sheet FROM sheets WHERE sheet IS NOT NULL ORDER BY sheet
