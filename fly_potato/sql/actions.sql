-- Who did what: lines of the audit, and the rows that keep by themselves who asked for them. Nothing of it names a person.
WITH actions AS (
    SELECT at, who, action, details FROM core.audit
    UNION ALL
    SELECT announced_at, announced_by, 'upload', jsonb_build_object('upload', id, 'outcome', outcome) FROM core.uploads
    UNION ALL
    SELECT requested_at, requested_by, 'withdraw', jsonb_build_object('load', load_id, 'state', state)
    FROM core.withdrawals
    UNION ALL
    SELECT l.withdrawn_at, l.withdrawn_by, 'withdraw', jsonb_build_object('load', l.id, 'state', 'done')
    FROM core.loads AS l
    WHERE l.withdrawn_at IS NOT NULL AND NOT EXISTS (SELECT FROM core.withdrawals AS w WHERE w.load_id = l.id)
    UNION ALL
    SELECT asked_at, asked_by, 'boundaries: ' || kind, jsonb_build_object('set', set_id, 'state', state)
    FROM core.boundary_tasks
    UNION ALL
    SELECT asked_at, asked_by, 'report', jsonb_build_object('kind', kind, 'format', format, 'region', region)
    FROM core.reports
)
SELECT at, who, action, details
FROM actions
WHERE at >= now() - $1::interval
    AND ($2::text IS NULL OR who = $2)
    AND ($3::text IS NULL OR starts_with(action, $3))
ORDER BY at, who, action
