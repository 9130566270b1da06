-- Who may do what. Run by the owner after every migration that adds an object; repeating it changes nothing.
GRANT USAGE ON SCHEMA raw, core, mart TO fp_ingest;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA raw, core, mart TO fp_ingest;

-- Callers of the API never see the text of a telegram; all they may write is the announcement of an upload.
GRANT USAGE ON SCHEMA core, mart TO fp_api;
GRANT SELECT ON ALL TABLES IN SCHEMA core, mart TO fp_api;
GRANT INSERT (id, object_key, file_name, size_bytes, content_type, announced_by) ON core.uploads TO fp_api;

-- Dashboards read prepared tables and views without personal data, nothing else.
GRANT USAGE ON SCHEMA mart TO fp_datalens;
GRANT SELECT ON ALL TABLES IN SCHEMA mart TO fp_datalens;
