-- Where next on hexagons of a patch (a district, an MSOA, or '' for all that the person may see): those within a fifth of the region's
-- area, and those that had any in the months before. One row a hexagon, named after the MSOA that its middle lies in.
-- Inputs: analysis.foretold, place.h3_cell, place.area. Parameters: geography, edition, group_id, district, msoa,
-- drawn (the outline of a patch of one's own, well-known text, EPSG:27700, '' for none).
SELECT
  foretold.code,
  coalesce(msoa.name, foretold.code) AS name,
  foretold.lad_code,
  foretold.expected,
  foretold.low,
  foretold.high,
  foretold.last_month,
  foretold.usual,
  foretold.position,
  foretold.area_share,
  st_asgeojson(st_transform(cell.geom, 4326), 5) AS outline
FROM analysis.foretold AS foretold
INNER JOIN place.h3_cell AS cell ON foretold.code = to_hex(cell.cell)
-- LIMIT keeps the search for the MSOA out of the join, so that it runs for the hexagons that need it alone
LEFT JOIN LATERAL (
  SELECT
    area.code,
    coalesce(nullif(area.local_name, ''), area.name) AS name
  FROM place.area AS area
  WHERE area.geography = 'msoa' AND st_covers(area.geom, st_centroid(cell.geom))
  ORDER BY area.code
  LIMIT 1
) AS msoa ON TRUE
WHERE
  foretold.geography = :geography AND foretold.edition = :edition AND foretold.group_id = :group_id
  AND (:district = '' OR foretold.lad_code = :district)
  AND (:drawn = '' OR st_covers(st_geomfromtext(nullif(:drawn, ''), 27700), st_centroid(cell.geom)))
  AND (foretold.area_share <= 0.2 OR foretold.usual > 0)
  AND (:msoa = '' OR msoa.code = :msoa)
ORDER BY foretold.position, foretold.code;
