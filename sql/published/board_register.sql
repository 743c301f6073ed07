-- The public register beyond models: what a machine takes part in and a board decided on. One row each.
-- Inputs: published.board_register.
SELECT
  sort,
  subject,
  label,
  what,
  why,
  state,
  decisions
FROM published.board_register
ORDER BY sort, label, subject
