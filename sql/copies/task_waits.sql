-- A copy that cannot be made or sent now is tried again in an hour, five times at most. Parameters: task_id, said.
UPDATE person.dashboard_copy
SET
  state = 'waiting',
  said = :said,
  due_at = CASE
    WHEN attempts < 5 THEN clock_timestamp() + INTERVAL '1 hour'
    WHEN every = 'week' THEN date_trunc('week', clock_timestamp()) + INTERVAL '7 days 6 hours'
    ELSE date_trunc('month', clock_timestamp()) + INTERVAL '1 month 6 hours'
  END,
  attempts = CASE WHEN attempts < 5 THEN attempts ELSE 0 END
WHERE copy_id = :task_id;
