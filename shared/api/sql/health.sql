-- Whether the schema fits, and everything that is measured in the database.

-- name: readiness
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

-- name: measurements
-- Everything /metrics tells, in one round trip. $1 window, $2 how long an announced upload is waited for (intervals)
-- A load counts while its end, or the end of its last interrupted attempt, lies within the window: that is its lease's end
-- while nobody has come again, and the next claim's beginning once somebody has.
WITH recent AS (
    SELECT
        extract(epoch FROM finished_at - started_at)::float8 AS seconds, attempts, state, lease_until,
        coalesce(error_code IN ('LOAD_INTERRUPTED', 'LOAD_ATTEMPTS_EXHAUSTED', 'INTERNAL_ERROR'), false) AS cut_off
    FROM core.loads
    WHERE finished_at > now() - $1::interval
        OR state = 'claimed' AND CASE
            WHEN lease_until <= now() THEN lease_until > now() - $1::interval
            ELSE attempts > 1 AND started_at > now() - $1::interval
        END
),
finished AS (SELECT seconds, attempts FROM recent WHERE state <> 'claimed' AND NOT cut_off),
interrupted AS (
    SELECT
        CASE WHEN cut_off OR (state = 'claimed' AND lease_until <= now()) THEN attempts ELSE attempts - 1 END AS attempts
    FROM recent
),
upload_states AS (
    SELECT
        CASE WHEN s.state = 'announced' AND u.announced_at < now() - $2::interval THEN 'expired' ELSE s.state END AS state,
        s.error_code, u.announced_at, u.updated_at
    FROM core.uploads AS u JOIN core.upload_states AS s ON s.id = u.id
),
matches AS (
    SELECT m.region_match, m.flights
    FROM mart.flight_counts AS c
    CROSS JOIN LATERAL (
        VALUES
            ('inside', c.flights - c.near_border - c.outside - c.unplaced), ('near_border', c.near_border),
            ('outside', c.outside), ('none', c.unplaced)
    ) AS m (region_match, flights)
    WHERE c.span IN ('year', 'undated') AND c.region_id = -1 AND c.state <> 'cancelled' AND m.flights > 0
)
SELECT jsonb_build_object(
    'regions', (SELECT count(*) FROM mart.regions),
    'boundaries_checked_age', (
        SELECT extract(epoch FROM now() - coalesce(
            (SELECT max(finished_at) FROM core.boundary_tasks WHERE kind = 'address' AND state = 'done'), min(loaded_at)
        )) FROM core.boundary_sets
    ),
    'uploads', (SELECT jsonb_object_agg(state, n) FROM (SELECT state, count(*) AS n FROM upload_states GROUP BY state) AS s),
    'paused', EXISTS (SELECT FROM core.switches WHERE name = 'ingest' AND value = '"paused"'),
    'waiting', (SELECT count(*) FROM upload_states WHERE state = 'processing'),
    'oldest_waiting', (SELECT extract(epoch FROM now() - min(announced_at)) FROM upload_states WHERE state = 'processing'),
    'loads', (SELECT jsonb_object_agg(state, n) FROM (SELECT state, count(*) AS n FROM core.loads GROUP BY state) AS s),
    'load_failures', (
        SELECT jsonb_object_agg(code, n) FROM (
            SELECT coalesce(error_code, 'UNKNOWN') AS code, count(*) AS n FROM core.loads WHERE state = 'failed' GROUP BY 1
        ) AS s
    ),
    'uploads_cut_off', (
        SELECT jsonb_object_agg(error_code, n) FROM (
            SELECT error_code, count(*) AS n FROM upload_states
            WHERE error_code IN ('LOAD_INTERRUPTED', 'LOAD_ATTEMPTS_EXHAUSTED', 'INTERNAL_ERROR')
              AND updated_at > now() - interval '1 day'
            GROUP BY error_code
        ) AS s
    ),
    'step_seconds', (
        SELECT jsonb_object_agg(key, seconds) FROM (
            SELECT step.key, avg(step.value::float8) AS seconds
            FROM core.loads AS l CROSS JOIN LATERAL jsonb_each_text(l.step_seconds) AS step
            WHERE l.finished_at > now() - $1::interval
            GROUP BY step.key
        ) AS s
    ),
    'last_load', (SELECT extract(epoch FROM max(finished_at)) FROM core.loads WHERE state = 'done'),
    'rows', (
        SELECT jsonb_build_object(
            'empty', coalesce(sum(rows_empty), 0), 'repeated', coalesce(sum(rows_repeated), 0),
            'rejected', coalesce(sum(rows_rejected), 0), 'new', coalesce(sum(flights_new), 0),
            'updated', coalesce(sum(flights_updated), 0), 'unchanged', coalesce(sum(flights_unchanged), 0)
        ) FROM core.loads WHERE state = 'done'
    ),
    'rejected_rows', (
        SELECT jsonb_object_agg(code, n) FROM (SELECT code, count(*) AS n FROM core.rejects GROUP BY code) AS s
    ),
    'flights', (
        SELECT jsonb_object_agg(region_match, n) FROM (
            SELECT region_match, sum(flights) AS n FROM matches GROUP BY region_match
        ) AS s
    ),
    'durations', (SELECT percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY seconds) FROM finished),
    'finished', (SELECT count(*) FROM finished),
    'interrupted', (SELECT coalesce(sum(attempts), 0) FROM interrupted)
)
