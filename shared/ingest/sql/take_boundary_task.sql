-- Take task $1 in hands for as long as the transaction lives.
SELECT id, kind, object_key, file_name, stated, set_id
FROM core.boundary_tasks
WHERE id = $1 AND state = 'requested'
FOR UPDATE SKIP LOCKED;
