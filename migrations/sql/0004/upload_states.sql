-- Where each upload stands, by one rule for whoever asks. Nobody works longer than the lease: what shows no sign of life
-- after it ended as its load did, or was cut off. Whether an announced one has expired is left to the reader, who knows how
-- long an address lives.
CREATE VIEW core.upload_states AS
SELECT
    u.id,
    CASE
        WHEN u.outcome IS NOT NULL THEN u.outcome
        WHEN u.step = 'announced' THEN 'announced'
        WHEN o.overdue AND l.state = 'done' THEN CASE WHEN l.object_key = u.object_key THEN 'loaded' ELSE 'duplicate' END
        WHEN o.overdue AND l.state = 'withdrawn' THEN 'withdrawn'
        WHEN o.overdue THEN 'failed'
        ELSE 'processing'
    END AS state,
    CASE
        WHEN u.outcome IS NOT NULL THEN coalesce(u.error_code, CASE WHEN u.outcome = 'failed' THEN l.error_code END)
        WHEN u.step <> 'announced' AND o.overdue AND l.state = 'failed' THEN l.error_code
        WHEN u.step <> 'announced' AND o.overdue AND coalesce(l.state, 'claimed') = 'claimed' THEN 'LOAD_INTERRUPTED'
    END AS error_code,
    CASE
        WHEN u.outcome IS NOT NULL THEN coalesce(u.error_sentence, CASE WHEN u.outcome = 'failed' THEN l.error_sentence END)
        WHEN u.step <> 'announced' AND o.overdue AND l.state = 'failed' THEN l.error_sentence
    END AS error_sentence
FROM core.uploads AS u
LEFT JOIN core.loads AS l ON l.id = u.load_id
CROSS JOIN LATERAL (SELECT coalesce(u.lease_until, u.updated_at + interval '1 hour') < now() AS overdue) AS o;
