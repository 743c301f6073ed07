-- What the person of this transaction chose last. At most one row; row-level security by person.
-- Inputs: person.setting. Parameters: person.
SELECT
  patch,
  kind,
  until,
  page
FROM person.setting
WHERE person = :person;
