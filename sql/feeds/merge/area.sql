-- Puts areas in place: the most detailed boundary of an edition stands, in whatever order files come. Of equally detailed
-- ones the feed and slot that sort first stand, so that the outcome does not hang on the order of loading.
INSERT INTO place.area AS held (geography, edition, code, name, detail, delivery_id, area_m2, geom)
SELECT
  geography,
  edition,
  code,
  name,
  detail,
  delivery_id,
  area_m2,
  geom
FROM feeds_area
ON CONFLICT (geography, edition, code) DO UPDATE SET
  name = excluded.name,
  detail = excluded.detail,
  delivery_id = excluded.delivery_id,
  area_m2 = excluded.area_m2,
  geom = excluded.geom
WHERE
held.delivery_id IS NULL
OR held.detail < excluded.detail
OR (
  held.detail = excluded.detail
  AND held.delivery_id IN (
    SELECT d.delivery_id FROM raw.delivery AS d
    WHERE (d.feed, d.slot) > (:feed, :slot)
  )
);
