-- Uses that the person of this transaction asked the board for, newest first; row-level security applies. One row a use.
-- Inputs: analysis.board_use. Parameters: person.
SELECT
  use_id,
  title,
  asked_at
FROM analysis.board_use
WHERE asked_by = :person
ORDER BY use_id DESC
