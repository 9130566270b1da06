INSERT INTO core.reports (id, kind, format, period_from, period_to, region, uav_type, state, size_bytes, object_key, asked_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
