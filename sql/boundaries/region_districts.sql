-- One row a district of the region, from the lookup of districts to police force areas (of any edition: the codes are compared).
-- Inputs: place.region, place.area_parent.
SELECT DISTINCT p.child_code AS lad_code
FROM place.region AS r
INNER JOIN place.area_parent AS p ON r.force_code = p.parent_code
WHERE
  p.child_geography = 'lad'
  AND p.parent_geography = 'force'
ORDER BY lad_code
