-- The boundary of the region's force area as WKB, where it is held. One row at most.
SELECT st_asbinary(a.geom) AS outline
FROM place.area AS a
INNER JOIN place.region AS r ON a.code = r.force_code
WHERE
  a.geography = 'force'
  AND a.geom IS NOT NULL;
