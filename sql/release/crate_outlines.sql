-- Outlines of the places of one release (EPSG:4326), where they are held. One row a place.
-- Inputs: published.place. Parameters: release_id.
SELECT
  geography,
  edition,
  place_code,
  geom
FROM published.place
WHERE release_id = :release_id AND geom IS NOT NULL
