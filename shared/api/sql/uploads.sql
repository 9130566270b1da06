-- Uploads, what became of their rows, and withdrawals of loads.

-- name: announce
INSERT INTO core.uploads (id, object_key, file_name, size_bytes, content_type, announced_by, column_map)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: upload
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

-- name: uploads
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

-- name: rejects_by_code
SELECT code, count(*) AS rows FROM core.rejects WHERE load_id = $1 GROUP BY code ORDER BY rows DESC, code

-- name: problems_by_code
-- How many flights of a load carry each code, as they stood when it was done; the commonest first.
-- $1 load
SELECT code, flights::integer AS flights
FROM core.loads AS l
CROSS JOIN jsonb_each_text(coalesce(l.problems, '{}')) AS counted (code, flights)
WHERE l.id = $1
ORDER BY 2 DESC, 1

-- name: reject_sheets
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

-- name: rejects
SELECT sheet, row_number, code FROM core.rejects
WHERE load_id = $1 AND ($2::text IS NULL OR (sheet, row_number) > ($2, $3))
ORDER BY sheet, row_number
LIMIT $4

-- name: withdrawal
-- What is known of a load's withdrawal: what it would do, and the newest request for it. $1 load
SELECT
    l.id, l.state, l.withdrawn_at, u.file_name,
    CASE WHEN l.state = 'done' THEN p.flights_gone END AS preview_gone,
    CASE WHEN l.state = 'done' THEN p.flights_rebuilt END AS preview_rebuilt,
    w.state AS request_state, w.requested_at, w.finished_at, w.reason, w.flights_gone, w.flights_changed,
    w.error_code, w.error_sentence
FROM core.loads AS l
LEFT JOIN core.uploads AS u ON u.object_key = l.object_key
LEFT JOIN LATERAL (SELECT * FROM core.withdrawals AS w WHERE w.load_id = l.id ORDER BY w.id DESC LIMIT 1) AS w ON true
LEFT JOIN LATERAL core.withdrawal_preview(l.id) AS p ON l.state = 'done'
WHERE l.id = $1

-- name: request_withdrawal
INSERT INTO core.withdrawals (load_id, requested_by, reason) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING
