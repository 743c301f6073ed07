-- What the person of this transaction wrote for briefs of a place. One row a part; row-level security by person.
-- Inputs: person.brief_words. Parameters: person, place.
SELECT
  part,
  words
FROM person.brief_words
WHERE person = :person AND place_code = :place
ORDER BY part
