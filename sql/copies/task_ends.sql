-- What a copy came to, well or not; the next one is due at six o'clock (UTC) of the next Monday, or of the first of the next month.
-- Parameters: task_id, state (for the record of the caller alone: one that failed is tried on its next day), said.
UPDATE person.dashboard_copy
SET
  state = 'waiting',
  attempts = 0,
  said = CASE WHEN :state = 'failed' THEN 'could not be made: ' ELSE '' END || :said,
  due_at = CASE every
    WHEN 'week' THEN date_trunc('week', clock_timestamp()) + INTERVAL '7 days 6 hours'
    ELSE date_trunc('month', clock_timestamp()) + INTERVAL '1 month 6 hours'
  END
WHERE copy_id = :task_id AND state = 'running';
