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
