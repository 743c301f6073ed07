-- Answers that everyone may read, newest first: all of them, or of one place. One row an answer. Input: answered.question. Parameters:
-- geography ('' for every place), place_code, most.
SELECT
  answer_id,
  sort,
  geography,
  place_code,
  category,
  question,
  body,
  answer,
  outcome,
  correction,
  asked_on,
  answered_at
FROM answered.question
WHERE :geography = '' OR (geography = :geography AND place_code = :place_code)
ORDER BY answer_id DESC
LIMIT :most;
