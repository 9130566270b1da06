INSERT INTO core.uploads (id, object_key, file_name, size_bytes, content_type, announced_by, column_map)
VALUES ($1, $2, $3, $4, $5, $6, $7)
