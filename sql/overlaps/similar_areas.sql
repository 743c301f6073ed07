-- Areas most similar to a place, the nearest first; row-level security applies. One row a similar area.
-- Inputs: analysis.similar_area. Parameters: code.
SELECT
  nearness,
  similar_code,
  similar_name,
  distance,
  close
FROM analysis.similar_area
WHERE code = :code AND period_end = (SELECT max(latest.period_end) FROM analysis.similar_area AS latest)
ORDER BY nearness
