-- Neighbourhoods and local areas of the current release with what people call them, local areas first: one row each. Inputs:
-- published.place, published.release.
SELECT
  p.geography,
  p.place_code,
  p.parent_lad,
  p.name,
  coalesce(nullif(p.local_name, ''), around.local_name, '') AS said
FROM published.place AS p
INNER JOIN published.release AS r ON p.release_id = r.release_id
LEFT JOIN published.place AS around
  ON p.release_id = around.release_id AND around.geography = 'msoa' AND p.geography = 'lsoa' AND p.parent_msoa = around.place_code
WHERE r.status = 'current' AND p.geography IN ('lsoa', 'msoa')
ORDER BY p.geography DESC, p.name ASC;
