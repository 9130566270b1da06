-- Reports that were made.

-- name: report
INSERT INTO core.reports (id, kind, format, period_from, period_to, region, uav_type, state, size_bytes, object_key, asked_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- name: reports
-- The newest reports; $1 and $2 where the page before ended, $3 how many
SELECT id, kind, format, period_from, period_to, region, uav_type, state, size_bytes, asked_at
FROM core.reports
WHERE $1::timestamptz IS NULL OR (asked_at, id) < ($1, $2)
ORDER BY asked_at DESC, id DESC
LIMIT $3
