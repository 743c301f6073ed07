-- Groups that were compared with similar areas, and of which hot spots were looked for by which measure. One row a group x measure.
-- Inputs: analysis.similar_rate, analysis.hotspot.
SELECT DISTINCT
  group_id,
  'similar' AS measure
FROM analysis.similar_rate
UNION
SELECT DISTINCT
  group_id,
  measure
FROM analysis.hotspot
WHERE geography = 'lsoa' AND edition = '2021'
ORDER BY group_id, measure
