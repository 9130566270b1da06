-- Claim a workbook by its bytes. No row comes back when it is done, or when a living delivery has it in hand.
-- $1 sha256, $2 object key, $3 source time, $4 claim, $5 lease, $6 class of the load locks
INSERT INTO core.loads AS l (sha256, object_key, source_at, state, claim, lease_until)
VALUES ($1, $2, $3, 'claimed', $4, now() + $5::interval)
ON CONFLICT (sha256) DO UPDATE SET
    state = 'claimed',
    claim = excluded.claim,
    lease_until = excluded.lease_until,
    attempts = CASE WHEN l.state = 'failed' THEN 1 ELSE l.attempts + 1 END,
    source_at = least(l.source_at, excluded.source_at),
    error_code = NULL,
    error_sentence = NULL,
    started_at = now(),
    finished_at = NULL
WHERE l.state <> 'done'
  AND (
      l.state = 'failed'
      OR l.lease_until < now()
      OR NOT EXISTS (
          SELECT FROM pg_locks
          WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND classid = $6::integer::oid AND objid = l.id::integer::oid AND objsubid = 2 AND granted
      )
  )
RETURNING l.id, l.source_at;
