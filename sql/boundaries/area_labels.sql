-- Words about LSOAs of 2021: how many of them each label holds for. One row a kind and label.
-- Inputs: place.area_label. Parameters: codes.
SELECT
  kind,
  label,
  count(*) AS areas
FROM place.area_label
WHERE
  geography = 'lsoa'
  AND edition = '2021'
  AND code = any(:codes)
GROUP BY kind, label
ORDER BY kind ASC, areas DESC, label ASC
