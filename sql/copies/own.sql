-- Copies of a dashboard that the person of this transaction asked for; row-level security by person. At most one row.
-- Inputs: person.dashboard_copy. Parameters: code.
SELECT
  every,
  format,
  address,
  state,
  said,
  due_at
FROM person.dashboard_copy
WHERE code = :code;
