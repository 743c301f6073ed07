-- The measured size of every outline, m2 in EPSG:27700.
-- Inputs: place.area.
UPDATE place.area
SET area_m2 = st_area(geom)
WHERE
  geom IS NOT NULL
  AND area_m2 IS DISTINCT FROM st_area(geom)
