-- Task $1, or the one of kind $2 for set $3 that waited already when it was asked for.
SELECT
    id, kind, state, asked_by, asked_at, finished_at, file_name, size_bytes, set_id, result, error_code, error_sentence
FROM core.boundary_tasks
WHERE id = $1 OR kind = $2 AND set_id = $3::smallint AND state = 'requested'
ORDER BY (id = $1) DESC
LIMIT 1
