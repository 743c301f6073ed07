-- Every decision of the board beside models, newest first; row-level security applies. One row a decision.
-- Inputs: analysis.board_ruling.
SELECT
  ruling_id,
  sort,
  subject,
  label,
  what,
  why,
  decision,
  board,
  decided_on,
  valid_until,
  words
FROM analysis.board_ruling
ORDER BY ruling_id DESC
