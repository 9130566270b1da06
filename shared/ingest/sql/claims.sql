-- Who has a load in hand, how it ends, and uploads that nobody works on any more.

-- name: claim
-- Claim a workbook by its bytes; the caller holds its lock. No row comes back when it is done.
-- $1 sha256, $2 object key, $3 source time, $4 claim, $5 lease
INSERT INTO core.loads AS l (sha256, object_key, source_at, state, claim, lease_until)
VALUES ($1, $2, $3, 'claimed', $4, now() + $5::interval)
ON CONFLICT (sha256) DO UPDATE SET
    state = 'claimed',
    object_key = CASE WHEN l.state = 'withdrawn' THEN excluded.object_key ELSE l.object_key END,
    claim = excluded.claim,
    lease_until = excluded.lease_until,
    attempts = CASE
        WHEN l.state <> 'claimed' AND l.error_code IS DISTINCT FROM 'LOAD_INTERRUPTED' THEN 1
        -- The server itself went down under the last claim.
        WHEN pg_postmaster_start_time() > l.started_at THEN greatest(l.attempts, 1)
        ELSE l.attempts + 1
    END,
    source_at = least(l.source_at, excluded.source_at),
    error_code = NULL,
    error_sentence = NULL,
    started_at = now(),
    finished_at = NULL
WHERE l.state <> 'done'
RETURNING l.id, l.attempts, l.source_at;

-- name: finish
-- The load is done, if it is still ours. No row comes back when somebody else has claimed it since.
UPDATE core.loads SET
    state = 'done',
    -- The hour of the clock: the transaction began before the work did.
    finished_at = clock_timestamp(),
    rows_in = $3, rows_empty = $4, rows_repeated = $5, rows_rejected = $6,
    flights_new = $7, flights_updated = $8, flights_unchanged = $9, flights_outside = $10,
    unread_sheets = $11,
    parser_revision = $12, rows_traced = true,
    problems = (
        SELECT coalesce(jsonb_object_agg(code, flights), '{}')
        FROM (
            SELECT code, count(*) AS flights
            FROM (
                SELECT flight_key FROM stage_touched WHERE is_new
                UNION ALL
                SELECT DISTINCT flight_key FROM stage_others
            ) AS said
            JOIN core.flights AS f ON f.key = said.flight_key
            CROSS JOIN unnest(f.problems) AS code
            WHERE f.problems <> '{}'
            GROUP BY code
        ) AS counted
    )
WHERE id = $1 AND claim = $2 AND state = 'claimed'
RETURNING id;

-- name: sweep_uploads
-- Uploads of which no sign of life came until their lease ran out get the end that core.upload_states has shown since.
-- Those whose load is still claimed wait for the load's own end. $1 sentence of an interrupted one; tells how many
WITH ended AS (
    UPDATE core.uploads AS u SET
        outcome = s.state, error_code = s.error_code,
        error_sentence = CASE WHEN s.error_code = 'LOAD_INTERRUPTED' THEN $1 ELSE s.error_sentence END,
        step = 'finished', finished_at = now(), updated_at = now()
    FROM core.upload_states AS s
    WHERE s.id = u.id
      AND u.outcome IS NULL
      AND u.step <> 'announced'
      AND s.state IN ('loaded', 'duplicate', 'withdrawn', 'failed')
      AND NOT EXISTS (SELECT FROM core.loads AS l WHERE l.id = u.load_id AND l.state = 'claimed')
    RETURNING u.id
)
SELECT count(*) FROM ended

-- name: end_forgotten
-- End the server process that holds a workbook whose lease has run out: its function is long gone.
-- $1 class of the workbook locks, $2 lock of this workbook, $3 sha256
SELECT pg_terminate_backend(k.pid)
FROM pg_locks AS k
JOIN core.loads AS l ON l.sha256 = $3 AND l.state = 'claimed' AND l.lease_until < now()
WHERE k.locktype = 'advisory'
  AND k.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND k.classid::bigint = $1::bigint
  AND k.objid::bigint = $2::bigint & 4294967295
  AND k.objsubid = 2
  AND k.granted
  AND k.pid <> pg_backend_pid();
