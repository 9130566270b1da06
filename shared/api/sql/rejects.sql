SELECT sheet, row_number, code FROM core.rejects
WHERE load_id = $1 AND ($2::text IS NULL OR (sheet, row_number) > ($2, $3))
ORDER BY sheet, row_number
LIMIT $4
