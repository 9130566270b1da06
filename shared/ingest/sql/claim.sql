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
