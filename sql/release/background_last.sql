-- What the tiles that stand were cut of, and whether any stand: one row, or none before the first time.
-- Inputs: analysis.run, published.background.
SELECT
  r.delivery_ids,
  cast(r.parameters ->> 'cut' AS INTEGER) AS cut,
  (SELECT count(*) FROM published.background) > 0 AS standing
FROM analysis.run AS r
WHERE r.stage = 'background' AND r.finished_at IS NOT NULL
ORDER BY r.run_id DESC
LIMIT 1
