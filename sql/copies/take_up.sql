-- Copies that nobody makes any more: the caller holds the lock of the desks, so one that runs has lost its worker. It waits again, and is
-- left until its next day after three attempts.
UPDATE person.dashboard_copy
SET
  state = 'waiting',
  due_at = CASE
    WHEN attempts < 3 THEN due_at
    WHEN every = 'week' THEN date_trunc('week', clock_timestamp()) + INTERVAL '7 days 6 hours'
    ELSE date_trunc('month', clock_timestamp()) + INTERVAL '1 month 6 hours'
  END,
  said = CASE WHEN attempts < 3 THEN 'its worker died; it is begun again' ELSE 'its worker died three times' END,
  attempts = CASE WHEN attempts < 3 THEN attempts ELSE 0 END
WHERE state = 'running';
