-- The API asks; the function process reads files and changes what is in force.
GRANT INSERT (id, kind, asked_by, object_key, file_name, size_bytes, stated, set_id) ON core.boundary_tasks TO fp_api;
