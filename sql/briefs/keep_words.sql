-- Keeps what the person of this transaction wrote; row-level security by person. Parameters: person, place, part, words.
INSERT INTO person.brief_words (person, place_code, part, words)
VALUES (:person, :place, :part, :words)
ON CONFLICT (person, place_code, part) DO UPDATE
  SET words = excluded.words, changed_at = clock_timestamp()
