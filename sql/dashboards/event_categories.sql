-- What partners call their events, with the months in which anything at all was counted of the feed; row-level security applies. One row a
-- feed x category x month. Inputs: analysis.event_count.
SELECT DISTINCT
  feed,
  category,
  month
FROM analysis.event_count
WHERE geography = 'lad'
ORDER BY feed, category, month;
