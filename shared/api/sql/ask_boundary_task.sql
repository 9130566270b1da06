INSERT INTO core.boundary_tasks (id, kind, asked_by, object_key, file_name, size_bytes, stated, set_id)
VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8)
ON CONFLICT DO NOTHING
