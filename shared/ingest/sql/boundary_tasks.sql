-- What is asked to be done with boundaries.

-- name: note_boundary_task
-- Write down what was done without a request. $1 id, $2 kind, $3 by whom, $4 set or null, $5 result, $6 code and $7 sentence of an error
INSERT INTO core.boundary_tasks (id, kind, asked_by, set_id, state, finished_at, result, error_code, error_sentence)
VALUES ($1, $2, $3, $4, CASE WHEN $6::text IS NULL THEN 'done' ELSE 'refused' END, now(), $5::jsonb, $6, $7);

-- name: take_boundary_task
-- Take task $1 in hands for as long as the transaction lives.
SELECT id, kind, object_key, file_name, stated, set_id
FROM core.boundary_tasks
WHERE id = $1 AND state = 'requested'
FOR UPDATE SKIP LOCKED;

-- name: begin_boundary_task
-- Count an attempt at task $1 before it is made: what ends its process counts too. Null where somebody else works on it.
UPDATE core.boundary_tasks
SET result = jsonb_build_object('attempts', coalesce((result ->> 'attempts')::integer, 0) + 1)
WHERE id = (SELECT id FROM core.boundary_tasks WHERE id = $1 AND state = 'requested' FOR UPDATE SKIP LOCKED)
RETURNING (result ->> 'attempts')::integer;
