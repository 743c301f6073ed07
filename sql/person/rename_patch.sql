-- Gives a patch of the person of this transaction another name; an empty result says that there is none, or that they have one of that
-- name. Parameters: code, person, name.
UPDATE person.patch AS renamed
SET
  name = :name,
  changed_at = clock_timestamp()
WHERE
  renamed.code = :code AND renamed.person = :person
  AND NOT EXISTS (
    SELECT 1
    FROM person.patch AS other
    WHERE other.person = :person AND other.name = :name AND other.code <> :code
  )
RETURNING renamed.code;
