SELECT
    u.announced_by,
    u.id, u.object_key, u.file_name, u.size_bytes, u.step, u.rows_read, u.rows_total,
    u.announced_at, u.updated_at, u.finished_at, u.absent_at, u.load_id,
    s.state, s.error_code, s.error_sentence,
    l.state AS load_state, l.rows_in, l.rows_empty, l.rows_repeated, l.rows_rejected,
    l.flights_new, l.flights_updated, l.flights_unchanged, l.flights_outside,
    coalesce(l.unread_sheets, '{}') AS unread_sheets, u.found_headings
FROM core.uploads AS u
JOIN core.upload_states AS s ON s.id = u.id
LEFT JOIN core.loads AS l ON l.id = u.load_id
WHERE u.id = $1
