-- For the length of this transaction: the name of the session, which others read in pg_stat_activity, and no end to its waiting.
SELECT
  set_config('application_name', :name, TRUE) AS name,
  set_config('idle_in_transaction_session_timeout', '0', TRUE) AS waits
