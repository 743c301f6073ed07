-- What an indicator is. Where two feeds give the same one, it is published when either says so.
INSERT INTO record.indicator_definition AS held (indicator, label, unit, feed, publish)
VALUES (:indicator, :label, :unit, :feed, :publish)
ON CONFLICT (indicator) DO UPDATE SET
  label = excluded.label,
  unit = excluded.unit,
  feed = excluded.feed,
  publish = excluded.publish
WHERE excluded.publish OR held.feed = excluded.feed;
