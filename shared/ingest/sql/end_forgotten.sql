-- End the server process that holds a workbook whose lease has run out: its function is long gone.
-- $1 class of the workbook locks, $2 lock of this workbook, $3 sha256
SELECT pg_terminate_backend(k.pid)
FROM pg_locks AS k
JOIN core.loads AS l ON l.sha256 = $3 AND l.state = 'claimed' AND l.lease_until < now()
WHERE k.locktype = 'advisory'
  AND k.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND k.classid::bigint = $1::bigint
  AND k.objid::bigint = $2::bigint & 4294967295
  AND k.objsubid = 2
  AND k.granted
  AND k.pid <> pg_backend_pid();
