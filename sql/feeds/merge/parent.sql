-- Puts exact-fit parents in place. One row a child area and kind of parent.
-- Where another delivery holds the same key, the feed and slot that sort first stand.
INSERT INTO place.area_parent AS held (
  child_geography, child_edition, child_code, parent_geography, parent_edition, parent_code, delivery_id
)
SELECT
  child_geography,
  child_edition,
  child_code,
  parent_geography,
  parent_edition,
  parent_code,
  delivery_id
FROM feeds_parent
ON CONFLICT (child_geography, child_edition, child_code, parent_geography, parent_edition) DO UPDATE SET
  parent_code = excluded.parent_code,
  delivery_id = excluded.delivery_id
WHERE
held.delivery_id IS NULL
OR held.delivery_id IN (
  SELECT d.delivery_id FROM raw.delivery AS d
  WHERE (d.feed, d.slot) > (:feed, :slot)
);
