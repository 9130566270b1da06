-- Count an attempt at task $1 before it is made: what ends its process counts too. Null where somebody else works on it.
UPDATE core.boundary_tasks
SET result = jsonb_build_object('attempts', coalesce((result ->> 'attempts')::integer, 0) + 1)
WHERE id = (SELECT id FROM core.boundary_tasks WHERE id = $1 AND state = 'requested' FOR UPDATE SKIP LOCKED)
RETURNING (result ->> 'attempts')::integer;
