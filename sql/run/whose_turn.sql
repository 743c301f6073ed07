-- Who has the lock of a kind of run, and since when (UTC). No row where nobody has it.
SELECT
  session.application_name AS who,
  session.xact_start AT TIME ZONE 'UTC' AS since
FROM pg_locks AS lock
INNER JOIN pg_stat_activity AS session ON lock.pid = session.pid
INNER JOIN pg_database AS here ON lock.database = here.oid
WHERE
  lock.locktype = 'advisory'
  AND lock.granted
  AND here.datname = current_database()
  -- a key of 64 bits stands in two columns
  AND (cast(lock.classid AS BIGINT) << 32) | cast(lock.objid AS BIGINT) = hashtextextended(:key, 7305814)
ORDER BY session.xact_start
LIMIT 1
