-- Asks the worker for the briefs of every place of a level, in the name of the person of this transaction; its number.
-- Parameters: person, author, level, district, formats, without.
INSERT INTO person.brief_batch (person, author, level, district, formats, without)
VALUES (:person, :author, :level, :district, :formats, :without)
RETURNING batch_id
