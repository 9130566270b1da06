SELECT
    u.announced_by,
    u.id, u.object_key, u.file_name, u.size_bytes, u.step, u.rows_read, u.rows_total,
    u.announced_at, u.updated_at, u.finished_at, u.absent_at, u.load_id,
    s.state, s.error_code, s.error_sentence,
    l.state AS load_state, l.rows_in, l.rows_empty, l.rows_repeated, l.rows_rejected,
    l.flights_new, l.flights_updated, l.flights_unchanged, l.flights_outside
FROM core.uploads AS u
JOIN core.upload_states AS s ON s.id = u.id
LEFT JOIN core.loads AS l ON l.id = u.load_id
WHERE ($1::timestamptz IS NULL OR (u.announced_at, u.id) < ($1, $2))
    AND ($4::text IS NULL OR u.announced_by = $4)
    AND ($5::text IS NULL OR s.state = $5)
ORDER BY u.announced_at DESC, u.id DESC
LIMIT $3
