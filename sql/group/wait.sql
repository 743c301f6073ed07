-- How long this session waits for a lock from now on, and how long it did before. Roles and databases are rows that all forces of a
-- server share: an open transaction of one that set its role's password would else keep whoever prepares the server waiting without end.
-- Parameters: wait, of_transaction (FALSE: of the session). One row.
SELECT
  current_setting('lock_timeout') AS before,
  set_config('lock_timeout', :wait, cast(:of_transaction AS BOOLEAN)) AS wait
