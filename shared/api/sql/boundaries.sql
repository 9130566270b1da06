-- Sets of boundaries, and what is asked of them.

-- name: region_sets
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

-- name: region_set_subjects
-- The subjects of set $1.
SELECT id AS number, iso AS code, name, time_zone, area_km2, official_area_km2
FROM core.regions
WHERE set_id = $1::smallint
ORDER BY id

-- name: region_set_outlines
-- The outlines of set $1; a region that is smaller than what a small map shows has none.
SELECT
    r.id AS number, r.iso AS code, r.name, s.attribution,
    coalesce('[' || string_agg(o.polygon, ',' ORDER BY o.number) || ']', '[]') AS polygons
FROM core.regions AS r
JOIN core.boundary_sets AS s ON s.id = r.set_id
LEFT JOIN core.region_outlines AS o ON o.set_id = r.set_id AND o.region_id = r.id
WHERE r.set_id = $1::smallint
GROUP BY r.id, r.iso, r.name, s.attribution
ORDER BY r.id

-- name: ask_boundary_task
INSERT INTO core.boundary_tasks (id, kind, asked_by, object_key, file_name, size_bytes, stated, set_id)
VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8)
ON CONFLICT DO NOTHING

-- name: open_boundary_task
-- Task $1, or the one of kind $2 for set $3 that waited already when it was asked for; that may have ended meanwhile.
SELECT
    id, kind, state, asked_by, asked_at, finished_at, file_name, size_bytes, set_id, result, error_code, error_sentence
FROM core.boundary_tasks
WHERE id = $1 OR kind = $2 AND set_id = $3::smallint
ORDER BY (id = $1) DESC, (state = 'requested') DESC, asked_at DESC, id DESC
LIMIT 1

-- name: boundary_tasks
-- The newest $2 tasks, or task $1.
SELECT
    id, kind, state, asked_by, asked_at, finished_at, file_name, size_bytes, set_id, result, error_code, error_sentence
FROM core.boundary_tasks
WHERE $1::uuid IS NULL OR id = $1::uuid
ORDER BY asked_at DESC, id DESC
LIMIT $2
