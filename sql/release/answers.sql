-- Figures that were given for areas somebody asked for: one row an answer.
-- Inputs: published.answer, published.release.
SELECT
  a.answer_id,
  a.release_id AS release,
  a.name,
  a.members,
  a.category,
  a.period_start,
  a.period_end,
  a.count,
  r.months_loaded
FROM published.answer AS a
INNER JOIN published.release AS r ON a.release_id = r.release_id
ORDER BY a.answer_id
