-- What the analysis says of one place: rate with its limits, smoothed rate, and hot spot class with its certainty.
-- Grain: one row a category group x measure of the latest period. Reads analysis.rate, analysis.hotspot, analysis.category_group
-- through row-level security.
SELECT
  g.label,
  r.incidents,
  r.residents,
  r.rate_per_1000,
  r.lower_per_1000,
  r.upper_per_1000,
  r.smoothed_per_1000,
  h.measure,
  h.class,
  h.certainty,
  h.gi_z,
  h.q_value
FROM analysis.rate AS r
INNER JOIN analysis.category_group AS g ON r.group_id = g.group_id
LEFT JOIN analysis.hotspot AS h
  ON
    r.geography = h.geography
    AND r.edition = h.edition
    AND r.code = h.code
    AND r.group_id = h.group_id
    AND r.period_end = h.period_end
WHERE
  r.geography = :geography
  AND r.edition = :edition
  AND r.code = :code
  AND r.period_end = (SELECT max(latest.period_end) FROM analysis.rate AS latest)
ORDER BY g.position, h.measure
