-- End the server process that still holds a load whose claim has passed to us: its function is long gone.
-- $1 class of the load locks, $2 load, $3 our claim
SELECT pg_terminate_backend(k.pid)
FROM pg_locks AS k
JOIN core.loads AS l ON l.id = $2 AND l.claim = $3
WHERE k.locktype = 'advisory'
  AND k.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND k.classid = $1::integer::oid
  AND k.objid = $2::integer::oid
  AND k.objsubid = 2
  AND k.granted
  AND k.pid <> pg_backend_pid();
