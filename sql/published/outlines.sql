-- Outlines of the published places of one geography, in one district or (district '') in the whole region, as GeoJSON in WGS84.
-- Simplified by :tolerance degrees and rounded to 5 decimals (about 1 m), so that a district loads at once.
SELECT
  place_code,
  st_asgeojson(st_simplifypreservetopology(geom, :tolerance), 5) AS outline
FROM published.place
WHERE
  release_id = :release_id
  AND geography = :geography
  AND geom IS NOT NULL
  AND (:district = '' OR parent_lad = :district OR place_code = :district)
ORDER BY place_code;
