-- Confirmed addresses that were not told of every day before today yet, those told longest ago first: one row an address x place.
-- Input: asked.alert. Parameters: today, waiting (those whose
-- mailbox was full a moment ago, so that they stand before no others).
SELECT
  alert_id,
  address,
  geography,
  place_code,
  language,
  token,
  told_until
FROM asked.alert
WHERE confirmed_on IS NOT NULL AND told_until < :today AND alert_id <> all(cast(:waiting AS BIGINT[]))
ORDER BY told_until, alert_id
LIMIT 100
