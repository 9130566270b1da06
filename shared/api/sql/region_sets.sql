-- The stored sets, with when and by whom each was put in force the last time.
SELECT
    s.id, s.name, s.source, s.licence, s.attribution, s.loaded_at, s.active,
    (SELECT count(*) FROM core.regions AS r WHERE r.set_id = s.id) AS regions,
    a.finished_at AS activated_at, a.asked_by AS activated_by
FROM core.boundary_sets AS s
LEFT JOIN LATERAL (
    SELECT t.finished_at, t.asked_by
    FROM core.boundary_tasks AS t
    WHERE t.kind = 'activation' AND t.state = 'done' AND t.set_id = s.id
    ORDER BY t.finished_at DESC
    LIMIT 1
) AS a ON true
ORDER BY s.id
