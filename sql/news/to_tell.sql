-- Confirmed addresses that were not told of every day before today yet, those told longest ago first: one row an address x place.
-- Input: asked.alert. Parameter: today.
SELECT
  alert_id,
  address,
  geography,
  place_code,
  language,
  token,
  told_until
FROM asked.alert
WHERE confirmed_on IS NOT NULL AND told_until < :today
ORDER BY told_until, alert_id
LIMIT 100
