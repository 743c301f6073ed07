-- Puts counts of people in place. One row an area x measure x reference.
-- Where another delivery holds the same key, the feed and slot that sort first stand.
INSERT INTO place.population AS held (geography, edition, code, measure, reference, people, delivery_id)
SELECT
  geography,
  edition,
  code,
  measure,
  reference,
  people,
  delivery_id
FROM feeds_population
ON CONFLICT (geography, edition, code, measure, reference) DO UPDATE SET
  people = excluded.people,
  delivery_id = excluded.delivery_id
WHERE
held.delivery_id IS NULL
OR held.delivery_id IN (
  SELECT d.delivery_id FROM raw.delivery AS d
  WHERE (d.feed, d.slot) > (:feed, :slot)
);
