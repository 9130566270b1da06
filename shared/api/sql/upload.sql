SELECT
    u.id, u.file_name, u.size_bytes, u.step, u.outcome, u.rows_read, u.rows_total,
    u.announced_at, u.updated_at, u.finished_at, u.load_id,
    coalesce(u.error_code, CASE WHEN u.outcome = 'failed' THEN l.error_code END) AS error_code,
    coalesce(u.error_sentence, CASE WHEN u.outcome = 'failed' THEN l.error_sentence END) AS error_sentence,
    l.state AS load_state, l.rows_in, l.rows_empty, l.rows_repeated, l.rows_rejected,
    l.flights_new, l.flights_updated, l.flights_unchanged, l.flights_outside,
    coalesce(l.unread_sheets, '{}') AS unread_sheets
FROM core.uploads AS u
LEFT JOIN core.loads AS l ON l.id = u.load_id
WHERE u.id = $1
