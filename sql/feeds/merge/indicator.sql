-- Puts indicators in place. One row an area x indicator x period.
-- Where another delivery holds the same key, the feed and slot that sort first stand.
INSERT INTO record.indicator AS held (indicator, geography, edition, code, period, value, numerator, denominator, delivery_id)
SELECT
  indicator,
  geography,
  edition,
  code,
  period,
  value,
  numerator,
  denominator,
  delivery_id
FROM feeds_indicator
ON CONFLICT (indicator, geography, edition, code, period) DO UPDATE SET
  value = excluded.value,
  numerator = excluded.numerator,
  denominator = excluded.denominator,
  delivery_id = excluded.delivery_id
WHERE
held.delivery_id IS NULL
OR held.delivery_id IN (
  SELECT d.delivery_id FROM raw.delivery AS d
  WHERE (d.feed, d.slot) > (:feed, :slot)
);
