-- Dashboards of the person of this transaction, the one that was changed last first; row-level security by person. One row a dashboard.
-- Inputs: person.dashboard.
SELECT
  code,
  name
FROM person.dashboard
ORDER BY changed_at DESC, code ASC;
