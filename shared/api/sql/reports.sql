-- The newest reports; $1 and $2 where the page before ended, $3 how many
SELECT id, kind, format, period_from, period_to, region, uav_type, state, size_bytes, asked_at
FROM core.reports
WHERE $1::timestamptz IS NULL OR (asked_at, id) < ($1, $2)
ORDER BY asked_at DESC, id DESC
LIMIT $3
