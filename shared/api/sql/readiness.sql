-- The schema's version; the oldest code that can work with it, where a migration says so in the comment of its table; whether
-- this connection, or the next one, may write nothing; whether there are regions.
SELECT
    (SELECT version_num FROM core.alembic_version) AS revision,
    substring(obj_description('core.alembic_version'::regclass, 'pg_class') FROM 'compatible_from=(\d+)') AS compatible_from,
    pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean OR EXISTS (
        SELECT FROM pg_db_role_setting AS s
        WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
          AND s.setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = current_user))
          AND s.setconfig && ARRAY['default_transaction_read_only=on', 'default_transaction_read_only=true']
    ) AS read_only,
    (SELECT count(*) FROM mart.regions) AS regions
