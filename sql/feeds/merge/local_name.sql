-- Puts names that people use in place. One row an area.
-- Where another delivery holds the same key, the feed and slot that sort first stand.
INSERT INTO place.local_name AS held (geography, edition, code, local_name, delivery_id)
SELECT
  geography,
  edition,
  code,
  local_name,
  delivery_id
FROM feeds_local_name
ON CONFLICT (geography, edition, code) DO UPDATE SET
  local_name = excluded.local_name,
  delivery_id = excluded.delivery_id
WHERE held.delivery_id IN (
  SELECT d.delivery_id FROM raw.delivery AS d
  WHERE (d.feed, d.slot) > (:feed, :slot)
);
