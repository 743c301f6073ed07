-- What became of a question, for whoever has both halves of its receipt. At most one row. Parameters: reference, code_hash.
SELECT
  state,
  reason,
  body,
  answer,
  outcome,
  correction,
  geography,
  place_code,
  category,
  received_on,
  changed_on,
  forget_on
FROM asked.state_of(:reference, :code_hash);
