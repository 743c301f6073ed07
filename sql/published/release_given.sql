-- Figures that were given for areas somebody asked for, over one period of one release: one row a figure.
SELECT
  members,
  category,
  count
FROM published.answer
WHERE release_id = :release_id AND period_start = :period_start AND period_end = :period_end
ORDER BY answer_id;
