-- What is before the board beside models, with the latest decision (analysis.board_matters). One row a matter.
SELECT
  sort,
  subject,
  label,
  what,
  why,
  digest,
  algorithm,
  ruling_id,
  decision,
  board,
  signed_by,
  decided_on,
  valid_until,
  words,
  changed
FROM analysis.board_matters()
ORDER BY sort, label, subject
