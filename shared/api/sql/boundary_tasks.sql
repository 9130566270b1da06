-- The newest $2 tasks, or task $1.
SELECT
    id, kind, state, asked_by, asked_at, finished_at, file_name, size_bytes, set_id, result, error_code, error_sentence
FROM core.boundary_tasks
WHERE $1::uuid IS NULL OR id = $1::uuid
ORDER BY asked_at DESC, id DESC
LIMIT $2
