-- One row a geography and edition that places records: a hash of all its outlines, which changes when any of them does.
-- Inputs: place.area.
SELECT
  geography,
  edition,
  md5(string_agg(concat_ws(' ', code, detail, md5(st_asbinary(geom))), ',' ORDER BY code)) AS fingerprint
FROM place.area
WHERE
  geography IN ('lsoa', 'lad')
  AND geom IS NOT NULL
GROUP BY geography, edition
ORDER BY geography, edition
