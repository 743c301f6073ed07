-- Puts labels in place. One row an area x kind.
-- Where another delivery holds the same key, the feed and slot that sort first stand.
INSERT INTO place.area_label AS held (geography, edition, code, kind, label, label_code, delivery_id)
SELECT
  geography,
  edition,
  code,
  kind,
  label,
  label_code,
  delivery_id
FROM feeds_label
ON CONFLICT (geography, edition, code, kind) DO UPDATE SET
  label = excluded.label,
  label_code = excluded.label_code,
  delivery_id = excluded.delivery_id
WHERE held.delivery_id IN (
  SELECT d.delivery_id FROM raw.delivery AS d
  WHERE (d.feed, d.slot) > (:feed, :slot)
);
