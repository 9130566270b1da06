-- The API sets switches and leaves a line of who did it; lines are never changed. Tables are granted to fp_ingest by 0001.
GRANT INSERT (name, value, changed_by, changed_at), UPDATE (value, changed_by, changed_at) ON core.switches TO fp_api;
GRANT INSERT (who, action, details) ON core.audit TO fp_api;
REVOKE UPDATE, DELETE ON core.audit FROM fp_ingest;
