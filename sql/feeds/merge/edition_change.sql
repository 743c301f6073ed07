-- Puts changes between editions in place. One row a pair of areas.
-- Where another delivery holds the same key, the feed and slot that sort first stand.
INSERT INTO place.edition_change AS held (geography, from_edition, from_code, to_edition, to_code, change, delivery_id)
SELECT
  geography,
  from_edition,
  from_code,
  to_edition,
  to_code,
  change,
  delivery_id
FROM feeds_edition_change
ON CONFLICT (geography, from_edition, from_code, to_edition, to_code) DO UPDATE SET
  change = excluded.change,
  delivery_id = excluded.delivery_id
WHERE
held.delivery_id IS NULL
OR held.delivery_id IN (
  SELECT d.delivery_id FROM raw.delivery AS d
  WHERE (d.feed, d.slot) > (:feed, :slot)
);
