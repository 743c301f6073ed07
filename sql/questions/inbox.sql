-- Questions of the moderator's districts that have not ended, the oldest first. One row a question. Input: asked.question (row-level
-- security).
SELECT
  question_id,
  sort,
  geography,
  place_code,
  category,
  words,
  came,
  received_on,
  state,
  shown,
  body
FROM asked.question
WHERE state IN ('waiting', 'accepted', 'passed')
ORDER BY question_id
LIMIT 500;
