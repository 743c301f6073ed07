-- Outlines that were derived go into place.area; a name or a delivery that is there already stays.
-- Grain: one row an area. Inputs: boundaries_area.
INSERT INTO place.area (geography, edition, code, name, detail, geom, area_m2)
SELECT
  geography,
  edition,
  code,
  name,
  detail,
  geom,
  st_area(geom) AS area_m2
FROM boundaries_area
ON CONFLICT (geography, edition, code) DO UPDATE
  SET
    name = coalesce(nullif(place.area.name, ''), excluded.name),
    detail = excluded.detail,
    geom = excluded.geom,
    area_m2 = excluded.area_m2
