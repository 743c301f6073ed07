-- Neighbourhoods that touch some others of a release: one row each, the others left out. Outlines are simplified by some metres, so 0.0001
-- degrees (7 to 11 m) count as touching. Parameters: release_id, members (codes).
SELECT DISTINCT b.place_code
FROM published.place AS a
INNER JOIN published.place AS b ON a.release_id = b.release_id AND st_dwithin(a.geom, b.geom, 0.0001)
WHERE
  a.release_id = :release_id
  AND a.geography = 'lsoa'
  AND b.geography = 'lsoa'
  AND a.place_code = any(:members)
  AND NOT b.place_code = any(:members)
ORDER BY b.place_code;
