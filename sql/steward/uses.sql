-- What people looked at and took away since a day: one row a subject x action x role. Only for a steward. Parameter: since.
SELECT
  subject,
  action,
  role,
  people,
  times,
  last_at
FROM steward.uses(:since)
